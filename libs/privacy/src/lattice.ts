/** Where a facility lies: the keys of its regions, from the root of the lattice to the finest level that is released. */
export interface Placed {
  readonly facility: string;
  readonly path: readonly string[];
}

/** A region of the lattice. Parents stand before their children; the root has the parent -1. */
export interface LatticeRegion {
  readonly key: string;
  readonly parent: number;
}

/** The regions in which counts are released, and the finest region of each facility. Grows, and is never cut. */
export interface Lattice {
  readonly regions: readonly LatticeRegion[];
  /** Facility → number of its finest region. */
  readonly leaves: ReadonlyMap<string, number>;
}

export const ROOT = 0;

/** With the facilities that are not in it yet; what is known keeps its place and its number. */
export function grown({ regions, leaves }: Lattice, places: Iterable<Placed>): Lattice {
  const known = new Map(regions.map(({ key }, i) => [key, i]));
  const [all, located] = [[...regions], new Map(leaves)];
  for (const { facility, path } of places) {
    if (located.has(facility)) continue;
    let at = -1;
    for (const key of path) {
      let next = known.get(key);
      if (next === undefined) known.set(key, (next = all.push({ key, parent: at }) - 1));
      at = next;
    }
    located.set(facility, at);
  }
  return { regions: all, leaves: located };
}

/** The region itself and those above it, up to the root. */
export function* upwards({ regions }: Pick<Lattice, 'regions'>, from: number): Generator<number> {
  for (let at = from; at >= 0; at = regions[at]!.parent) yield at;
}

export function childrenOf({ regions }: Pick<Lattice, 'regions'>): number[][] {
  const children: number[][] = regions.map(() => []);
  regions.forEach(({ parent }, i) => {
    if (parent >= 0) children[parent]!.push(i);
  });
  return children;
}
