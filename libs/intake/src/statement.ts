import type { Day, ErrorCode } from '#vocabulary';

/**
 * What a submission states about one facility and day. Parallel arrays: one entry a cell (category × flag × place).
 * A statement without cells and `reported` false says nothing (it withdraws); with `reported` true it says: we were
 * open, and nothing happened.
 */
export interface Statement {
  readonly facility: string;
  readonly day: Day;
  /** What is replaced as a whole by a higher version: 0 for the facility-day itself, else a hash of file or record. */
  readonly unit: bigint;
  /** Order among versions of the unit; see {@link versionOf}. */
  readonly version: bigint;
  /** zip of the facility as stated, '' when not. */
  zip: string;
  reported: boolean;
  readonly categories: string[];
  readonly flags: string[];
  /** zip of the event, '' when the feed has none. */
  readonly places: string[];
  /** A vocabulary Status each. */
  readonly statuses: number[];
  readonly values: number[];
  /** Records of the file behind each cell. */
  readonly records: number[];
}

/** A row (or a whole file, when record is 0) that was not counted, as told to its sender. */
export interface RowFault {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly field: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** What became of the content of a submission. */
export interface Reading {
  readonly statements: readonly Statement[];
  readonly faults: readonly RowFault[];
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
}

const TIME_BITS = 40n;
const MAX_VERSION = (1n << 24n) - 1n;

/**
 * The sender's version number, then an instant in seconds: UInt64, ordered as versions supersede each other.
 * `version` is 0 where the sender numbers none; it saturates at 2^24 - 1.
 */
export function versionOf(version: bigint, milliseconds: number): bigint {
  const seconds = BigInt(Math.max(0, Math.floor(milliseconds / 1000)));
  return ((version > MAX_VERSION ? MAX_VERSION : version) << TIME_BITS) | seconds;
}
