export { openGuests, IDLE_MS, LOGIN_WITHIN_MS, type Guest, type LoginTold, type TransportLog } from './guests.js';
export { recordedLogins } from './recorded.js';
