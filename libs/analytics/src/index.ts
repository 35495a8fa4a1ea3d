export type { MapQuestion, TimelinessQuestion } from './boards/questions.js';
export type * from './questions.js';
export { openAnalytics, staleKeys, type Analytics } from './open-analytics.js';
