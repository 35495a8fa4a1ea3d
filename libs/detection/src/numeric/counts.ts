import { upperNormalQuantile } from '../normal.js';
import { beta } from './beta.js';
import { gammaAbove, gammaBelow } from './gamma.js';

/** A distribution of counts: how often one is at most, and how often above, `count`. */
export interface Counts {
  readonly mean: number;
  readonly variance: number;
  atMost(count: number): number;
  above(count: number): number;
}

/** Poisson; the mean may be 0. */
export function poisson(mean: number): Counts {
  return {
    mean,
    variance: mean,
    atMost: (count) => (count < 0 ? 0 : gammaAbove(Math.floor(count) + 1, mean)),
    above: (count) => (count < 0 ? 1 : gammaBelow(Math.floor(count) + 1, mean)),
  };
}

/** Negative binomial by size and probability, as R has it: mean size (1 − p) ÷ p; `rest` = 1 − p. */
export function negativeBinomial({ size, p, rest = 1 - p }: { size: number; p: number; rest?: number }): Counts {
  const mean = (size * rest) / p;
  return {
    mean,
    variance: mean / p,
    atMost: (count) => (count < 0 ? 0 : beta(p, { a: size, b: Math.floor(count) + 1, rest }).below),
    above: (count) => (count < 0 ? 1 : beta(p, { a: size, b: Math.floor(count) + 1, rest }).above),
  };
}

/**
 * The least count that is exceeded with probability `alpha` or less. Like R's, it forgives the last digits: a quantile
 * that lies exactly on a step would otherwise depend on rounding.
 */
export function upperQuantile(of: Counts, alpha: number): number {
  const FORGIVEN = 64 * Number.EPSILON;
  const limit = alpha * (1 + FORGIVEN) + FORGIVEN;
  const isEnough = (count: number): boolean => of.above(count) <= limit;
  const guess = Math.max(0, Math.round(of.mean + upperNormalQuantile(alpha) * Math.sqrt(of.variance)));
  let low = -1;
  let high = guess;
  for (let step = Math.max(1, Math.round(Math.sqrt(of.variance) / 8)); ; step *= 2) {
    if (isEnough(high)) break;
    [low, high] = [high, high + step];
  }
  for (let step = Math.max(1, Math.round(Math.sqrt(of.variance) / 8)); low === -1 && high > 0; step *= 2) {
    const lower = Math.max(0, high - step);
    if (isEnough(lower)) high = lower;
    else low = lower;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
