export { openIngestor, type DeadLetterNotice, type Ingestor, type IngestorOptions } from './ingest/index.js';
export {
  dryRunFile,
  dryRunOrder,
  closeFacility,
  giveOrder,
  type Cell,
  type CellChange,
  type ClosingOrder,
  type DryRun,
  type DryRunMeans,
  type ReportingChange,
} from './corrections/index.js';
export type { Change, OrderKind } from './load/index.js';
export { type CountedRow, readSubmission, statedBy, type SubmissionContent } from './read-submission.js';
export type { Reading, RowFault, Statement } from './statement.js';
export { fileContent, openDropFolder, receive, type DropFolder, type DropFolderOptions } from './receive/index.js';
export { openReadingThreads, type ReadingThreads } from './reading-threads.js';
