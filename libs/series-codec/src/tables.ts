import { betaBinomial, bell, negativeBinomial } from './distributions.js';
import { octaveStep, stepFloor, stepMiddle } from './exact-math.js';

/** Frequencies of every table add up to 2^15. */
export const PRECISION = 15;
export const WHOLE = 1 << PRECISION;

/**
 * Tables of cumulated frequencies, each made when it is first needed and kept. All lie in one array, so that coding a
 * symbol touches no object: `cumulated[at] … cumulated[at + symbols]` runs from 0 to {@link WHOLE}. Before `at` stand
 * the number of symbols and, for {@link JUMPS} equal parts of the range, the first symbol that reaches into each.
 */
export const cumulated = new Uint16Array(1 << 21); // room for every table there can be; the system commits what is touched
let used = 0;

export const JUMPS = 32;
export const JUMP_SHIFT = PRECISION - 5;

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

/** Number of symbols of the table at `at`, the escape included, which is the last. */
export const symbolsOf = (at: number): number => cumulated[at - JUMPS - 1]!;

// --- counts around a small mean ------------------------------------------------------------------------------------

/** Means from this on are coded with bells. */
export const LARGE_MEAN = 32;
const LEAST_MEAN_STEP = octaveStep(2 ** -8);
const MEAN_STEPS = octaveStep(LARGE_MEAN) - LEAST_MEAN_STEP;
const DISPERSION_STEPS = 8 * 6;
const countTables = new Int32Array(MEAN_STEPS * DISPERSION_STEPS);

/** The table of a count of this mean (below {@link LARGE_MEAN}) and variance; symbols 0, 1, 2, …, escape. */
export function countTable(mean: number, variance: number): number {
  let meanStep = octaveStep(mean) - LEAST_MEAN_STEP;
  if (meanStep < 0) meanStep = 0;
  let dispersionStep = variance > mean ? octaveStep(variance / mean) : 0;
  if (dispersionStep >= DISPERSION_STEPS) dispersionStep = DISPERSION_STEPS - 1;
  const key = meanStep * DISPERSION_STEPS + dispersionStep;
  return countTables[key]! || makeCountTable(key);
}

function makeCountTable(key: number): number {
  const mean = stepMiddle(Math.floor(key / DISPERSION_STEPS) + LEAST_MEAN_STEP);
  const weights = negativeBinomial(mean, stepMiddle(key % DISPERSION_STEPS));
  const rest = 1 - weights.reduce((all, weight) => all + weight, 0);
  return (countTables[key] = store([...weights, Math.max(rest, 1e-9)]));
}

// --- a share of a small count ----------------------------------------------------------------------------------------

/** Up to this many, the part of a count has a table for the count itself. */
export const SMALL_WHOLE = 20;
const LEAST_SHARE_STEP = octaveStep(2 ** -8);
const SHARE_STEPS = octaveStep(0.5) + 1 - LEAST_SHARE_STEP;
const CORRELATIONS = [0, 0.02, 0.05, 0.1, 0.2] as const;
const shareTables = new Int32Array((SMALL_WHOLE + 1) * SHARE_STEPS * CORRELATIONS.length);

/** The table of the part (symbols 0 … n) of n of mean n × share, share at most ½. It has no escape: all parts are in it. */
export function shareTable(n: number, share: number, correlation: number): number {
  let shareStep = octaveStep(share) - LEAST_SHARE_STEP;
  if (shareStep < 0) shareStep = 0;
  const step =
    n === 1 || correlation < 0.01 ? 0 : correlation < 0.035 ? 1 : correlation < 0.075 ? 2 : correlation < 0.15 ? 3 : 4;
  const key = (n * SHARE_STEPS + shareStep) * CORRELATIONS.length + step;
  return shareTables[key]! || makeShareTable(key);
}

function makeShareTable(key: number): number {
  const step = key % CORRELATIONS.length;
  const rest = Math.floor(key / CORRELATIONS.length);
  const shareStep = (rest % SHARE_STEPS) + LEAST_SHARE_STEP;
  const share = Math.min(stepMiddle(shareStep), 0.5);
  return (shareTables[key] = store(betaBinomial(Math.floor(rest / SHARE_STEPS), share, CORRELATIONS[step]!)));
}

// --- bells --------------------------------------------------------------------------------------------------------

/** Variances of the tables lie between 2^−5 and 2^8; larger ones are brought there by leaving low bits out. */
const LEAST_VARIANCE_STEP = octaveStep(2 ** -5);
const VARIANCE_STEPS = octaveStep(256) - LEAST_VARIANCE_STEP;
/** Below this variance the place of the mean between two integers matters: four tables in place of one. */
const FINE_STEP = octaveStep(16) - LEAST_VARIANCE_STEP;
const SKEWNESSES = [0, 0.15, 0.3, 0.5, 0.8] as const;
const bellTables = new Int32Array(VARIANCE_STEPS * SKEWNESSES.length * 4);

/** Low bits to leave out so that the variance falls below 2^8: 0 while it is there already. */
export function lowBits(variance: number): number {
  const octave = octaveStep(variance) >> 3;
  return octave < 8 ? 0 : (octave - 6) >> 1;
}

/** Half the width of a bell's table: the middle symbol. */
export const reachOf = (at: number): number => (symbolsOf(at) - 2) >> 1;

/**
 * The table of a deviation of this variance from the mean, `leftOut` low bits left out: symbols −reach … reach,
 * escape. `offset` is the mean less its nearest integer, `skewness2` the square of the skewness.
 */
export function bellTable(variance: number, leftOut: number, offset: number, skewness2: number): number {
  let step = octaveStep(variance) - 16 * leftOut - LEAST_VARIANCE_STEP;
  if (step < 0) step = 0;
  const skew = skewness2 < 0.0056 ? 0 : skewness2 < 0.05 ? 1 : skewness2 < 0.16 ? 2 : skewness2 < 0.42 ? 3 : 4;
  const place = step < FINE_STEP ? ((offset + 0.5) * 4) | 0 : 0;
  const key = (step * SKEWNESSES.length + skew) * 4 + (place > 3 ? 3 : place);
  return bellTables[key]! || makeBellTable(key);
}

function makeBellTable(key: number): number {
  const rest = Math.floor(key / 4);
  const step = Math.floor(rest / SKEWNESSES.length);
  const deviation = Math.sqrt(stepMiddle(step + LEAST_VARIANCE_STEP));
  const weights = bell({
    deviation,
    skewness: SKEWNESSES[rest % SKEWNESSES.length]!,
    offset: step < FINE_STEP ? ((key % 4) + 0.5) / 4 - 0.5 : 0,
    reach: Math.ceil(6 * deviation) + 1,
  });
  return (bellTables[key] = store([...weights, 0.004]));
}

/** For tests: the least value of each kind of step, so that the document's figures can be checked. */
export const STEP_FLOORS = { mean: stepFloor(LEAST_MEAN_STEP), variance: stepFloor(LEAST_VARIANCE_STEP) };
