/**
 * A TopoJSON topology, quantised: arcs are lines of [dx, dy] steps, shared by the regions on either side.
 * Source: the TopoJSON specification, § 2.1.
 */
export interface Topology {
  readonly transform: { readonly scale: readonly [number, number]; readonly translate: readonly [number, number] };
  readonly arcs: readonly (readonly (readonly number[])[])[];
  readonly objects: Readonly<Record<string, { readonly geometries: readonly Geometry[] } | undefined>>;
}

type Ring = readonly number[];

/** Arc ~i is arc i read backwards. A region without any land has no type. */
interface Geometry {
  readonly id: string;
  readonly type?: 'Polygon' | 'MultiPolygon' | null;
  readonly arcs?: readonly Ring[] | readonly (readonly Ring[])[];
  readonly properties: { readonly name: string };
}

/** The arcs of a region; each ring is closed. */
export interface Shaped {
  readonly id: string;
  readonly name: string;
  readonly rings: readonly Ring[];
}

/** x, y pairs of every arc, placed by `scale` and `shift`; points nearer than `apart` to the last one are left out. */
export function placeArcs(
  topology: Topology,
  { scale, shift, apart }: { scale: number; shift: readonly [number, number]; apart: number },
): Float32Array[] {
  const { scale: step, translate } = topology.transform;
  return topology.arcs.map((arc) => {
    const points = new Float32Array(2 * arc.length);
    let [x, y, kept] = [0, 0, 0];
    arc.forEach(([dx = 0, dy = 0], i) => {
      x += dx;
      y += dy;
      const placedX = (x * step[0] + translate[0]) * scale + shift[0];
      const placedY = (y * step[1] + translate[1]) * scale + shift[1];
      const last = i === arc.length - 1;
      const near =
        kept > 0 && Math.abs(placedX - points[kept - 2]!) < apart && Math.abs(placedY - points[kept - 1]!) < apart;
      // Both ends stay, so that arcs still meet; the last may take the place of a near one that is not the first.
      if (near && !last) return;
      if (near && kept > 2) kept -= 2;
      points[kept++] = placedX;
      points[kept++] = placedY;
    });
    return points.subarray(0, kept);
  });
}

/** Regions of one object of the topology. */
export function regionsOf(topology: Topology, object: string): Shaped[] {
  return (topology.objects[object]?.geometries ?? []).map(({ id, type, arcs = [], properties }) => ({
    id,
    name: properties.name,
    rings:
      type === 'MultiPolygon'
        ? (arcs as readonly (readonly Ring[])[]).flat()
        : type === 'Polygon'
          ? (arcs as readonly Ring[])
          : [],
  }));
}

/** One closed ring, joined from placed arcs; arcs share their end points. */
export function joinRing(ring: Ring, placed: readonly Float32Array[]): Float32Array {
  const parts = ring.map((arc) => (arc >= 0 ? placed[arc]! : reversed(placed[~arc]!)));
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function reversed(points: Float32Array): Float32Array {
  const back = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    back[i] = points[points.length - 2 - i]!;
    back[i + 1] = points[points.length - 1 - i]!;
  }
  return back;
}

/** Borders: every arc of the regions once, as a polyline with the pen lifted between arcs. */
export function bordersOf(
  regions: readonly Shaped[],
  placed: readonly Float32Array[],
  except?: ReadonlySet<number>,
): {
  readonly arcs: ReadonlySet<number>;
  readonly points: Float32Array;
} {
  const arcs = new Set<number>();
  for (const { rings } of regions) for (const ring of rings) for (const arc of ring) arcs.add(arc < 0 ? ~arc : arc);
  const drawn = [...arcs].filter((arc) => !except?.has(arc)).map((arc) => placed[arc]!);
  const points = new Float32Array(drawn.reduce((sum, arc) => sum + arc.length + 2, 0)).fill(NaN);
  let at = 0;
  for (const arc of drawn) {
    points.set(arc, at);
    at += arc.length + 2;
  }
  return { arcs, points };
}

/** The smallest box around the regions, in the units of the topology. */
export function extentOf(
  regions: readonly Shaped[],
  topology: Topology,
): { x0: number; y0: number; x1: number; y1: number } {
  const { points } = bordersOf(regions, placeArcs(topology, { scale: 1, shift: [0, 0], apart: 0 }));
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i]!)) continue;
    x0 = Math.min(x0, points[i]!);
    x1 = Math.max(x1, points[i]!);
    y0 = Math.min(y0, points[i + 1]!);
    y1 = Math.max(y1, points[i + 1]!);
  }
  return { x0, y0, x1, y1 };
}
