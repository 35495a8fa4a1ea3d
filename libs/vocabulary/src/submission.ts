/**
 * The life of a submission; the last state in the ledger holds.
 * `received`: bytes safe on disk. `loaded`: counted. `duplicate` of an earlier submission never gets an entry: it has
 * the same receipt. `quarantined`: refused as a whole, kept. `awaiting_password`: encrypted with a
 * password we do not have; loads by itself when it comes. `dead`: our own fault three times over.
 */
export const SUBMISSION_STATES = [
  'received',
  'loaded',
  'quarantined',
  'awaiting_password',
  'dead',
  'withdrawn',
  'undone',
] as const;

export type SubmissionState = (typeof SUBMISSION_STATES)[number];

/**
 * Largest submission in bytes, through whatever door it comes: what is taken can also be read, for it is the largest
 * archive, too. An operator may set less.
 */
export const MAX_SUBMISSION = 256 * 2 ** 20;

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
