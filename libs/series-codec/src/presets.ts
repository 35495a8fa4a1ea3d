import { exp, ln } from './exact-math.js';

/**
 * What the encoder chooses once for a series and keeps through its daily updates: nine small numbers. The grids they
 * point into are constants of version 4.
 */
export interface Preset {
  /** First level: 2^((level − 8) ÷ 2) counts a day; 0 … 63. */
  readonly level: number;
  /** Noise beyond that of counting, {@link NOISE}; 0 … 15. */
  readonly noise: number;
  /** Noise of counting, {@link COUNTING}; 0 … 3. */
  readonly counting: number;
  /** Strength of the holidays, {@link HOLIDAY_STRENGTHS}; 0 … 3. */
  readonly holidays: number;
  /** How level and weekdays move, {@link DYNAMICS}; 0 … 7. */
  readonly dynamics: number;
  /** 0: no promotion weeks; else they begin on days t with t mod 7 = promotion − 1. */
  readonly promotion: number;
  /** First share of unflagged: logistic((share − 7) ÷ 2); 0 … 15. */
  readonly share: number;
  /** How the share moves, {@link SHARES}; 0 … 3. */
  readonly sharing: number;
  /** Every unflagged count equals its total. */
  readonly same: boolean;
}

/** Relative variance of a day's mean around the model's: 0, then 2^−11 … 2^3 by octaves. */
export const NOISE = Float64Array.from([0, ...Array.from({ length: 15 }, (_, i) => 2 ** (i - 11))]);

/** Variance of counting ÷ mean: 1 is Poisson; series of states, such as beds or reporters, have less. */
export const COUNTING = Float64Array.of(1, 0.3, 0.06, 0.004);

export const HOLIDAY_STRENGTHS = Float64Array.of(0, 0.45, 0.75, 1.1);

/**
 * Uncertainties are relative variances; those "a day" are added daily. Rows are arrays of doubles and not objects: what an
 * engine loads from a field it takes for a value of any type, and a loop that begins with one boxes every number.
 *
 * 0 level at first, 1 level a day; 2 passing deviation from the level a day, 3 what is left of it after a day; 4 a
 * weekday's factor at first, 5 a day; 6 a surprise of more than this many variances makes the level uncertain again;
 * 7 surprises count as at most this many standard deviations.
 */
export const DYNAMICS: readonly Float64Array[] = [
  Float64Array.of(0.04, 0.0008, 0.001, 0.97, 0.01, 1e-7, 28, 6),
  Float64Array.of(0.06, 0.0004, 0.0042, 0.775, 0.02, 9.8e-7, 16, 3),
  Float64Array.of(0.06, 0.003, 0.004, 0.7, 0.03, 0.00002, 16, 3),
  Float64Array.of(0.1, 0.006, 0.012, 0.5, 0.02, 0.00004, 30, 20),
  Float64Array.of(0.1, 0.001, 0.004, 0.8, 0.02, 0.00000714, 30, 20),
  Float64Array.of(0.0179, 0.0000016, 8e-7, 0.7, 0.0001, 1e-9, 57.1, 12),
  Float64Array.of(0.2, 0.02, 0.02, 0.25, 0.0002, 1e-9, 24, 20),
  Float64Array.of(3.2, 0.0025, 0.04, 0.5, 0.2, 0.002, 12, 20),
];

/**
 * The logit of the share moves as the logarithm of the level does: 0 level at first, 1 level a day; 2 passing a day,
 * 3 kept; 4 noise.
 */
export const SHARES: readonly Float64Array[] = [
  Float64Array.of(0.15, 0.000002, 0.004, 0.8, 0.00004),
  Float64Array.of(0.15, 0.00001, 0.008, 0.8, 0.00025),
  Float64Array.of(0.2, 0.00014, 0.00729, 0.5, 0.014),
  Float64Array.of(0.153, 0.0005, 0.02, 0.8, 0.1),
];

/**
 * Promotion weeks: 0 what they do to the total and 1 how uncertain that is at first; 2 and 3 the same for the logit of
 * the share.
 */
export const PROMOTION = Float64Array.of(1.2, 0.012, -1, 0.12);

/**
 * Days of the year from 0 that differ, with the factor at strength 1: the United States' holidays of fixed date, and the
 * others at the place they have in ../shared/tools/series.
 */
const HOLIDAYS: readonly (readonly [day: number, factor: number])[] = [
  [0, 0.55],
  [1, 0.92],
  [19, 0.97],
  [45, 1.05],
  [150, 0.88],
  [183, 1.08],
  [184, 0.7],
  [247, 0.88],
  [330, 1.12],
  [331, 0.45],
  [332, 1.1],
  [357, 1.1],
  [358, 0.75],
  [359, 0.3],
  [360, 0.9],
  [364, 0.8],
];

const YEAR = 365;

/** Factor of each day of a year of 365 days at each strength; 29 February shares the factor of the 28th. */
export const HOLIDAY_FACTORS: readonly Float64Array[] = Array.from(HOLIDAY_STRENGTHS, (strength) => {
  const factors = new Float64Array(YEAR).fill(1);
  for (const [day, factor] of HOLIDAYS) factors[day] = exp(strength * ln(factor));
  return factors;
});

/** Counts a day at the beginning. */
export function firstLevel(level: number): number {
  let first = level % 2 === 1 ? 1.4142135623730951 : 1;
  for (let i = level >> 1; i > 4; i--) first *= 2;
  for (let i = level >> 1; i < 4; i++) first /= 2;
  return first;
}
