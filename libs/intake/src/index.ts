export { openIngestor, type Ingestor, type IngestorOptions } from './ingestor.js';
export type { Change } from './load/index.js';
export { readSubmission, statedBy, type SubmissionContent } from './read-submission.js';
export type { Reading, RowFault, Statement } from './statement.js';
export { openDropFolder, receive, replay, type DropFolder, type DropFolderOptions } from './receive/index.js';
