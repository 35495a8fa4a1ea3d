import { exp, ln } from './exact-math.js';

/** The longest table: symbols with the escape. */
const MAX_SYMBOLS = 256;

/** Counts above are not looked at. */
const MOST = 1023;
/** What lies beyond this is left to the escape. */
const NEGLIGIBLE = 1 / 8192;

/**
 * Weights of 0, 1, 2, … under a negative binomial of the given mean and variance ÷ mean (at least 1; Poisson at 1),
 * by its recurrence from the mode, with a geometric one mixed in; cut where the rest is negligible. The weights add
 * up to 1 less the rest. `wideShare` is the probability of the geometric one: surprises must not cost 15 bits.
 */
export function negativeBinomial(mean: number, dispersion: number, wideShare: number): number[] {
  const over = dispersion - 1;
  /** p(k + 1) ÷ p(k) */
  const ratio = (k: number): number =>
    over > 0 ? ((k + mean / over) / (k + 1)) * (over / dispersion) : mean / (k + 1);
  const mode = Math.floor(mean);
  const weights = new Array<number>(mode + 1).fill(0);
  weights[mode] = 1;
  // What is below 10^−18 of the mode leaves the sum as it is, to the last bit.
  for (let k = mode; k < MOST && weights[k]! > 1e-18; k++) weights.push(weights[k]! * ratio(k));
  for (let k = mode; k > 0; k--) weights[k - 1] = weights[k]! / ratio(k - 1);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const wideMean = 2 * mean + 1;
  const wide = wideMean / (1 + wideMean);
  const kept: number[] = [];
  let rest = 1;
  let geometric = 1 - wide;
  while (kept.length < 2 || (kept.length < MAX_SYMBOLS - 1 && (rest > NEGLIGIBLE || kept.length <= mode))) {
    const weight = ((weights[kept.length] ?? 0) / sum) * (1 - wideShare) + wideShare * geometric;
    kept.push(weight);
    rest -= weight;
    geometric *= wide;
  }
  return kept;
}

/**
 * Weights of 0 … n under a beta-binomial of mean n × `share` and intra-class correlation `correlation` (0: binomial),
 * by its recurrence from 0; `wideShare` is the probability that all are alike.
 */
export function betaBinomial(
  n: number,
  { share, correlation, wideShare }: { share: number; correlation: number; wideShare: number },
): number[] {
  const size = correlation > 0 ? 1 / correlation - 1 : 0;
  const weights = [1];
  for (let k = 0; k < n; k++) {
    const ratio =
      correlation > 0
        ? ((n - k) * (k + share * size)) / ((k + 1) * (n - k - 1 + (1 - share) * size))
        : ((n - k) * share) / ((k + 1) * (1 - share));
    weights.push(weights[k]! * ratio);
  }
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (weight / sum) * (1 - wideShare) + wideShare / (n + 1));
}

const POINTS = 8;
const WIDE = 3.5;

/**
 * Weights of −reach … reach (integers) under a bell of standard deviation `deviation` and the given skewness centred on
 * `offset`: a gamma density moved and scaled (a normal one at skewness 0), with one 3.5 times wider mixed in; as
 * much again is left for an escape.
 */
export function bell(shape: {
  deviation: number;
  skewness: number;
  offset: number;
  reach: number;
  wideShare: number;
}): number[] {
  const { deviation, skewness, offset, reach, wideShare } = shape;
  const form = skewness > 0 ? 4 / (skewness * skewness) : 0;
  const atMode = form > 0 ? (form - 1) * ln(form - 1) - (form - 1) : 0;
  const density = (y: number): number => {
    if (form === 0) return exp(-0.5 * y * y);
    const t = form + y * Math.sqrt(form);
    return t > 0 ? exp((form - 1) * ln(t) - t - atMode) : 0;
  };
  const weights: number[] = [];
  const wides: number[] = [];
  for (let bin = -reach; bin <= reach; bin++) {
    let weight = 0;
    let wide = 0;
    for (let point = 0; point < POINTS; point++) {
      const y = (bin - 0.5 + (point + 0.5) / POINTS - offset) / deviation;
      weight += density(y);
      wide += exp((-0.5 * y * y) / (WIDE * WIDE));
    }
    weights.push(weight);
    wides.push(wide);
  }
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const wideSum = wides.reduce((all, weight) => all + weight, 0);
  return weights.map((weight, i) => (weight / sum) * (1 - 2 * wideShare) + (wides[i]! / wideSum) * wideShare);
}
