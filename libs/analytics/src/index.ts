export type * from './questions.js';
export { openAnalytics, staleKeys, type Analytics } from './open-analytics.js';
