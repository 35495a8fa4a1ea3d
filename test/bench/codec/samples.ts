import type { SeriesRecord } from '#vocabulary';

/** A named set of records that are measured together: a level of the generator, or one of a real data set. */
export interface Sample {
  readonly name: string;
  readonly records: readonly SeriesRecord[];
}

/** Two numbers a day: total and unflagged. */
export const countsIn = (records: readonly SeriesRecord[]): number =>
  records.reduce((sum, { total }) => sum + 2 * total.length, 0);

/** A revision of two bytes; inside a region-year the records that changed last need none. */
export const REV = 10_000;

export const record = (total: Uint32Array, unflagged: Uint32Array): SeriesRecord => ({
  total,
  unflagged,
  status: new Uint8Array(total.length),
  rev: REV,
});

/** The days `from … to` of a record. */
export const slice = ({ total, unflagged, status, rev }: SeriesRecord, from: number, to: number): SeriesRecord => ({
  total: total.slice(from, to),
  unflagged: unflagged.slice(from, to),
  status: status.slice(from, to),
  rev,
});
