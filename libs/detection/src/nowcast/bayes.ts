import { drawLogBeta } from '../numeric/draws.js';
import { logGamma } from '../numeric/gamma.js';
import { seededRandom } from '../random.js';
import type { FinalCounts } from './final-counts.js';
import { reportsOf, reverseCounts } from './reverse-counts.js';
import { checkTriangle, knownOf, type ReportingTriangle } from './triangle.js';

// Looked up once: these are most of what is done here.
const { exp, log } = Math;

export interface BayesOptions {
  /** Whether it is seen that recent rows cannot yet have long delays. Without, long delays are thought rarer than they are. */
  readonly truncated: boolean;
  /** Pseudo-reports of each delay. */
  readonly prior: number;
  /** Mean and variance of the number of reports of a row before any has come; undefined: all numbers are as likely. */
  readonly level?: { readonly mean: number; readonly variance: number };
  /** The largest final count thought possible. */
  readonly most: number;
  /** Draws of the delays that are averaged over; needed with a level. */
  readonly draws: number;
  readonly seed: number;
}

export interface BayesNowcast {
  /** Expected share of the reports that has come with each delay or a shorter one. */
  readonly arrived: Float64Array;
  /** A row a row of the triangle. */
  readonly rows: readonly FinalCounts[];
}

/** Of each delay from 1: given that it is no longer, whether it is as long is a beta (exactly, shorter). */
function sticks(triangle: ReportingTriangle, { truncated, prior }: BayesOptions): { readonly exactly: number; readonly shorter: number }[] {
  const { exactly, atMost } = reverseCounts(triangle);
  let before = 0;
  return Array.from(exactly, (reports, delay) => {
    const shorter = (truncated ? atMost[delay]! - reports : before) + prior * delay;
    before += reports;
    return { exactly: reports + prior, shorter };
  });
} // prettier-ignore

const certain = (known: number, most: number): FinalCounts =>
  Float64Array.from({ length: most + 1 }, (_, count) => (count === known ? 1 : 0));

/** Beta negative binomial: what is missing of a row of which `known` came, when a share that is a beta (a, b) comes. */
function betaNegativeBinomial({ known, a, b, most }: { known: number; a: number; b: number; most: number }): FinalCounts {
  const n = known + 1;
  const fixed = logGamma(n + a) + logGamma(a + b) - logGamma(n) - logGamma(a) - logGamma(b);
  return Float64Array.from({ length: most + 1 }, (_, count) => {
    const k = count - known;
    if (k < 0) return 0;
    return exp(fixed + logGamma(k + b) + logGamma(n + k) - logGamma(n + k + a + b) - logGamma(k + 1));
  });
} // prettier-ignore

/**
 * Final count of a row of which `known` came, over draws of the share that has: of a negative binomial level and the
 * share F, what is missing is a negative binomial of size + known and (1 − F) µ ÷ (µ + size), cut at the most.
 */
function overDraws({ known, shares, level: { mean, variance }, most }: { known: number; shares: Float64Array; level: { mean: number; variance: number }; most: number }): FinalCounts {
  const size = (mean * mean) / (variance - mean);
  const ways = new Float64Array(most - known + 1);
  for (let k = 1; k < ways.length; k++) ways[k] = ways[k - 1]! + log((k - 1 + size + known) / k);
  const row = new Float64Array(most + 1);
  const weights = new Float64Array(ways.length);
  for (const arrived of shares) {
    const ratio = log(((1 - arrived) * mean) / (mean + size));
    let highest = 0;
    for (let k = 1; k < ways.length; k++) highest = Math.max(highest, ways[k]! + k * ratio);
    let sum = 0;
    for (let k = 0; k < ways.length; k++) sum += weights[k] = exp(ways[k]! + (k === 0 ? 0 : k * ratio) - highest);
    for (let k = 0; k < ways.length; k++) row[known + k]! += weights[k]! / sum / shares.length;
  }
  return row;
} // prettier-ignore

/**
 * Höhle & an der Heiden, "Bayesian nowcasting during the STEC O104:H4 outbreak in Germany, 2011", Biometrics 70 (2014)
 * 993–1002: delays have a generalised Dirichlet posterior. With a level its numbers are those of `bayes.trunc` and
 * `bayes.notrunc` of `surveillance::nowcast` (which draws 2,000 times); without, exact, those of `bayes.notrunc.bnb`.
 */
export function bayesNowcast(triangle: ReportingTriangle, options: BayesOptions): BayesNowcast {
  checkTriangle(triangle);
  const { truncated, level, most, draws, seed } = options;
  if (level === undefined && truncated) throw new RangeError('a truncated nowcast without a level, expected one');
  if (level && !(level.mean > 0 && level.variance > level.mean)) throw new RangeError(`a variance of ${level.variance} around ${level.mean}, expected more`); // prettier-ignore
  const delays = sticks(triangle, options);
  const arrived = new Float64Array(delays.length).fill(1);
  for (let delay = delays.length - 1; delay > 0; delay--) {
    const { exactly, shorter } = delays[delay]!;
    arrived[delay - 1] = (arrived[delay]! * shorter) / (exactly + shorter);
  }
  const shares = level && sharesDrawn(delays, { draws, seed });
  const rows = triangle.map((row) => {
    const [known, delay] = [reportsOf(row), knownOf(row) - 1];
    if (delay < 0) throw new RangeError('a row of which nothing is known');
    if (known > most) throw new RangeError(`${known} reports, expected ${most} at most`);
    if (delay === delays.length - 1) return certain(known, most);
    if (level && shares) return overDraws({ known, shares: shares[delay + 1]!, level, most });
    const [a, all] = [delays[delay + 1]!.shorter, delays.at(-1)!];
    return betaNegativeBinomial({ known, a, b: all.exactly + all.shorter - a, most });
  });
  return { arrived, rows };
}

/** Of each number of known delays, draws of the share that has come. */
function sharesDrawn(delays: readonly { exactly: number; shorter: number }[], { draws, seed }: { draws: number; seed: number }): Float64Array[] {
  const random = seededRandom(seed);
  const shares = [...delays, undefined].map(() => new Float64Array(draws).fill(1));
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let delay = delays.length - 1; delay > 0; delay--) {
      const { exactly, shorter } = delays[delay]!;
      sum += drawLogBeta(random, shorter, exactly);
      shares[delay]![draw] = exp(sum);
    }
  }
  return shares;
} // prettier-ignore
