import type { Receipt } from '#vocabulary';

/** What is known of a submission besides its content. */
export interface ArrivalFacts {
  readonly feed: string;
  /**
   * `file`, the default: what a sender sent. `order`: what an operator ordered (undo, withdrawal), kept beside the files
   * so that a rebuild repeats it. Part of the identity only for an order: those of files stay as they always were.
   */
  readonly kind?: 'file' | 'order';
  /** File name as sent, without folders. */
  readonly name: string;
  /** What the file name states (facility, period, version …), for the identity; empty when it states nothing. */
  readonly stated: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface StoredSubmission extends ArrivalFacts {
  readonly submission: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Where the bytes of every submission are kept for ever, encrypted.
 *
 * Every read works alike for what is hot, cool or archived. What was changed, cut or moved under another name is refused
 * with OBJECT_DAMAGED; what is wrapped by a key that is not at hand with KEY_MISSING.
 *
 * Not promised: order of `pending` and `all`, and that a submission in `pending` has not been loaded already (the
 * ledger decides).
 */
export interface RawStore {
  /**
   * Resolves once the bytes are safe on disk. A chunk is not used any more once the next one is asked for. The same submission again resolves with `duplicate` and writes nothing.
   * STORAGE_FULL or STORAGE_FAILED: no receipt, nothing was kept, the same bytes can be put again.
   */
  put(facts: ArrivalFacts, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Receipt>;
  /** Facts without content; undefined when there is no such submission. */
  facts(submission: string): Promise<StoredSubmission | undefined>;
  content(submission: string): Promise<Buffer>;
  /** Submissions with a receipt, or about to get one, whose fate is not known to be in the ledger. */
  pending(): Promise<string[]>;
  /** About how many are pending; cheap enough to ask every second. */
  pendingCount(): Promise<number>;
  /** The ledger knows: no longer pending. */
  settle(submission: string): Promise<void>;
  /** To be read again: pending as on the first day. */
  reopen(submission: string): Promise<void>;
  /** Every submission ever received, in no order, each once. */
  all(): AsyncIterable<string>;
}
