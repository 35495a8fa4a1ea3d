/**
 * The life of a submission; the last state in the ledger holds.
 * `received`: bytes safe on disk. `loaded`: counted. `duplicate` of an earlier submission never gets an entry: it has
 * the same receipt. `quarantined`: refused as a whole, kept. `awaiting_password`: encrypted with a
 * password we do not have; loads by itself when it comes. `dead`: could not be counted, three times over, while others
 * could. `discarded`: an operator has looked at a dead letter and wants no more of it; it is kept, and can be replayed.
 */
export const SUBMISSION_STATES = [
  'received',
  'loaded',
  'quarantined',
  'awaiting_password',
  'dead',
  'withdrawn',
  'undone',
  'discarded',
] as const;

export type SubmissionState = (typeof SUBMISSION_STATES)[number];

/**
 * Largest submission in bytes, through whatever door it comes: what is taken can also be read, for it is the largest
 * archive, too. An operator may set less.
 */
export const MAX_SUBMISSION = 256 * 2 ** 20;

/** The states of a dead letter: a submission that does not count, until somebody does something about it. */
export const DEAD_LETTER_STATES = ['dead', 'quarantined', 'awaiting_password'] as const satisfies SubmissionState[];

export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/**
 * Where on its way a submission was stopped. `configure`: its feed is not there or not enabled. `receive`: its name.
 * `archive`, `parse`, `map`, `validate`: its content. `read`: an error of ours in one of these. `load`: the warehouse.
 */
export const INGEST_STEPS = ['configure', 'receive', 'archive', 'parse', 'map', 'validate', 'read', 'load'] as const;

export type IngestStep = (typeof INGEST_STEPS)[number];

/** Hidden files, and what a sender is still writing by the usual custom; it is taken when it is renamed. */
export const isUnfinishedName = (name: string): boolean =>
  name.startsWith('.') || /\.(part|tmp|filepart|crdownload)$/i.test(name);

/** What a sender gets once the bytes are safe. */
export interface Receipt {
  /** 64 hex digits: a hash of feed, what the file name states, and content. The same file again has the same one. */
  readonly submission: string;
  readonly feed: string;
  /** File name as sent. */
  readonly name: string;
  /** SHA-256 of the content, hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** These bytes were received before; nothing will be counted again. */
  readonly duplicate: boolean;
}
