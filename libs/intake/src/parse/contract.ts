import type { Layout } from '#registry';
import type { ErrorCode } from '#vocabulary';

/**
 * One selected value of a record. `undefined`: the column or element is absent; `''`: it is there and empty; an array
 * (in document order, perhaps empty) only for a selector with `all`.
 */
export type Field = string | undefined | readonly string[];

export interface Selector {
  readonly column: string;
  /** A table without this column is refused as a whole. An XML element is judged by record: it is then `undefined`. */
  readonly required: boolean;
  /** XML: every match of the column's path, not only the first that is not empty. */
  readonly all?: boolean;
}

/**
 * What to read. A function is called with the header (fixed width: the declared columns; XML: the columns of `paths`)
 * once it is known, and must be pure: its answer is kept for members of the same layout.
 */
export type Selectors = readonly Selector[] | ((header: readonly string[]) => readonly Selector[]);

/** `record` counts data records from 1, without the header and blank lines; `line` counts physical lines from 1. */
interface RecordPlace {
  readonly record: number;
  readonly line: number;
}

/** Why a row cannot be split. Plain data: a file may have millions of them, and an Error costs microseconds. */
export interface RowError extends RecordPlace {
  readonly code: ErrorCode;
  readonly detail: string;
}

/**
 * Receives records in the order of the file. `fields` is aligned with the selectors. Both `fields` and `at` are
 * **reused** for the next record: copy what is to be kept, change nothing.
 */
export interface ParseSink {
  record(fields: Field[], at: RecordPlace): void;
  /** A row that cannot be split into its fields; it has a record number like any other. */
  rowError(error: RowError): void;
}

/** Every bound of a parse; lengths are in characters. */
export interface ParseLimits {
  readonly rowLength: number;
  readonly fieldLength: number;
  readonly columns: number;
  readonly rows: number;
  /** XML: nesting of elements. */
  readonly depth: number;
  /** XML: attributes of one element. */
  readonly attributes: number;
  /** XML: elements, comments, instructions and sections of one member. */
  readonly elements: number;
  /** XML: entity and character references of one member; so many `&`, wherever they stand. */
  readonly references: number;
  /** XML: from an `&` to whatever ends it. */
  readonly referenceLength: number;
  /** XML: size of one member. */
  readonly xmlBytes: number;
  /** Asked now and then; once it says true the parse ends with FILE_TOO_LARGE. */
  readonly expired?: () => boolean;
}

export const PARSE_LIMITS: ParseLimits = {
  rowLength: 8 * 2 ** 20,
  fieldLength: 4 * 2 ** 20,
  columns: 4_096,
  rows: 20_000_000,
  depth: 128,
  attributes: 256,
  elements: 400_000,
  references: 500_000,
  referenceLength: 4_096,
  xmlBytes: 32 * 2 ** 20,
};

export interface ParseOptions {
  /** Name of the member, for the place of an error. */
  readonly member: string;
  readonly layout: Layout;
  readonly selectors: Selectors;
  /** {@link PARSE_LIMITS} unless given. */
  readonly limits?: ParseLimits;
}

export interface ParseResult {
  /** Data records, those with a row error included. */
  readonly records: number;
  /** The header, or the declared columns. */
  readonly columns: readonly string[];
}
