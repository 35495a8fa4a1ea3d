export * from './columns.js';
export * from './limits.js';
export * from './parameter.js';
export * from './questions.js';
export * from './tables.js';
export * from './time.js';
