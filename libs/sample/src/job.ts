import type { CountsOf } from './counts.js';
import type { TextFeed } from './formats.js';
import type { FeedId, Job, SamplePlan } from './model.js';
import { runRecordJob } from './record-job.js';
import type { ExpectedCell, Tally } from './tally.js';
import { runTextJob } from './text-job.js';

/** Where archives go. */
export interface Sink {
  /** Stores an archive; gives its path, relative to the folder of the sample. */
  write(archive: SinkArchive): string;
  /** Facility-days that are done, and whose. */
  progress(done: number, sender: string): void;
}

export interface SinkArchive {
  /** Milliseconds since the epoch when it arrives. */
  readonly at: number;
  readonly feed: FeedId;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Data rows; XML documents. */
  readonly rows: number;
}

/** What is known of a job's archives. Plain data: it travels between threads. */
export interface JobOutput {
  readonly tally: Tally;
  readonly cells: readonly ExpectedCell[];
  readonly refused: readonly { readonly path: string; readonly kind: string }[];
  readonly rowErrors: readonly { readonly path: string; readonly code: string }[];
}

/** Makes all archives of one sender in one feed, and what a receiver must then know. */
export function runJob(plan: SamplePlan, job: Job, work: { counts: CountsOf; sink: Sink }): Promise<JobOutput> {
  const { feed } = job;
  return feed === 'ed-visit-records' ? runRecordJob(plan, job, work) : runTextJob(plan, withFeed(job, feed), work);
}

const withFeed = (job: Job, feed: TextFeed): Job & { feed: TextFeed } => ({ ...job, feed });
