export { openGuests, IDLE_MS, LOGIN_WITHIN_MS, type Guest, type TransportLog } from './guests.js';
