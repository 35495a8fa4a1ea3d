export type * from './model.js';
export { draftConfiguration, loadConfiguration } from './load.js';
export { type ConfigurationProblem, formatProblem, problemsOf } from './problems.js';
export { readSecret } from './secret.js';
export { shippedGeography } from './shipped-geography.js';
export { type WatchedConfiguration, watchConfiguration, type WatchOptions } from './watch.js';
export { parentIn } from './parents.js';
export { watchSecrets } from './watch-secrets.js';
