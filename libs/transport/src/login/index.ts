export { openGuests, IDLE_MS, LOGIN_WITHIN_MS, type Guest, type Guests, type TransportLog } from './guests.js';
