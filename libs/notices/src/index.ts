export { ACKNOWLEDGE_WITHIN, MESSAGE_LIMIT, type Bus, type Handler, type Message } from './bus.js';
export {
  ALARMS,
  COMMITS,
  RECEIVED,
  RELEASES,
  REPLAYS,
  type CommitNotice,
  commitMessages,
  readCommit,
} from './commit-notice.js';
export { openRedisBus } from './redis-bus.js';
export { openBus } from './run-folder-bus.js';
