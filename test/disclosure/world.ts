import type { Random } from '../crash/random.js';

/** A facility, where it lies, and about how much it counts. */
export interface Site {
  readonly facility: string;
  readonly path: readonly string[];
  readonly usual: number;
}

/** The newest statement of a facility: which it is (from 0), and its count; null: it has none, or took it back. */
export interface Stated {
  readonly statement: number;
  readonly count: number | null;
}

/** One day and category of a made-up country, as it is known after each of its revisions. */
export interface World {
  readonly sites: Site[];
  readonly stated: Map<string, Stated>;
}

/** Two to four levels, up to some twenty facilities: most of few counts, some of many. */
export function makeWorld(chance: Random): World {
  const sites: Site[] = [];
  const levels = 1 + chance.below(3);
  const walk = (path: readonly string[]): void => {
    if (path.length > levels) {
      const facilities = chance.of([0, 1, 1, 1, 2, 2, 3]);
      for (let i = 0; i < facilities; i++) sites.push(siteAt(path, { chance, name: `F${sites.length}` }));
      return;
    }
    const parts = levels === 3 ? 1 + chance.below(3) : 2 + chance.below(4);
    for (let i = 0; i < parts; i++) walk([...path, `${path.at(-1)!}.${i}`]);
  };
  walk(['nation']);
  if (sites.length === 0) sites.push(siteAt(['nation', 'nation.0'], { chance, name: 'F0' }));
  return { sites, stated: new Map() };
}

function siteAt(path: readonly string[], { chance, name }: { chance: Random; name: string }): Site {
  const most = chance.of([2, 4, 8, 12, 25, 60, 300]);
  return { facility: name, path, usual: most };
}

function report({ stated }: World, { facility }: Site, count: number | null): void {
  stated.set(facility, { statement: (stated.get(facility)?.statement ?? -1) + 1, count });
}

const around = ({ usual }: Site, chance: Random): number => chance.below(2 * usual + 1);

/** The first arrivals of the day: most of the facilities. */
export function firstReports(world: World, chance: Random): void {
  for (const site of world.sites) if (chance.below(10) < 8) report(world, site, around(site, chance));
}

/** One revision: a few of late reports, corrections by little and by much, withdrawals, new facilities. */
export function revise(world: World, chance: Random): void {
  for (let events = 1 + chance.below(3); events > 0; events--) {
    const site = chance.of(world.sites);
    const before = world.stated.get(site.facility)?.count ?? null;
    const kind = chance.below(20);
    if (kind === 0) {
      const path = [...site.path.slice(0, -1), `${site.path.at(-1)!}${chance.below(2) === 0 ? '' : '+'}`];
      world.sites.push(siteAt(path, { chance, name: `F${world.sites.length}` }));
      report(world, world.sites.at(-1)!, around(world.sites.at(-1)!, chance));
    } else if (before === null) report(world, site, around(site, chance));
    else if (kind === 1) report(world, site, null);
    else if (kind < 8) report(world, site, Math.max(0, before + chance.below(9) - 4));
    else if (kind < 12) report(world, site, before + 11 + chance.below(20));
    else report(world, site, around(site, chance));
  }
}
