import type { Best, Windows } from './windows.js';

/** Places and days with more (or fewer) cases than chance would have. */
export interface ScanCluster {
  /** Positions of its places, nearest to the centre first. */
  readonly members: readonly number[];
  /** Distance of the last from the first: kilometres, or the unit of the coordinates. */
  readonly radius: number;
  /** It has lasted so many days, today included. */
  readonly days: number;
  readonly observed: number;
  readonly expected: number;
  readonly llr: number;
  /** How likely chance alone has a window as unusual, anywhere: 1 ÷ (replicates + 1) at least. */
  readonly p: number;
  /** Days of daily scans in which chance has one such cluster: 1 ÷ p. */
  readonly recurrenceDays: number;
}

/** Replicates whose maximum is at least `llr`; `maxima` ascend. */
function asLarge(maxima: Float64Array, llr: number): number {
  let low = 0;
  let high = maxima.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (maxima[middle]! < llr) low = middle + 1;
    else high = middle;
  }
  return maxima.length - low;
}

/** The best window of each centre, most unusual first (of equals the smaller), as long as it shares no place with one before. */
export function clustersOf({ circles }: Windows, { found, maxima }: { found: readonly Best[]; maxima: Float64Array }): ScanCluster[] {
  const candidates = found.map((best) => ({
    best,
    members: [...circles.place.subarray(circles.start[best.centre]!, best.circle + 1)],
  }));
  candidates.sort((a, b) => b.best.llr - a.best.llr || a.members.length - b.members.length);
  const taken = new Set<number>();
  const clusters: ScanCluster[] = [];
  for (const { best, members } of candidates) {
    if (members.some((place) => taken.has(place))) continue;
    const beaten = asLarge(maxima, best.llr);
    if (beaten === maxima.length) break;
    for (const place of members) taken.add(place);
    const p = (1 + beaten) / (maxima.length + 1);
    const { llr, observed, expected, span, circle } = best;
    clusters.push({ members, radius: circles.distance[circle]!, days: span + 1, observed, expected, llr, p, recurrenceDays: 1 / p });
  }
  return clusters;
} // prettier-ignore
