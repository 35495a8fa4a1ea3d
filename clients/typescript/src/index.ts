/** A client of Bellwether for browsers and Node. README.md shows how; docs/api.md of Bellwether says what answers mean. */
export { type Bellwether, openBellwether, type BellwetherOptions } from './bellwether.js';
export { BellwetherProblem } from './problem.js';
export type { UploadOptions } from './upload.js';
export type * from './types.js';
