import type { Observed, ObservedRelease, Statements } from '#disclosure';
import { type DayNumbers, type DayRelease, type PrivacyRule, isSmall, nextRelease, releasedCounts } from '#privacy';
import type { World } from './world.js';

const CATEGORY = 'c';

/** What is shown of a world after each of its revisions. */
export interface Publisher {
  publish(world: World): void;
  observed(): Observed;
}

const placesOf = ({ sites }: World) => sites.map(({ facility, path }) => ({ facility, path }));

function numbersOf({ stated }: World): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [facility, { count }] of stated) if (count !== null) numbers.set(facility, count);
  return numbers;
}

const dayOf = (world: World): DayNumbers => new Map([[CATEGORY, numbersOf(world)]]);

/** True sums of every region. */
function sumsOf({ sites }: World, numbers: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { facility, path } of sites) {
    const count = numbers.get(facility);
    if (count !== undefined) for (const key of path) sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return sums;
}

function statementsOf({ stated }: World, facilities: Iterable<string>): Statements {
  const found = new Map<string, { statement: number; count: number }>();
  for (const facility of facilities) {
    const one = stated.get(facility);
    if (one && one.count !== null) found.set(facility, { statement: one.statement, count: one.count });
  }
  return found;
}

function latticeOf({ sites }: World): Pick<Observed, 'regions' | 'leaves'> {
  const regions: { key: string; parent: number }[] = [];
  const known = new Map<string, number>();
  const leaves = new Map<string, number>();
  for (const { facility, path } of sites) {
    let parent = -1;
    for (const key of path) {
      if (!known.has(key)) known.set(key, regions.push({ key, parent }) - 1);
      parent = known.get(key)!;
    }
    leaves.set(facility, parent);
  }
  return { regions, leaves };
}

/** The rule as it is used. */
export function careful(rule: PrivacyRule): Publisher {
  let day: DayRelease | undefined;
  let last: World | undefined;
  let counted = new Map<string, { statement: number; count: number }>();
  const releases: ObservedRelease[] = [];

  function boundsOfFirst(release: DayRelease): NonNullable<ObservedRelease['known']> {
    return release.categories.get(CATEGORY)!.hidden.flatMap(({ region, why }) => {
      if (why === 'unreported') return [];
      const inside = [...counted].filter(([facility]) => {
        for (let at = release.leaves.get(facility)!; at >= 0; at = release.regions[at]!.parent)
          if (at === region) return true;
        return false;
      });
      const [low, high] = why === 'small' ? [1, rule.threshold] : [rule.threshold + 1, Infinity];
      return [{ statements: new Map(inside), low, high }];
    });
  }

  return {
    publish(world) {
      last = world;
      const before = day?.categories.get(CATEGORY)?.admitted;
      const next = nextRelease(day, { rule, places: placesOf(world), numbers: dayOf(world) });
      if (next) {
        const admitted = next.categories.get(CATEGORY)!.admitted;
        const now = statementsOf(world, world.stated.keys());
        const kept = counted;
        counted = new Map();
        for (const [facility, one] of admitted) {
          if (one.count === null) continue;
          counted.set(facility, before?.get(facility) === one ? kept.get(facility)! : now.get(facility)!);
        }
      }
      day = next ?? day;
      if (!day) return;
      const shown = releasedCounts(day, CATEGORY);
      const known = releases.length === 0 ? boundsOfFirst(day) : [];
      releases.push({ shown, counted, known });
    },
    observed: () => ({ ...latticeOf(last!), releases, threshold: rule.threshold }),
  };
}

/** Blanks small counts, and nothing else: what the auditor has to catch. */
export function primaryOnly(rule: PrivacyRule): Publisher {
  let last: World | undefined;
  const releases: ObservedRelease[] = [];
  return {
    publish(world) {
      last = world;
      const sums = sumsOf(world, numbersOf(world));
      const shown = new Map([...sums].filter(([, count]) => !isSmall(count, rule)));
      releases.push({ shown, counted: statementsOf(world, world.stated.keys()) });
    },
    observed: () => ({ ...latticeOf(last!), releases, threshold: rule.threshold }),
  };
}

/** Hides complements too, but chooses anew with every revision: what the auditor has to catch as well. */
export function forgetful(rule: PrivacyRule): Publisher {
  let last: World | undefined;
  const releases: ObservedRelease[] = [];
  return {
    publish(world) {
      last = world;
      const day = nextRelease(undefined, { rule, places: placesOf(world), numbers: dayOf(world) });
      if (day)
        releases.push({ shown: releasedCounts(day, CATEGORY), counted: statementsOf(world, world.stated.keys()) });
    },
    observed: () => ({ ...latticeOf(last!), releases, threshold: rule.threshold }),
  };
}
