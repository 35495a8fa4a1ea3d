import { completenessOf, type Reporters } from '../matched/matched-series.js';
import { dispersionOf } from './dispersion.js';
import type { Predictive } from './predictive.js';

/** How many counts the usual level weighs against what has arrived: from none to a day that tells nothing. */
const INERTIA = [0, 1, 4, 16, 64, 256, 1024, 1e9] as const;

/** Fewest days before today to judge by. */
const LEAST_DAYS = 14;

export interface ReportersNowcast extends Predictive {
  /** Share of the weights of all reporters that has reported today, 0 to 1. */
  readonly completeness: number;
}

/**
 * What today will be once everybody has reported, from who has: those who are missing follow those who are not, as far
 * as they did on the days before. Of the same two groups, on day u, a counts of the present and b of the missing: b is
 * expected to be b̄ (a + k) ÷ (ā + k), negative binomial. k, from 0 (in proportion) to ∞ (b̄ whatever a is), and the size
 * are those under which the days before are likeliest. A reporter that never reported on a day added nothing to it: that
 * a file may never come is part of the spread.
 *
 * Ours; the chain ladder knows only how much has usually come by this hour, this knows whose. Undefined below two weeks.
 */
export function nowcastOfReporters(reporters: Reporters): ReportersNowcast | undefined {
  const { counts } = reporters;
  const completeness = completenessOf(reporters);
  const today = counts[0]!.length - 1;
  if (today < LEAST_DAYS) return undefined;
  const present = new Float64Array(today + 1);
  const missing = new Float64Array(today);
  for (const series of counts) {
    const isHere = !Number.isNaN(series[today]!);
    const into = isHere ? present : missing;
    for (let day = 0; day < into.length; day++) if (!Number.isNaN(series[day]!)) into[day]! += series[day]!;
  }
  const known = present[today]!;
  if (completeness === 1) return { completeness, known, missing: 0, size: Infinity };
  const past = [...present.subarray(0, today)];
  const later = [...missing];
  const usual = past.reduce((sum, a) => sum + a, 0) / today;
  const usuallyMissing = later.reduce((sum, b) => sum + b, 0) / today;
  let best = { missing: NaN, size: NaN, likelihood: -Infinity };
  for (const k of INERTIA) {
    if (usual + k === 0) continue;
    const factor = usuallyMissing / (usual + k);
    const fit = dispersionOf(
      later,
      past.map((a) => factor * (a + k)),
    );
    if (fit.likelihood > best.likelihood) best = { missing: factor * (known + k), ...fit };
  }
  return { completeness, known, missing: best.missing, size: best.size };
}
