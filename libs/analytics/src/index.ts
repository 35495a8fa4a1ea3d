export type * from './questions.js';
