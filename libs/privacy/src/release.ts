import { type Admitted, evaluate } from './evaluate.js';
import { type Lattice, type LatticeRegion, type Placed, ROOT, grown, upwards } from './lattice.js';
import { type HiddenRegion, choosePattern, complementOrder } from './pattern.js';
import type { PrivacyRule } from './rule.js';

/** Numbers of one day: category → facility → its count. Who has not reported a number is not in it. */
export type DayNumbers = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** One category of a day. */
export interface CategoryRelease {
  /** Chosen once, with the first release; only regions that were not known then are added. */
  readonly hidden: readonly HiddenRegion[];
  /** How many regions of the lattice have been looked at. */
  readonly regions: number;
  /** Number of its first release. */
  readonly first: number;
  readonly admitted: ReadonlyMap<string, Admitted>;
}

/**
 * All that has been released of a day, and what it was made of. It is kept: the next release depends on it. It holds
 * counts of facilities, so nobody sees it who may not see those.
 */
export interface DayRelease {
  /** From 1; raised when something that is shown changes. */
  readonly no: number;
  readonly rule: PrivacyRule;
  readonly regions: readonly LatticeRegion[];
  readonly leaves: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, CategoryRelease>;
}

interface Situation {
  readonly lattice: Lattice;
  readonly rule: PrivacyRule;
  /** Of the release that is made. */
  readonly no: number;
  readonly numbers: ReadonlyMap<string, number>;
}

/**
 * The next release of a day: the newest numbers, where they can be shown without telling a small count, and otherwise
 * those of the release before. `before` undefined: the first. Undefined when nothing that is shown would change.
 */
export function nextRelease(
  before: DayRelease | undefined,
  { rule, places, numbers }: { rule: PrivacyRule; places: Iterable<Placed>; numbers: DayNumbers },
): DayRelease | undefined {
  const lattice = grown(before ?? { regions: [], leaves: new Map() }, places);
  const held = before?.rule ?? rule;
  const no = (before?.no ?? 0) + 1;
  const categories = new Map(before?.categories);
  let isChanged = false;
  for (const [category, counts] of numbers) {
    const known = new Map([...counts].filter(([facility]) => lattice.leaves.has(facility)));
    const situation = { lattice, rule: held, no, numbers: known };
    const release = before?.categories.get(category);
    const next = release ? laterRelease(release, situation) : firstRelease(situation);
    if (!next) continue;
    categories.set(category, next);
    isChanged = true;
  }
  return isChanged ? { no, rule: held, ...lattice, categories } : undefined;
}

function firstRelease({ lattice, rule, no, numbers }: Situation): CategoryRelease | undefined {
  if (numbers.size === 0) return undefined;
  const hidden = choosePattern(numbers, { lattice, rule, order: complementOrder(lattice) });
  const admit = ([facility, count]: [string, number]): [string, Admitted] => [
    facility,
    { count, since: no, least: count, most: count, interrupted: false },
  ];
  return { hidden, regions: lattice.regions.length, first: no, admitted: new Map([...numbers].map(admit)) };
}

/** Undefined: nothing can be let out. */
function laterRelease(
  { hidden: before, regions, first, admitted: counted }: CategoryRelease,
  { lattice, rule, no, numbers }: Situation,
): CategoryRelease | undefined {
  const hidden = [...before, ...unseen(lattice, { hidden: before, regions })];
  const closed = new Set(hidden.map(({ region }) => region));
  const groups = new Map<number, { changes: string[]; counted: Map<string, Admitted> }>();
  const groupAt = (facility: string) => {
    const group = groupOf(lattice, closed, lattice.leaves.get(facility)!);
    if (group === undefined) return undefined;
    let found = groups.get(group);
    if (!found) groups.set(group, (found = { changes: [], counted: new Map() }));
    return found;
  };
  for (const [facility, one] of counted) {
    const group = groupAt(facility);
    group?.counted.set(facility, one);
    if ((numbers.get(facility) ?? null) !== one.count) group?.changes.push(facility);
  }
  for (const facility of numbers.keys()) if (!counted.has(facility)) groupAt(facility)?.changes.push(facility);

  const admitted = new Map(counted);
  for (const [group, { changes, counted: members }] of groups) {
    const rest = hidden.filter(({ region }) => lattice.regions[region]!.parent === group);
    // All that waits; else what was never counted, which often can be let out by itself.
    for (const some of [changes, changes.filter((facility) => !members.has(facility))]) {
      const allowed = evaluate({ changes: some, counted: members, numbers, no, rule, lattice, rest, first });
      for (const [facility, one] of allowed ?? []) admitted.set(facility, one);
      if (allowed) break;
    }
  }
  const isSame = [...admitted].every(([facility, one]) => counted.get(facility) === one);
  return isSame ? undefined : { hidden, regions: lattice.regions.length, first, admitted };
}

/** Regions the lattice did not have when the pattern was chosen: what is in them is counted above only. */
function unseen({ regions }: Lattice, before: { hidden: readonly HiddenRegion[]; regions: number }): HiddenRegion[] {
  const closed = new Set(before.hidden.map(({ region }) => region));
  return regions.flatMap(({ parent }, region): HiddenRegion[] => {
    if (region < before.regions || parent >= before.regions) return [];
    const isHidden = [...upwards({ regions }, parent)].some((at) => closed.has(at));
    return isHidden ? [] : [{ region, why: 'unreported', count: 0 }];
  });
}

/**
 * The shown region in whose number alone, apart from those above it, a facility is counted: its finest region, or the
 * one whose hidden rest it belongs to. Undefined: nothing is shown.
 */
function groupOf(lattice: Lattice, hidden: ReadonlySet<number>, leaf: number): number | undefined {
  for (const at of upwards(lattice, leaf)) {
    if (hidden.has(at)) return at === ROOT ? undefined : lattice.regions[at]!.parent;
  }
  return leaf;
}

/** The numbers of a category that are out: region → count. Not in it: the hidden, and where nobody is counted. */
export function releasedCounts({ regions, leaves, categories }: DayRelease, category: string): Map<string, number> {
  const counts = new Map<string, number>();
  const release = categories.get(category);
  const hidden = new Set(release?.hidden.map(({ region }) => region));
  for (const [facility, { count }] of release?.admitted ?? []) {
    if (count === null) continue;
    const path = [...upwards({ regions }, leaves.get(facility)!)];
    for (const at of path.slice(path.findLastIndex((one) => hidden.has(one)) + 1)) {
      const { key } = regions[at]!;
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  return counts;
}
