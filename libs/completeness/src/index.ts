export { arrivalsByHour, midnightOf } from './curve.js';
export { participation, type Participant } from './participation.js';
