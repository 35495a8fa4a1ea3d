import type { Day } from '#vocabulary';
import type { Observed, ObservedRelease, Statements } from '#disclosure';
import { type DayRelease, readDayRelease } from '#privacy';
import { type Engine, releasedHistory, releaseStates } from '#warehouse';

/** One category of a day, as somebody has seen it who kept every release. */
export interface ObservedCategory {
  readonly day: Day;
  readonly category: string;
  readonly observed: Observed;
  /** Least width of what may be known of a small count. */
  readonly protection: number;
}

/**
 * What was released of a day, for an audit: the numbers from the table that the doors read, what they should be made of
 * from the states that are kept beside.
 */
export async function observeDay(
  engine: Engine,
  { dataset, day }: { dataset: string; day: Day },
): Promise<ObservedCategory[]> {
  const states = await releaseStates(engine, { dataset, days: [day], only: 'all' });
  if (states.length === 0) return [];
  const history = await releasedHistory(engine, { dataset, day });
  const releases = states.map(({ state }) => readDayRelease(state));
  const last = releases.at(-1)!;
  return [...last.categories.keys()].map((category) => {
    const seen = releases.filter((release) => release.categories.has(category));
    const counted = statementsOf(seen, category);
    return {
      day,
      category,
      protection: last.rule.protection,
      observed: {
        regions: last.regions,
        leaves: last.leaves,
        threshold: last.rule.threshold,
        releases: seen.map((release, i) => ({
          shown: shownOf(history.get(release.no), category),
          counted: counted[i]!,
          ...(i === 0 ? { known: knownOf(release, { category, counted: counted[i]! }) } : {}),
        })),
      },
    };
  });
}

function shownOf(
  regions: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined,
  category: string,
): Map<string, number> {
  const shown = new Map<string, number>();
  for (const [region, counts] of regions ?? []) {
    const count = counts.get(category);
    if (count !== undefined) shown.set(region, count);
  }
  return shown;
}

/** Which statements are counted in each release: a facility has another one when another count of it is. */
function statementsOf(releases: readonly DayRelease[], category: string): Statements[] {
  const last = new Map<string, { statement: number; count: number | null }>();
  return releases.map((release) => {
    const counted = new Map<string, { statement: number; count: number }>();
    for (const [facility, { count }] of release.categories.get(category)!.admitted) {
      const before = last.get(facility);
      const statement = before?.count === count ? before.statement : (before?.statement ?? -1) + 1;
      last.set(facility, { statement, count });
      if (count !== null) counted.set(facility, { statement, count });
    }
    return counted;
  });
}

/** What the rule tells of regions that were hidden at first, to somebody who knows which of them for being small. */
function knownOf(
  { regions, leaves, rule, categories }: DayRelease,
  { category, counted }: { category: string; counted: Statements },
): NonNullable<ObservedRelease['known']> {
  const isWithin = (region: number, facility: string): boolean => {
    for (let at = leaves.get(facility)!; at >= 0; at = regions[at]!.parent) if (at === region) return true;
    return false;
  };
  return categories.get(category)!.hidden.flatMap(({ region, why }) => {
    if (why === 'unreported') return [];
    const statements: Statements = new Map([...counted].filter(([facility]) => isWithin(region, facility)));
    return [
      why === 'small'
        ? { statements, low: 1, high: rule.threshold }
        : { statements, low: rule.threshold + 1, high: Infinity },
    ];
  });
}
