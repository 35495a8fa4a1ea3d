import type { Day } from '#vocabulary';
import type { OptionsOf, Parameters } from './parameters.js';

/** Numbers at equal steps; NaN where there is none: not reported, suppressed, deleted. A reported zero is 0. */
export interface Series {
  /** The day of the first value; undefined for a series without dates, of which only the order is known. */
  readonly start: Day | undefined;
  /** Days from one value to the next: 1 (default), or 7 for weeks. */
  readonly stepDays?: number;
  /** Values a year where a method counts back in years without dates: 365 for days (default), 52 for weeks. */
  readonly perYear?: number;
  /** Finite, or NaN. */
  readonly values: Float64Array;
  /**
   * What may enter a baseline: `values` with NaN on days that are incomplete, or that someone has excluded (a confirmed
   * outbreak, a promotion, a holiday). Absent: all values may.
   */
  readonly history?: Float64Array;
  /** Of what the values are a part (visits of any kind, people); only the methods that say so look at it. */
  readonly population?: Float64Array;
  /** What each value is expected to be, where that is known beforehand; the charts use it in place of a training. */
  readonly means?: Float64Array;
}

/** Values a year. */
export const pointsPerYear = ({ perYear, stepDays = 1 }: Series): number => perYear ?? (stepDays === 7 ? 52 : 365);

/** A year is not longer. */
export const DAYS_OF_YEAR = 366;

/** What a detector says of a day. Too little data is neither an alarm nor none. A warning is a p-value from 0.01 to 0.05. */
export const VERDICT = { none: 0, alarm: 1, unknown: 2, warning: 3 } as const;

/** Why a day is unknown. */
export const REASON = {
  /** It is not. */
  none: 0,
  /** The day itself has no value. */
  noValue: 1,
  /** Too few values before it: the series begins too late, or too much is missing, incomplete or excluded. */
  shortBaseline: 2,
  /** The baseline gives no number to compare with: all zero, or a fit that did not settle. */
  noFit: 3,
  /** The day is not complete, and what has been reported so far is no alarm. */
  incomplete: 4,
} as const;

/** Positions of a series: from `first` to before `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** A column of a method's own: numbers with NaN, or words with null. */
export type Column = Float64Array | readonly (string | null)[];

/**
 * Columns with an entry a day of the series; NaN where a number cannot be told, and outside of the range asked for.
 * Some are made when they are first asked for: the series stays as it is until then.
 */
export interface Detection {
  /** A {@link VERDICT} a day. */
  readonly verdict: Uint8Array;
  /** A {@link REASON} a day; `none` of an unknown day: the method does not know. */
  readonly reason: Uint8Array;
  /** There is an alarm exactly where the value of the day is above this, unless the method says otherwise. */
  readonly upperbound: Float64Array;
  /** What the baseline lets one expect. */
  readonly expected: Float64Array;
  /** How far the day departs from it, as the detector measures it. */
  readonly statistic: Float64Array;
  /** How unusual the day is: the larger, the more so. Comparable between days and series of one method alone. */
  readonly score: Float64Array;
  /** How often such a day or a higher one comes by chance; NaN where the method has no such number. */
  pValueAt(at: number): number;
  /** What the reference implementation puts out besides, under its names. */
  readonly details?: Readonly<Record<string, Column>>;
}

/**
 * A detector of outbreaks: a function of a series, the same today and tomorrow. All tests are one-sided, upward.
 * What is not promised: that a day has the same verdict after one of the `reach` days before it has been corrected.
 */
export interface Detector<P extends Parameters> {
  /** As in addresses and on the command line. */
  readonly id: string;
  /** A few words for a list. */
  readonly title: string;
  readonly parameters: P;
  /** Those of the reference implementation. */
  readonly defaults: OptionsOf<P>;
  /** Steps before a day that its verdict depends on, to twelve digits; Infinity where it depends on all. */
  reach(options: OptionsOf<P>): number;
  /** Throws a RangeError for options that make no sense. Without a range, every day is judged. */
  detect(series: Series, options: OptionsOf<P>, range?: Range): Detection;
}
