export * from './columns.js';
export * from './count-tables.js';
export * from './limits.js';
export * from './parameter.js';
export * from './picture-tables.js';
export * from './questions.js';
export * from './time.js';
export * from './work-tables.js';
