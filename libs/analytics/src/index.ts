export type * from './questions.js';
export { openAnalytics, staleKeys, type Analytics, type CommitNotice } from './open-analytics.js';
