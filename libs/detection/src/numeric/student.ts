import { upperNormalQuantile } from '../normal.js';
import { beta } from './beta.js';
import { logGamma } from './gamma.js';

/** Beyond this tail the sum below has too few digits left; the continued fraction does it. */
const NEAR = 1e-4;
/** The sum has df ÷ 2 terms. */
const MOST_TERMS = 200;

/** k ÷ (k + 1): a quotient less a term. */
const RATIOS = Float64Array.from({ length: MOST_TERMS + 1 }, (_, k) => k / (k + 1));

/** The tail for a whole number of degrees of freedom: a finite sum (Abramowitz & Stegun 26.7.3 and 26.7.4). */
function finiteSum(t: number, df: number): number {
  const square = df / (df + t * t);
  const sine = t / Math.sqrt(df + t * t);
  const isOdd = df % 2 === 1;
  let term = isOdd ? Math.sqrt(square) : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k <= df - 3; k += 2) sum += term *= square * RATIOS[k]!;
  const middle = isOdd ? (2 / Math.PI) * (Math.atan(t / Math.sqrt(df)) + sine * sum) : sine * sum;
  return (1 - middle) / 2;
}

/**
 * How often a t variable of `df` degrees of freedom is above `t`. Near 0 it comes from t² ÷ (df + t²), and far out from
 * df ÷ (df + t²): the other one would lose digits.
 */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t) || Number.isNaN(df)) return NaN;
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  if (df <= MOST_TERMS && Number.isInteger(df)) {
    const tail = finiteSum(t, df);
    if (tail > NEAR) return tail;
  }
  const square = t * t;
  const { below, above } = beta(square / (df + square), { a: 0.5, b: df / 2, rest: df / (df + square) });
  return t > 0 ? above / 2 : 0.5 + below / 2;
}

const density = (t: number, df: number): number =>
  Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2) - ((df + 1) / 2) * Math.log1p((t * t) / df)) / Math.sqrt(df * Math.PI); // prettier-ignore

/** Quantiles that were asked for: few are, of each series the same. They took most of the time of a method. */
const KNOWN = new Map<string, number>();
const MOST_KNOWN = 10_000;

/** The value that a t variable exceeds with probability `alpha`. */
export function upperStudentQuantile(alpha: number, df: number): number {
  const key = `${alpha} ${df}`;
  let quantile = KNOWN.get(key);
  if (quantile === undefined) {
    quantile = quantileByNewton(alpha, df);
    if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
    KNOWN.set(key, quantile);
  }
  return quantile;
}

/** By Newton's method from the normal's, within bounds. */
function quantileByNewton(alpha: number, df: number): number {
  if (!(alpha > 0 && alpha < 1 && df > 0)) throw new RangeError(`no quantile of t for ${alpha} and ${df} degrees of freedom`);
  if (alpha > 0.5) return -quantileByNewton(1 - alpha, df);
  if (alpha === 0.5) return 0;
  let low = 0;
  let high = upperNormalQuantile(alpha) + 1;
  while (studentTail(high, df) > alpha) [low, high] = [high, high * 2];
  let t = (low + high) / 2;
  for (let round = 0; round < 200; round++) {
    const tail = studentTail(t, df);
    if (tail > alpha) low = t;
    else high = t;
    // In logarithms: far out the tail is near a power of t, and Newton's steps in it would be short.
    const next = t + (tail * Math.log(tail / alpha)) / density(t, df);
    const step = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(step - t) <= 1e-15 * t) return step;
    t = step;
  }
  return t;
} // prettier-ignore
