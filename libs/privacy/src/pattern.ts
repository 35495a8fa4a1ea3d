import { type Lattice, ROOT, childrenOf, upwards } from './lattice.js';
import { type PrivacyRule, isSmall } from './rule.js';

/** Why a region is hidden. `unreported`: nobody there had reported; what comes later is counted above it only. */
export type Why = 'small' | 'complement' | 'unreported';

/** A hidden region whose parent is shown; everything below it is hidden too. */
export interface HiddenRegion {
  readonly region: number;
  readonly why: Why;
  /** Its count when it was hidden. */
  readonly count: number;
}

/** What somebody who knows the rule, and which regions are hidden for being small, knows of a hidden count. */
export function knownBounds({ why }: Pick<HiddenRegion, 'why'>, { threshold }: PrivacyRule): [number, number] {
  if (why === 'small') return [1, threshold];
  return why === 'complement' ? [threshold + 1, Infinity] : [0, 0];
}

/**
 * Between how far apart values the count of each hidden sibling can lie, when their sum is known. `movable`: how much of
 * a count can be exchanged with the others; at the first release all of it, see `evaluate`.
 */
export function widths(
  hidden: readonly HiddenRegion[],
  rule: PrivacyRule,
  movable: (region: HiddenRegion) => number = ({ count }) => count,
): number[] {
  const cells = hidden.map((one) => {
    const [low, high] = knownBounds(one, rule);
    return { give: Math.min(movable(one), one.count - low), take: high - one.count };
  });
  return cells.map(({ give, take }, i) => {
    let [given, taken] = [0, 0];
    cells.forEach((other, j) => {
      if (j !== i) [given, taken] = [given + other.give, taken + other.take];
    });
    return Math.min(take, given) + Math.min(give, taken);
  });
}

interface Deciding {
  readonly lattice: Lattice;
  readonly rule: PrivacyRule;
  /** A number a region: smaller ones are hidden first where another has to be. Never made from counts. */
  readonly order: readonly number[];
}

/**
 * Which regions of one category and day are hidden, from the numbers of facilities. Small counts are; then, where the
 * sum of hidden siblings would tell too much of one of them, further siblings, in the given order; then the region above.
 * A hidden region hides all below it. So all that is shown are sums over groups of facilities that do not overlap: each
 * finest shown region, and of each shown region the hidden rest.
 */
export function choosePattern(
  numbers: ReadonlyMap<string, number>,
  { lattice, rule, order }: Deciding,
): HiddenRegion[] {
  const children = childrenOf(lattice);
  const count = new Array<number>(lattice.regions.length).fill(0);
  const reporting = new Array<number>(lattice.regions.length).fill(0);
  for (const [facility, number] of numbers) {
    for (const at of upwards(lattice, lattice.leaves.get(facility)!)) {
      count[at]! += number;
      reporting[at]! += 1;
    }
  }
  const hidden: HiddenRegion[][] = lattice.regions.map(() => []);
  /** Whether the region can be shown; if so, `hidden` has those of its children that are not. */
  function settle(region: number): boolean {
    const [shown, safe] = [[] as number[], hidden[region]!];
    for (const child of children[region]!) {
      const why = reporting[child] === 0 ? 'unreported' : isSmall(count[child]!, rule) ? 'small' : undefined;
      if (why) safe.push({ region: child, why, count: count[child]! });
      else if (!settle(child)) safe.push({ region: child, why: 'complement', count: count[child]! });
      else if (count[child]! > 0) shown.push(child);
    }
    shown.sort((a, b) => order[a]! - order[b]!);
    const told = (): boolean => {
      const cells = safe.filter(({ why }) => why !== 'unreported');
      return widths(cells, rule).some((width) => width < rule.protection);
    };
    while (told()) {
      const next = shown.shift();
      if (next === undefined) return false;
      safe.push({ region: next, why: 'complement', count: count[next]! });
    }
    return true;
  }
  const root = count[ROOT]!;
  if (isSmall(root, rule)) return [{ region: ROOT, why: 'small', count: root }];
  if (!settle(ROOT)) return [{ region: ROOT, why: 'complement', count: root }];
  const found: HiddenRegion[] = [];
  const collect = (region: number): void => {
    const gone = new Set(hidden[region]!.map((one) => one.region));
    found.push(...hidden[region]!);
    for (const child of children[region]!) if (!gone.has(child)) collect(child);
  };
  collect(ROOT);
  return found;
}

/** FNV-1a: the same order for ever, and on every machine. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Regions of few facilities first, equal ones in an order that says nothing. Known to everybody, and no secret. */
export function complementOrder(lattice: Lattice): number[] {
  const facilities = new Array<number>(lattice.regions.length).fill(0);
  for (const leaf of lattice.leaves.values()) for (const at of upwards(lattice, leaf)) facilities[at]! += 1;
  return facilities.map((number, i) => number + hashOf(lattice.regions[i]!.key) / 2 ** 32);
}
