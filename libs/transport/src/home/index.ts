export type { Entry, Home, Transfer } from './home.js';
export { openHomes, type Homes } from './homes.js';
export { listLine } from './list-line.js';
export { absolutePath } from './place.js';
export type { SubmissionFate } from './receipt-files.js';
