import type { Day } from './day.js';

/**
 * What is known of one cell. These are four different values everywhere, from the parser to the pixel; a reported
 * zero is `reported` with value 0.
 */
export const STATUS = { reported: 0, missing: 1, suppressed: 2, deleted: 3 } as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

const STATUS_NAMES = ['reported', 'missing', 'suppressed', 'deleted'] as const;
export type StatusName = (typeof STATUS_NAMES)[number];
export const statusName = (status: number): StatusName => STATUS_NAMES[status] ?? 'missing';

/** Every value of a count is an integer from 0 to this. */
export const MAX_COUNT = 2 ** 32 - 1;

/**
 * One region × category × year: a value a day from 1 January.
 * `total` and `unflagged` (the part without the dataset's flag, e.g. non-promotional sales) hold 0 where `status` is
 * not `reported`; `status` holds a {@link Status} a day. The three arrays are equally long.
 */
export interface SeriesRecord {
  readonly total: Uint32Array;
  readonly unflagged: Uint32Array;
  readonly status: Uint8Array;
  /** Revision of the last commit that changed this record; 0 when unknown. */
  readonly rev: number;
}

/** All categories of one region and year: the unit of the series cache. */
export interface RegionYear {
  readonly year: number;
  /** 1 January of `year`. */
  readonly start: Day;
  /** Length of every array: 365 or 366. */
  readonly days: number;
  /** Highest revision of any record in it. */
  readonly rev: number;
  /** Facilities of the region with an accepted record, a value a day. */
  readonly reporting: Uint32Array;
  readonly categories: ReadonlyMap<string, SeriesRecord>;
}
