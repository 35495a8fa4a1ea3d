import { Piscina } from 'piscina';
import { BellwetherError, type ErrorCode } from '#vocabulary';
import type { KeySetting, Roots, StoredSubmission } from '#raw-store';
import { type ThreadsThatRead, refusedFile } from './ingest/read.js';
import type { Reading } from './statement.js';

/** What every thread opens for itself: plain data. */
export interface ReadingThreadsOptions {
  readonly threads: number;
  readonly vault: Roots & { readonly keys: KeySetting };
  /** Folders in which the secrets of senders may lie; the first one that has a secret gives it. */
  readonly secrets: readonly string[];
  /** Key of the hashes that stand for record identifiers. */
  readonly recordKey: Uint8Array;
}

export type ReadingSetting = Omit<ReadingThreadsOptions, 'threads'>;

/** One submission, and the configuration it is to be read by. */
export interface ReadingTask {
  readonly submission: string;
  readonly folder: string;
  readonly version: string;
}

/** `unsure`: whatever a thread does not judge. It has changed nothing; who asked reads by itself. */
export type ReadingAnswer =
  | { readonly kind: 'read'; readonly stored: StoredSubmission; readonly reading: Reading }
  | {
      readonly kind: 'refused';
      readonly stored: StoredSubmission;
      readonly code: ErrorCode;
      readonly detail: string;
      readonly place: BellwetherError['place'];
      readonly password: string | undefined;
    }
  | { readonly kind: 'unsure' };

/** Reads submissions beside each other, one a thread: from the raw store on, so that what crosses is counts and not content. */
export interface ReadingThreads extends ThreadsThatRead {
  close(): Promise<void>;
}

/** Submissions that wait for a thread; more are refused, and a refusal is a mistake of ours. */
const MOST_WAITING = 1024;

export function openReadingThreads({ threads, ...setting }: ReadingThreadsOptions): ReadingThreads {
  const pool = new Piscina<ReadingTask, ReadingAnswer>({
    filename: new URL('./reading-worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    maxQueue: MOST_WAITING,
    workerData: setting satisfies ReadingSetting,
    // Old space of a thread: an archive's content, twice, and what was read from it.
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  });
  return {
    async read(submission, { folder, version, feeds }) {
      const answer = await pool.run({ submission, folder, version });
      if (answer.kind === 'unsure') return undefined;
      const { stored } = answer;
      const feed = feeds.get(stored.feed);
      if (!feed) return undefined;
      if (answer.kind === 'read') return { kind: 'read', read: { stored, feed, reading: answer.reading } };
      const error = new BellwetherError(answer.code, answer.detail, answer.place);
      return refusedFile(stored, error, { tries: 1, password: answer.password });
    },
    close: () => pool.close(),
  };
}
