import { METHODS, type Judged, detectAsOf } from '#detection';
import { BellwetherError, type Day, type Region, regionKey } from '#vocabulary';
import { type Directory, takesPart } from '#analytics';
import type { AlarmRule } from '#registry';
import type { JudgedNumbers } from '#warehouse';
import type { History } from './history.js';

/** One category of one region on one day, compared with its past. */
export interface Cell extends JudgedNumbers {
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly judged: Judged;
}

/** What a judgement depends on, of a rule. */
export type Judging = Pick<AlarmRule, 'method' | 'parameters' | 'matching' | 'history'>;

/** Days before a day that it is compared with, where a method would look at all there are: three years and the weeks around. */
const ALL = 3 * 366 + 28;
/** The most days of a method that looks back in years: five of them, and the weeks around. */
const YEARS = 5 * 366 + 36;
/**
 * The fewest and the most steps of other methods: who has reported on most of them has a past. Of what lies 56 steps back
 * an exponential average of weight 0.4 remembers a part of 10⁻¹².
 */
const [LEAST, MOST] = [28, 56];
/** A method that reaches further is given all of it, up to years: only those that average can do with less. */
const AVERAGES = 86;

/** Days before a judged day that its judgement depends on, in a dataset of such steps. */
export function reachOf({ method, parameters, history }: Judging, stepDays: number): number {
  if (history !== undefined) return history;
  const reach = methodNamed(method).reach(parameters);
  if (reach === Infinity) return ALL;
  return reach > AVERAGES ? Math.min(YEARS, reach * stepDays) : Math.max(LEAST, Math.min(MOST, reach)) * stepDays;
}

function methodNamed(id: string) {
  const method = METHODS.get(id);
  if (!method)
    throw new BellwetherError('REQUEST_INVALID', `method: expected one of ${[...METHODS.keys()].join(', ')}`);
  return method;
}

export const cellKey = (region: Region, category: string): string => `${regionKey(region)} ${category}`;

/** By name, so that sums are rounded alike whenever they are made. */
function inOrder(names: string[]): string[] {
  for (let i = 1; i < names.length; i++) if (names[i]! < names[i - 1]!) return names.sort();
  return names;
}

/** Without the steps before anybody reported: who takes part since then has a past, though years are asked for. */
function sinceFirstReport(counts: Float64Array[]): Float64Array[] {
  const first = counts.reduce((least, series) => {
    const at = series.findIndex((count) => !Number.isNaN(count));
    return at < 0 ? least : Math.min(least, at);
  }, Infinity);
  return first === 0 || first === Infinity ? counts : counts.map((series) => series.subarray(first));
}

/**
 * Judges the categories of one region on one day: today's reporters against the same reporters' past (libs/detection,
 * matched). A cell that nobody takes part in does not exist.
 */
export function judgeRegion(
  { history, directory, judging }: { history: History; directory: Directory; judging: Judging },
  { region, day, categories }: { region: Region; day: Day; categories: readonly string[] },
): Cell[] {
  const members = directory.inRegion(region).filter((one) => takesPart(one, day));
  if (members.length === 0) return [];
  const facilities = inOrder(members.map(({ facility }) => facility));
  const { stepDays } = history;
  const reach = reachOf(judging, stepDays);
  const from = day - reach;
  const method = methodNamed(judging.method);
  const { parameters, matching } = judging;
  return categories.map((category) => {
    const all = history.counts(facilities, { category, from, to: day });
    const counts = reach > AVERAGES * stepDays ? sinceFirstReport(all) : all;
    const start = day - (counts[0]!.length - 1) * stepDays;
    const found = detectAsOf({ start, stepDays, counts }, { method, parameters, matching });
    const { judged, completeness: share, usualShare, matched, value, expected, upperbound, statistic, pValue: p } = found;
    return { region, category, day, judged, value, expected, upperbound, statistic, p, share, usualShare, matched };
  });
} // prettier-ignore
