export { ACKNOWLEDGE_WITHIN, MESSAGE_LIMIT, type Bus, type Handler, type Message } from './bus.js';
export { openRedisBus } from './redis-bus.js';
export { openBus } from './run-folder-bus.js';
