import { upperNormalTail } from '../normal.js';

/** Probability of each final count, from 0 to the most that is thought possible. */
export type FinalCounts = Float64Array;

/**
 * The least count that is not exceeded with a probability of more than `level`; NaN where the probabilities do not sum up
 * to it. Sums are compensated (Neumaier 1974): where a level lies on a step, rounding would decide.
 */
export function quantileOfCounts(counts: FinalCounts, level: number): number {
  let [sum, lost] = [0, 0];
  for (const [count, probability] of counts.entries()) {
    const next = sum + probability;
    lost += sum >= probability ? sum - next + probability : probability - next + sum;
    sum = next;
    if (sum + lost > level) return count;
  }
  return NaN;
}

/** Anything from what is known to `most`: the nowcast of one who knows nothing of delays. */
export function uninformed(known: number, most: number): FinalCounts {
  return new Float64Array(most + 1).fill(1 / (Math.max(0, most - known) + 1), known);
}

/**
 * A normal distribution, truncated below what is known, as `surveillance::nowcast(method = "lawless")` cuts it: it does
 * not take off what lies below, but divides by what lies above, so that the sum may exceed 1. For comparison with that.
 */
export function normalAsInSurveillance({ known, expected, variance, most }: { readonly known: number; readonly expected: number; readonly variance: number; readonly most: number }): FinalCounts {
  const sigma = Math.sqrt(variance);
  const above = upperNormalTail((known - expected) / sigma);
  let before = 0;
  return Float64Array.from({ length: most + 1 }, (_, count) => {
    if (!(variance > 0)) return count === expected ? 1 : 0;
    const until = count < known ? 0 : upperNormalTail((expected - count) / sigma) / above;
    const probability = until - before;
    before = until;
    return probability;
  });
} // prettier-ignore
