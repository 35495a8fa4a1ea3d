export { openPulls, type Pulls } from './pulls.js';
export { pullStatuses } from './status.js';
