import { COMPARED_WEEKS, type ReportRegion } from '../facts.js';
import { NOBODY, type Standing } from './standing.js';

const WEEK = 7;
const LEAST_WEEKS = 4;

/** Seven days of one region together. `count` is null when none of them has a number. */
interface Sum {
  readonly count: number | null;
  /** Days with a number. */
  readonly days: number;
  readonly reporting: number;
  readonly participating: number;
}

/** The seven days that end at a place; places before the first day have no number. */
export function sevenDays(region: ReportRegion, last: number): Sum {
  let [count, reporting, participating, numbers] = [0, 0, 0, 0];
  for (let at = last - WEEK + 1; at <= last; at++) {
    const value = region.total[at] ?? null;
    participating += region.participating[at] ?? 0;
    if (value === null) continue;
    numbers++;
    count += value;
    reporting += region.reporting[at] ?? 0;
  }
  return { count: numbers === 0 ? null : count, days: numbers, reporting, participating };
}

/**
 * A week against the eight before: their counts ÷ facility-days that reported, times those of the week (a ratio
 * estimate), so that a half-reported week is not low. The deviation is that of those weeks around the same line, never
 * less than that of Poisson counts, nor than one. The same rule as for days, see docs/for-epidemiologists.md.
 * A gauge is given as the mean of its days.
 */
export function standingInWeek(
  region: ReportRegion | undefined,
  last: number,
  kind: 'sum' | 'gauge' = 'sum',
): Standing {
  if (region === undefined) return NOBODY;
  const { days, ...own } = sevenDays(region, last);
  const share = kind === 'gauge' ? 1 / Math.max(1, days) : 1;
  const said = region.status.slice(Math.max(0, last - WEEK + 1), last + 1);
  const status =
    own.count !== null ? 'reported' : (said.find((one) => one === 'suppressed' || one === 'deleted') ?? 'missing');
  const count = own.count === null ? null : own.count * share;
  const none = { ...own, count, status, expected: null, z: null } as const;
  if (own.count === null || own.reporting === 0) return none;
  const past: { count: number; reporting: number }[] = [];
  for (let week = 1; week <= COMPARED_WEEKS; week++) {
    const { count, reporting } = sevenDays(region, last - WEEK * week);
    if (count !== null && reporting > 0) past.push({ count, reporting });
  }
  if (past.length < LEAST_WEEKS) return none;
  const rate = past.reduce((sum, { count }) => sum + count, 0) / past.reduce((sum, one) => sum + one.reporting, 0);
  const expected = rate * own.reporting;
  const squares = past.reduce((sum, { count, reporting }) => sum + (count - rate * reporting) ** 2, 0);
  const variance = Math.max(squares / (past.length - 1), expected, 1);
  return { ...own, count, status, expected: expected * share, z: (own.count - expected) / Math.sqrt(variance) };
}
