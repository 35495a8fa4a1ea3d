export { arrivalsByHour, midnightOf } from './curve.js';
export { participation, type Participant } from './participation.js';
export { latenessOf, type Lateness, type PastArrival } from './lateness.js';
export { instantAt, wallMinutes } from './wall-clock.js';
