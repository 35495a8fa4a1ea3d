import { exp, ln } from '../exact-math.js';

/**
 * What the encoder chooses once for a series and keeps through its daily updates: nine small numbers, 33 bits.
 * The grids they point into are constants of version 2.
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
export const NOISE: readonly number[] = [0, ...Array.from({ length: 15 }, (_, i) => 2 ** (i - 11))];

/** Variance of counting ÷ mean: 1 is Poisson; series of states, such as beds or reporters, have less. */
export const COUNTING: readonly number[] = [1, 0.3, 0.06, 0.004];

export const HOLIDAY_STRENGTHS: readonly number[] = [0, 0.45, 0.75, 1.1];

/** Uncertainties are relative variances; those with "a day" are added daily. */
export interface Dynamics {
  /** Of the level at first. */
  readonly level: number;
  readonly levelADay: number;
  /** Of the passing deviation from the level, and what is left of it after a day. */
  readonly passingADay: number;
  readonly passingKept: number;
  /** Of a weekday's factor at first. */
  readonly weekday: number;
  readonly weekdayADay: number;
  /** A surprise of more than this many variances makes the level uncertain again. */
  readonly jump: number;
  /** Surprises count as at most this many standard deviations. */
  readonly clip: number;
}

const dynamics = (
  ...[level, levelADay, passingADay, passingKept, weekday, weekdayADay, jump, clip]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
): Dynamics => ({ level, levelADay, passingADay, passingKept, weekday, weekdayADay, jump, clip });

export const DYNAMICS: readonly Dynamics[] = [
  dynamics(0.04, 0.0008, 0.001, 0.97, 0.01, 1e-7, 28, 6),
  dynamics(0.06, 0.0004, 0.0042, 0.775, 0.02, 9.8e-7, 16, 3),
  dynamics(0.06, 0.003, 0.004, 0.7, 0.03, 0.00002, 16, 3),
  dynamics(0.1, 0.006, 0.012, 0.5, 0.02, 0.00004, 30, 20),
  dynamics(0.1, 0.001, 0.004, 0.8, 0.02, 0.00000714, 30, 20),
  dynamics(0.0179, 0.0000016, 8e-7, 0.7, 0.0001, 1e-9, 57.1, 12),
  dynamics(0.2, 0.02, 0.02, 0.25, 0.0002, 1e-9, 24, 20),
  dynamics(3.2, 0.0025, 0.04, 0.5, 0.2, 0.002, 12, 20),
];

/** The logit of the share moves as the logarithm of the level does. */
export interface Sharing {
  readonly level: number;
  readonly levelADay: number;
  readonly passingADay: number;
  readonly passingKept: number;
  readonly noise: number;
}

const sharing = (
  ...[level, levelADay, passingADay, passingKept, noise]: readonly [number, number, number, number, number]
): Sharing => ({
  level,
  levelADay,
  passingADay,
  passingKept,
  noise,
});

export const SHARES: readonly Sharing[] = [
  sharing(0.15, 0.000002, 0.004, 0.8, 0.00004),
  sharing(0.15, 0.00001, 0.008, 0.8, 0.00025),
  sharing(0.2, 0.00014, 0.00729, 0.5, 0.014),
  sharing(0.153, 0.0005, 0.02, 0.8, 0.1),
];

/** Promotion weeks: how often, what they do to the total and to the logit of the share, and how sure that is at first. */
export const PROMOTION = { odds: 1 / 3, lift: 1.2, liftVariance: 0.012, shift: -1, shiftVariance: 0.12 } as const;

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
export const HOLIDAY_FACTORS: readonly Float64Array[] = HOLIDAY_STRENGTHS.map((strength) => {
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
