import { completed, delayShares } from './chain-ladder.js';
import { dispersionOf } from './dispersion.js';
import type { Predictive } from './predictive.js';
import { asKnownBefore, knownOf, type ReportingTriangle } from './triangle.js';

export interface NowcastOptions {
  /** Last rows that delays are estimated from. */
  readonly history: number;
  /** Earlier nowcasts that the spread is estimated from: each with as long a history, so rows = history + this. */
  readonly retrospective: number;
  /** No nowcast while a smaller share of the reports is known: one case would become many. */
  readonly leastKnown: number;
}

export interface Nowcast extends Predictive {
  /** Position of the row in the triangle. */
  readonly row: number;
  /** Share of its reports that has usually arrived after the delays that are known, 0 to 1. */
  readonly knownShare: number;
}

/** Rows that are not complete, the last first. */
function openRows(triangle: ReportingTriangle): number[] {
  const open: number[] = [];
  for (let row = triangle.length - 1; row >= 0 && knownOf(triangle[row]!) < triangle[row]!.length; row--) open.push(row);
  return open;
} // prettier-ignore

const last = (triangle: ReportingTriangle, rows: number): ReportingTriangle => triangle.slice(-rows);

/**
 * What was predicted and what came of it, at each distance from the last row (0: the last), in the nowcasts that would
 * have been made `back` = 1, 2, … rows ago: sums over cells that were not known then and are now.
 */
function hindsight(triangle: ReportingTriangle, { history, retrospective }: NowcastOptions): { predicted: number[][]; found: number[][] } {
  const distances = openRows(triangle).length;
  const predicted = Array.from({ length: distances }, (): number[] => []);
  const found = Array.from({ length: distances }, (): number[] => []);
  for (let back = 1; back <= retrospective; back++) {
    if (triangle.length - back < history) break;
    const then = last(asKnownBefore(triangle, back), history);
    const shares = delayShares(then);
    if (Number.isNaN(shares[0]!) || shares[0] === 0) continue;
    const whole = completed(then.slice(-distances), shares);
    for (let distance = 0; distance < distances; distance++) {
      const now = triangle[triangle.length - 1 - back - distance]!;
      const known = knownOf(then[history - 1 - distance]!);
      let [sum, truth] = [0, 0];
      for (let delay = known; delay < knownOf(now); delay++) {
        sum += whole[distances - 1 - distance]![delay]!;
        truth += now[delay]!;
      }
      predicted[distance]!.push(sum);
      found[distance]!.push(truth);
    }
  }
  return { predicted, found };
} // prettier-ignore

/**
 * Sizes of the negative binomials around the chain ladder, for the last row, the one before, …: as
 * `baselinenowcast::estimate_uncertainty_retro`. Undefined where the triangle is too short for a nowcast in hindsight.
 */
export function dispersions(triangle: ReportingTriangle, options: NowcastOptions): readonly number[] | undefined {
  const { predicted, found } = hindsight(triangle, options);
  if (found.some((of) => of.length === 0)) return undefined;
  return found.map((counts, distance) => dispersionOf(counts, predicted[distance]!).size);
}

/**
 * Nowcast of every row that is not complete, the last first: the chain ladder, and around it the spread that its errors
 * had in hindsight. Johnson et al., "baselinenowcast", Wellcome Open Research 10 (2025) 614. Any ragged triangle will do:
 * reports a day after days, or the hours of today under days that are complete.
 */
export function nowcast(triangle: ReportingTriangle, options: NowcastOptions): readonly Nowcast[] {
  const shares = delayShares(last(triangle, options.history));
  const sizes = dispersions(triangle, options);
  return openRows(triangle).flatMap((row, distance) => {
    const known = knownOf(triangle[row]!);
    const knownShare = shares.subarray(0, known).reduce((sum, share) => sum + share, 0);
    if (!(knownShare >= options.leastKnown && knownShare > 0)) return [];
    const [whole] = completed([triangle[row]!], shares);
    const counted = whole!.subarray(0, known).reduce((sum, count) => sum + count, 0);
    const missing = whole!.subarray(known).reduce((sum, count) => sum + count, 0);
    return { row, knownShare, known: counted, missing, size: sizes?.[distance] ?? Infinity };
  });
}
