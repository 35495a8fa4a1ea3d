import { Piscina } from 'piscina';
import { BellwetherError, type ErrorCode } from '#vocabulary';
import { type SubmissionContent, readSubmission } from './read-submission.js';
import type { Reading } from './statement.js';

/** What a thread is told: plain data, and where it finds the configuration. */
export interface ReadingTask extends Omit<SubmissionContent, 'feed' | 'configuration'> {
  readonly feed: string;
  readonly folder: string;
  readonly version: string;
}

export type ReadingAnswer =
  | { readonly kind: 'read'; readonly reading: Reading }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly detail: string;
      readonly place: BellwetherError['place'];
    }
  | { readonly kind: 'other configuration' };

/** Reads submissions beside each other, an archive a thread. */
export interface ReadingThreads {
  /** As readSubmission: pure, and fails with the same errors. */
  read(submission: SubmissionContent): Promise<Reading>;
  close(): Promise<void>;
}

/** Archives that wait for a thread; more are refused, and a refusal is a mistake of ours. */
const MOST_WAITING = 1024;

export function openReadingThreads({ threads }: { readonly threads: number }): ReadingThreads {
  const pool = new Piscina<ReadingTask, ReadingAnswer>({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    maxQueue: MOST_WAITING,
    // Old space of a thread: an archive's content, twice, and what was read from it.
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  });
  return {
    async read({ feed, configuration, content, ...submission }) {
      const { folder, version } = configuration;
      // The content is copied: a few microseconds, and it may lie in a slab with others.
      const answer = await pool.run({ ...submission, content, feed: feed.id, folder, version });
      if (answer.kind === 'read') return answer.reading;
      if (answer.kind === 'refused') throw new BellwetherError(answer.code, answer.detail, answer.place);
      return readSubmission({ ...submission, content, feed, configuration });
    },
    close: () => pool.close(),
  };
}
