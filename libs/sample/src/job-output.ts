import type { FeedId } from './model.js';
import type { ExpectedCell, Tally } from './tally.js';

/** Where archives go. */
export interface Sink {
  /** Stores an archive; gives its path, relative to the folder of the sample. */
  write(archive: SinkArchive): string;
  /** Facility-days that are done, and whose. */
  progress(done: number, sender: string): void;
}

interface SinkArchive {
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
