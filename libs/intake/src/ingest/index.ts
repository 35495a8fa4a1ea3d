export type { DeadLetterNotice } from './dead-letter.js';
export { openIngestor, type Ingestor, type IngestorOptions } from './ingestor.js';
