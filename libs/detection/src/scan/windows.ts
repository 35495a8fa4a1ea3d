import { boundFactor, logLikelihoodRatio } from './likelihood.js';
import type { Neighbours } from './neighbours.js';

/** What is scanned: circles times spans of the last days, and how many cases each window would have by chance. */
export interface Windows {
  readonly circles: Neighbours;
  /** Expected cases of a window = weight of its circle × the factor of its span; longer spans come later. */
  readonly factors: Float64Array;
  /** All cases. */
  readonly all: number;
  readonly minCases: number;
  readonly rates: 'high' | 'both';
}

/** The best window around one centre; `circle` is a position in the lists of circles. */
export interface Best {
  readonly centre: number;
  readonly llr: number;
  readonly circle: number;
  readonly span: number;
  readonly observed: number;
  readonly expected: number;
}

/**
 * The best window around a centre with a ratio above `above`, undefined where there is none. `counts` has, per place,
 * one number a span: its cases in it.
 */
export function bestAround(windows: Windows, counts: Int32Array, { centre, above }: { centre: number; above: number }): Best | undefined {
  const { circles, factors, all, minCases, rates } = windows;
  const { start, place, weight, isEnd } = circles;
  const spans = factors.length;
  const sums = new Int32Array(spans);
  let best: Best | undefined;
  let least = above;
  for (let circle = start[centre]!; circle < start[centre + 1]!; circle++) {
    const from = place[circle]! * spans;
    for (let span = 0; span < spans; span++) sums[span]! += counts[from + span]!;
    if (isEnd[circle] === 0) continue;
    for (let span = 0; span < spans; span++) {
      const observed = sums[span]!;
      const expected = weight[circle]! * factors[span]!;
      if (observed > expected ? observed < minCases : rates === 'high' || observed === expected) continue;
      const excess = observed - expected;
      if (excess > 0 && excess * excess * boundFactor(expected, all) <= least) continue;
      const llr = logLikelihoodRatio(observed, expected, all);
      if (llr <= least) continue;
      least = llr;
      best = { centre, llr, circle, span, observed, expected };
    }
  }
  return best;
} // prettier-ignore
