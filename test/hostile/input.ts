import type { ErrorCode } from '#vocabulary';

/** A count as it came out: facility, day, category, value (a status where there is none). */
export type Cell = readonly [facility: string, day: string, category: string, value: number | string];
/** A row that was refused; `field` is '' where the row as a whole is. */
export type Fault = readonly [record: number, line: number, field: string, code: ErrorCode];

/** What became of an input; the runner compares it with what was expected, to the letter. */
export type Verdict =
  | { readonly refused: ErrorCode; readonly line?: number; readonly member?: string; readonly field?: string }
  | { readonly cells: readonly Cell[]; readonly faults: readonly Fault[] }
  /** Of an input with too many rows to list them. */
  | { readonly rows: number; readonly accepted: number; readonly total: number };

/**
 * What must become of it. Of a refusal, `line`, `member` and `field` are compared where they are stated; where several
 * codes are right (the input is wrong in several ways) all are named.
 */
export type Expected = Verdict | { readonly refused: readonly ErrorCode[] };

export interface HostileInput {
  /** Says what it is, and makes it again: families are functions of the seed. */
  readonly what: string;
  /** Of test/hostile/config. */
  readonly feed: string;
  readonly name: string;
  /** A large one is made when it is read. */
  readonly content: Uint8Array | (() => Uint8Array);
  readonly password?: string;
  readonly expected: Expected;
}

export interface Family {
  readonly title: string;
  inputs(seed: number): Iterable<HostileInput>;
}

const DAY = '2024-03-01';

/** The verdict on one row of facility A on the usual day. */
export const one = (category: string, value: number | string = 1): Verdict => ({
  cells: [['A', DAY, category, value]],
  faults: [],
});

export const refused = (
  refused: ErrorCode,
  place: { line?: number; member?: string; field?: string } = {},
): Verdict => ({
  refused,
  ...place,
});

export const text = (content: string): Uint8Array => Buffer.from(content);

/** The verdict on a file of one row that is refused for a field. */
export const refusedField = (line: number, field: string, code: ErrorCode): Verdict => ({
  cells: [],
  faults: [[1, line, field, code]],
});
