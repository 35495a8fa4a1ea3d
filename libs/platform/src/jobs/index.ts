export { openBusJobs } from './bus-jobs.js';
export type { Jobs } from './jobs.js';
export { openRedisJobs } from './redis-jobs.js';
