export * from './alarm.js';
export * from './day.js';
export * from './epiweek.js';
export * from './errors.js';
export * from './region.js';
export * from './series.js';
export * from './submission.js';
