/** Kilometres, as SaTScan has it. */
const EARTH_RADIUS = 6367;
/** Distances that differ by rounding alone are equal: places at one distance enter a circle together. */
const SAME = 1e-9;

/** A place: x and y in one unit, or latitude and longitude in degrees. */
export type Coordinates = readonly [number, number];

/** What lies around each place, nearest first, itself included: the circles a scan may draw. */
export interface Neighbours {
  /** Per place: where its list begins in the others; one entry more than places. */
  readonly start: Int32Array;
  /** Positions of places, and their distances from the centre: kilometres, or the unit of the coordinates. */
  readonly place: Int32Array;
  readonly distance: Float64Array;
  /** Weight of the places so far, and 1 where a circle may end here: the next place is farther away. */
  readonly weight: Float64Array;
  readonly isEnd: Uint8Array;
}

export interface CircleLimits {
  readonly geometry: 'sphere' | 'plane';
  /** Share of all weight that a circle may hold. */
  readonly maxShare: number;
  /** In the unit of the distances; Infinity for none. */
  readonly maxRadius: number;
}

function onPlane([x, y]: Coordinates, [u, v]: Coordinates): number {
  return Math.hypot(x - u, y - v);
}

/** Great circle by the haversine. */
function onSphere([latitude, longitude]: Coordinates, [otherLatitude, otherLongitude]: Coordinates): number {
  const radians = Math.PI / 180;
  const rise = Math.sin(((otherLatitude - latitude) * radians) / 2);
  const run = Math.sin(((otherLongitude - longitude) * radians) / 2);
  const h = rise * rise + Math.cos(latitude * radians) * Math.cos(otherLatitude * radians) * run * run;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Circles around every place that hold at most `maxShare` of the weight. `limit` bounds the lists together. */
export function neighbours(
  places: readonly Coordinates[],
  weights: Float64Array,
  { geometry, maxShare, maxRadius, limit }: CircleLimits & { readonly limit: number },
): Neighbours {
  const apart = geometry === 'sphere' ? onSphere : onPlane;
  const most = maxShare * weights.reduce((sum, weight) => sum + weight, 0);
  const start = new Int32Array(places.length + 1);
  const found = { place: [] as number[], distance: [] as number[], weight: [] as number[], isEnd: [] as number[] };
  const distances = new Float64Array(places.length);
  for (const [centre, from] of places.entries()) {
    for (const [place, to] of places.entries()) distances[place] = apart(from, to);
    const order = Int32Array.from(places.keys()).filter((place) => distances[place]! <= maxRadius);
    order.sort((a, b) => distances[a]! - distances[b]! || a - b);
    let weight = 0;
    let ended = start[centre]!;
    for (const [i, place] of order.entries()) {
      weight += weights[place]!;
      if (weight > most) break;
      const next = order[i + 1];
      const isEnd = next === undefined || distances[next]! - distances[place]! > SAME;
      found.place.push(place);
      found.distance.push(distances[place]!);
      found.weight.push(weight);
      found.isEnd.push(isEnd ? 1 : 0);
      if (isEnd) ended = found.place.length;
    }
    // Places that would make the circle too heavy, together with those as far away.
    for (const list of Object.values(found)) list.length = ended;
    if (ended > limit) throw new RangeError(`more than ${limit} circles: scan fewer places, or smaller circles`);
    start[centre + 1] = ended;
  }
  return {
    start,
    place: Int32Array.from(found.place),
    distance: Float64Array.from(found.distance),
    weight: Float64Array.from(found.weight),
    isEnd: Uint8Array.from(found.isEnd),
  };
}
