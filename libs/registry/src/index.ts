export type * from './model.js';
export { loadConfiguration } from './load.js';
export { type ConfigurationProblem, formatProblem, problemsOf } from './problems.js';
