import { type Lattice, upwards } from './lattice.js';
import { type HiddenRegion, widths } from './pattern.js';
import type { PrivacyRule } from './rule.js';

/** What of a facility is counted in the numbers that are out. */
export interface Admitted {
  /** Null: it has taken its number back. */
  readonly count: number | null;
  /** Release with which it was first counted. */
  readonly since: number;
  /** Smallest and largest count that was ever counted. */
  readonly least: number;
  readonly most: number;
  /** It was without a number in between: nothing can be exchanged with it any more. */
  readonly interrupted: boolean;
}

type Members = ReadonlyMap<string, Admitted>;

interface Proposal {
  /** Facilities whose newest number would be counted. */
  readonly changes: readonly string[];
  /** Those of the group that are counted. */
  readonly counted: Members;
  readonly numbers: ReadonlyMap<string, number>;
  readonly no: number;
  readonly rule: PrivacyRule;
  readonly lattice: Lattice;
  /** Hidden children of the group's region, whose sum it shows. */
  readonly rest: readonly HiddenRegion[];
  /** The release with which these were hidden. */
  readonly first: number;
}

/**
 * Whether the newest numbers of some facilities can be counted in the number that is shown of their group, and what is
 * then counted; undefined: not now.
 *
 * Why it is safe. Let some facilities of a group have been counted since the same release (a cohort), and take their
 * whole histories: when every count of one of them is raised by n and every count of another lowered by n, no number
 * that was ever shown changes. So a count of a facility can have been any value in a range as wide as the smallest
 * counts of its cohort together. The same holds of a hidden region, where the cohort has facilities inside and outside
 * of it. The conditions here keep these ranges as wide as the rule demands, for everything that may be small.
 */
export function evaluate(proposal: Proposal): Map<string, Admitted> | undefined {
  const { changes, counted, numbers, no, rule } = proposal;
  if (changes.length === 0) return undefined;
  const changed = new Map(
    changes.map((facility) => [facility, restated(counted.get(facility), numbers.get(facility) ?? null, no)]),
  );
  const after: Members = new Map([...counted, ...changed]);
  const isTold = (count: number): boolean => count !== 0 && Math.abs(count) <= rule.threshold;
  const sum = sumOf(after);
  if (isTold(sum) || isTold(sum - sumOf(counted))) return undefined;
  if (![...cohortsOf(after).values()].every((cohort) => protects(cohort, rule))) return undefined;
  return hidesRegions(after, proposal) ? changed : undefined;
}

function restated(before: Admitted | undefined, count: number | null, no: number): Admitted {
  const now = count ?? before?.least ?? 0;
  if (!before) return { count, since: no, least: now, most: now, interrupted: false };
  const { since, least, most, interrupted } = before;
  return {
    count,
    since,
    least: Math.min(least, now),
    most: Math.max(most, now),
    interrupted: interrupted || count === null,
  };
}

const sumOf = (members: Members): number => [...members.values()].reduce((sum, { count }) => sum + (count ?? 0), 0);

function cohortsOf(members: Members): Map<number, Admitted[]> {
  const cohorts = new Map<number, Admitted[]>();
  for (const one of members.values()) cohorts.set(one.since, [...(cohorts.get(one.since) ?? []), one]);
  return cohorts;
}

const leastOf = (members: readonly Admitted[]): number =>
  members.reduce((sum, { least, interrupted }) => sum + (interrupted ? 0 : least), 0);

/** Whether every facility of the cohort that ever had a small count can be exchanged with enough of the others. */
function protects(cohort: readonly Admitted[], { threshold, protection }: PrivacyRule): boolean {
  const small = cohort.filter(({ least, most }) => most >= 1 && least <= threshold);
  if (small.length === 0) return true;
  if (small.some(({ interrupted }) => interrupted)) return false;
  return cohort.filter(({ interrupted }) => !interrupted).length > 1 && leastOf(cohort) >= protection;
}

function hidesRegions(after: Members, { lattice, rest, rule, first }: Proposal): boolean {
  if (rest.length === 0) return true;
  const group = lattice.regions[rest[0]!.region]!.parent;
  const below = new Map<number, Set<string>>();
  for (const facility of after.keys()) {
    for (const at of upwards(lattice, lattice.leaves.get(facility)!)) {
      if (at === group) break;
      const inside = below.get(at);
      if (inside) inside.add(facility);
      else below.set(at, new Set([facility]));
    }
  }
  const oldest = (region: number): Admitted[] =>
    [...(below.get(region) ?? [])]
      .map((facility) => after.get(facility)!)
      .filter(({ since, interrupted }) => since === first && !interrupted);
  const cells = rest.filter(({ why }) => why !== 'unreported');
  if (cells.some(({ region }) => oldest(region).length === 0)) return false;
  if (widths(cells, rule, ({ region }) => leastOf(oldest(region))).some((width) => width < rule.protection))
    return false;
  return [...below].every(([, inside]) => hides(inside, after, { rule, first }));
}

/** Whether the count of a hidden region can be exchanged with facilities outside of it, or is never small. */
function hides(
  inside: ReadonlySet<string>,
  after: Members,
  { rule, first }: { rule: PrivacyRule; first: number },
): boolean {
  const own = [...inside].map((facility) => after.get(facility)!).filter(({ most }) => most > 0);
  const eldest = Math.min(...own.map(({ since }) => since));
  if (own.length === 0 || leastOf(own.filter(({ since }) => since === eldest)) > rule.threshold) return true;
  for (const [since, cohort] of cohortsOf(after)) {
    const isInside = (one: Admitted): boolean => own.includes(one);
    const movable = cohort.filter(({ interrupted }) => !interrupted);
    if (!movable.some(isInside) || leastOf(movable) < rule.protection) continue;
    // Those hidden at first have been found to exchange with each other, see `widths`.
    if (since === first || movable.some((one) => !isInside(one))) return true;
  }
  return false;
}
