export { openStaging, EXPIRES_MS, type Staging, type StagedEntry } from './staging.js';
export type { StagedFile } from './staged-file.js';
export { onceMade, stagingKey } from './staging-key.js';
