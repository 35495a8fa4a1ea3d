import { workerData } from 'node:worker_threads';
import { openReader } from './reader.js';
import type { ReadingSetting } from './reading-threads.js';

// Members are inflated into slabs of this, a hundred at a time, and the collector has as many fewer to keep books of.
Buffer.poolSize = 256 << 10;

/** What a thread does; there is one task at a time. */
export default openReader(workerData as ReadingSetting);
