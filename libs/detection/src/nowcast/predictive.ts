import { type Counts, negativeBinomial, poisson } from '../numeric/counts.js';
import { logGamma } from '../numeric/gamma.js';

/** What a count will be once everything has arrived: what is known, and a distribution of what is not. */
export interface Predictive {
  readonly known: number;
  /** Mean of what is still to come. */
  readonly missing: number;
  /** Size of its negative binomial; Infinity is a Poisson. */
  readonly size: number;
}

const countsOf = ({ missing, size }: Predictive): Counts =>
  size === Infinity
    ? poisson(missing)
    : negativeBinomial({ size, p: size / (size + missing), rest: missing / (size + missing) });

/**
 * The least count whose mid-distribution P(X < x) + P(X = x)/2 is at least `level`: plain quantiles of counts lie too high. Parzen,
 * "Quantile probability and statistical data modeling", Statistical Science 19 (2004) 652–662; Agresti & Gottard, "Nonconservative
 * exact small-sample inference for discrete data", Computational Statistics & Data Analysis 51 (2007) 6447–6458.
 */
export function quantileOf(predictive: Predictive, level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`a quantile of ${level}, expected between 0 and 1`);
  if (predictive.missing === 0) return predictive.known;
  const counts = countsOf(predictive);
  const below = (count: number): number => (counts.atMost(count - 1) + counts.atMost(count)) / 2;
  let [low, high] = [-1, Math.max(1, Math.ceil(counts.mean))];
  while (below(high) < level) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (below(middle) >= level) high = middle;
    else low = middle;
  }
  return predictive.known + high;
}

/** ln P(X = x). */
function logDensity({ missing, size }: Predictive, x: number): number {
  if (size === Infinity) return x * Math.log(missing) - missing - logGamma(x + 1);
  const all = size + missing;
  return (
    logGamma(x + size) - logGamma(size) - logGamma(x + 1) + size * Math.log(size / all) + x * Math.log(missing / all)
  );
}

/** Steps a standard deviation at most: enough for the ends of an interval of large counts. */
const STEPS = 500;

/**
 * The shortest range of counts, the likeliest of all, that encloses the final count with a probability as near to `level`
 * as whole counts allow: of few counts that are still to come, none is a bound that the truth cannot fall below, and an
 * interval with a twentieth on either side would enclose far more than it says.
 */
export function intervalOf(predictive: Predictive, level: number): { readonly lower: number; readonly upper: number } {
  if (!(level > 0 && level < 1)) throw new RangeError(`an interval of ${level}, expected between 0 and 1`);
  const { known, missing, size } = predictive;
  if (missing === 0) return { lower: known, upper: known };
  const mode = Math.floor(size === Infinity ? missing : Math.max(0, (missing * (size - 1)) / size));
  const step = Math.max(1, Math.floor(Math.sqrt(missing + (missing * missing) / size) / STEPS));
  const mass = (x: number): number => (x < 0 ? 0 : step * Math.exp(logDensity(predictive, x)));
  let [lower, upper] = [mode, mode];
  let enclosed = mass(mode);
  let [below, above] = [mass(mode - step), mass(mode + step)];
  while (enclosed < level && below + above > 0) {
    const next = Math.max(below, above);
    if (level - enclosed < enclosed + next - level) break;
    enclosed += next;
    if (below >= above) below = mass((lower -= step) - step);
    else above = mass((upper += step) + step);
  }
  return { lower: known + Math.max(0, lower), upper: known + upper };
}
