import type { Day } from '#vocabulary';

/** One number a day from `start`; NaN where there is none: not reported, suppressed, deleted. A reported zero is 0. */
export interface DailySeries {
  readonly start: Day;
  /** Finite, or NaN. */
  readonly values: Float64Array;
}

/** What a detector says of a day. Too little data is neither an alarm nor none. */
export const VERDICT = { none: 0, alarm: 1, unknown: 2 } as const;

/** Columns with an entry a day of the series; NaN where a number cannot be told. */
export interface Detection {
  /** A {@link VERDICT} a day. */
  readonly verdict: Uint8Array;
  /** There is an alarm exactly where the value of the day is above this. */
  readonly upperbound: Float64Array;
  /** What the baseline lets one expect. */
  readonly expected: Float64Array;
  /** How far the day departs from it, as the detector measures it. */
  readonly statistic: Float64Array;
}

/**
 * A detector of outbreaks: a function of a series, the same today and tomorrow. All tests are one-sided, upward.
 * What is not promised: that a day has the same verdict after one of the `reach` days before it has been corrected.
 */
export interface Detector<Options> {
  /** As in the addresses of the api. */
  readonly id: string;
  /** Those of the reference implementation. */
  readonly defaults: Options;
  /** Days before a day that its verdict depends on. */
  reach(options: Options): number;
  /** Throws a RangeError for options that make no sense. */
  detect(series: DailySeries, options: Options): Detection;
}
