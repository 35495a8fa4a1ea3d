import { betaBinomial, bell, negativeBinomial } from '../distributions.js';
import { octaveStep, stepMiddle } from '../exact-math.js';

/** Frequencies of every table add up to 2^15. */
export const PRECISION = 15;
export const WHOLE = 1 << PRECISION;

/**
 * Tables of cumulated frequencies, each made when it is first needed and kept. All lie in one array, so that coding a
 * symbol touches no object: `cumulated[at] … cumulated[at + symbols]` runs from 0 to {@link WHOLE}. Before `at` stand
 * the number of symbols and, for {@link JUMPS} equal parts of the range, the first symbol that reaches into each.
 */
export const cumulated = new Uint16Array(1 << 22); // room for every table there can be; the system commits what is touched
let used = 0;

/** Probability of surprises in every table. */
const WIDE_SHARE = 0.004;

export const JUMPS = 128;
export const JUMP_SHIFT = PRECISION - 7;

/** Weights (adding up to about 1) become frequencies of at least 1 that add up to WHOLE; what rounding leaves goes to the largest. */
function store(weights: readonly number[]): number {
  const spare = WHOLE - weights.length;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const frequencies = weights.map((weight) => 1 + Math.floor((weight / sum) * spare));
  const most = frequencies.indexOf(Math.max(...frequencies));
  frequencies[most]! += WHOLE - frequencies.reduce((all, frequency) => all + frequency, 0);

  const at = used + 1 + JUMPS;
  used = at + weights.length + 1;
  cumulated[at - JUMPS - 1] = weights.length;
  let total = 0;
  frequencies.forEach((frequency, symbol) => {
    cumulated[at + symbol] = total;
    total += frequency;
  });
  cumulated[at + weights.length] = total;
  let symbol = 0;
  for (let part = 0; part < JUMPS; part++) {
    while (cumulated[at + symbol + 1]! <= part << JUMP_SHIFT) symbol++;
    cumulated[at - JUMPS + part] = symbol;
  }
  return at;
}

// --- counts around a small mean ------------------------------------------------------------------------------------

/** Means from this on are coded with bells. */
export const LARGE_MEAN = 32;
export const LEAST_MEAN_STEP = octaveStep(2 ** -8);
const MEAN_STEPS = octaveStep(LARGE_MEAN) - LEAST_MEAN_STEP;
/** Variance against mean: from two steps below it to six octaves above. */
export const LEAST_DISPERSION_STEP = -2;
export const DISPERSION_STEPS = 8 * 6 - LEAST_DISPERSION_STEP;
/**
 * Where the table of a count lies, by (step of the mean − least) × DISPERSION_STEPS + step of the variance − step of the
 * mean − least; 0: not made yet. Symbols 0, 1, 2, …, escape.
 */
export const countTables = new Int32Array(MEAN_STEPS * DISPERSION_STEPS);

export function makeCountTable(key: number): number {
  const step = Math.floor(key / DISPERSION_STEPS) + LEAST_MEAN_STEP;
  const mean = stepMiddle(step);
  const dispersion = stepMiddle(step + (key % DISPERSION_STEPS) + LEAST_DISPERSION_STEP) / mean;
  const weights = negativeBinomial(mean, dispersion < 1.01 ? 1 : dispersion, WIDE_SHARE);
  const rest = 1 - weights.reduce((all, weight) => all + weight, 0);
  return (countTables[key] = store([...weights, Math.max(rest, 1e-9)]));
}

// --- a share of a small count ----------------------------------------------------------------------------------------

/** Up to this many, the part of a count has a table for the count itself. */
export const SMALL_WHOLE = 20;
export const LEAST_SHARE_STEP = octaveStep(2 ** -8);
export const SHARE_STEPS = octaveStep(0.5) + 1 - LEAST_SHARE_STEP;
const CORRELATIONS = [0, 0.02, 0.05, 0.1, 0.2] as const;
/** Least correlation of the second to the last table. */
export const CORRELATION_LIMITS = [0.01, 0.035, 0.075, 0.15] as const;
export const CORRELATION_STEPS = CORRELATIONS.length;
/**
 * Where the table of the lesser part of n lies, by (n × SHARE_STEPS + step of its share − least) × CORRELATION_STEPS +
 * correlation. Symbols 0 … n; it has no escape, for all parts are in it.
 */
export const shareTables = new Int32Array((SMALL_WHOLE + 1) * SHARE_STEPS * CORRELATION_STEPS);

export function makeShareTable(key: number): number {
  const step = key % CORRELATIONS.length;
  const rest = Math.floor(key / CORRELATIONS.length);
  const shareStep = (rest % SHARE_STEPS) + LEAST_SHARE_STEP;
  const share = Math.min(stepMiddle(shareStep), 0.5);
  return (shareTables[key] = store(
    betaBinomial(Math.floor(rest / SHARE_STEPS), { share, correlation: CORRELATIONS[step]!, wideShare: WIDE_SHARE }),
  ));
}

// --- bells --------------------------------------------------------------------------------------------------------

/** Variances of the tables lie between 2^−5 and 2^8; larger ones are brought there by leaving low bits out. */
export const LEAST_VARIANCE_STEP = octaveStep(2 ** -5);
const VARIANCE_STEPS = octaveStep(256) - LEAST_VARIANCE_STEP;
/** Below this variance the place of the mean between two integers matters: four tables in place of one. */
export const FINE_STEP = octaveStep(16) - LEAST_VARIANCE_STEP;
const SKEWNESSES = [0, 0.15, 0.3, 0.5, 0.8] as const;
/** Least square of the skewness of the second to the last table. */
export const SKEWNESS2_LIMITS = [0.0056, 0.05, 0.16, 0.42] as const;
export const SKEWNESS_STEPS = SKEWNESSES.length;
/**
 * Where the table of a bell lies, by ((step of the variance, low bits left out, − least) × SKEWNESS_STEPS + skewness)
 * × 4 + quarter in which the mean lies around its nearest integer. Symbols −reach … reach, escape.
 */
export const bellTables = new Int32Array(VARIANCE_STEPS * SKEWNESS_STEPS * 4);

export function makeBellTable(key: number): number {
  const rest = Math.floor(key / 4);
  const step = Math.floor(rest / SKEWNESSES.length);
  const deviation = Math.sqrt(stepMiddle(step + LEAST_VARIANCE_STEP));
  const weights = bell({
    deviation,
    skewness: SKEWNESSES[rest % SKEWNESSES.length]!,
    offset: step < FINE_STEP ? ((key % 4) + 0.5) / 4 - 0.5 : 0,
    reach: Math.ceil(6 * deviation) + 1,
    wideShare: WIDE_SHARE,
  });
  return (bellTables[key] = store([...weights, WIDE_SHARE]));
}
