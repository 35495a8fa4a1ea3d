import type { SamplePlace } from './model.js';
import { pickByWeight, type Random } from './random.js';

/** A place with what it is known to have. */
export interface Site {
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly lat: number;
  readonly lon: number;
}

/** Resident population, 2020 census, thousands. */
const POPULATION: Readonly<Record<string, number>> = {
  AL: 5024, AK: 733, AZ: 7152, AR: 3012, CA: 39538, CO: 5774, CT: 3606, DE: 990, DC: 690, FL: 21538, GA: 10712,
  HI: 1455, ID: 1839, IL: 12813, IN: 6786, IA: 3190, KS: 2938, KY: 4506, LA: 4658, ME: 1362, MD: 6177, MA: 7030,
  MI: 10077, MN: 5706, MS: 2961, MO: 6155, MT: 1084, NE: 1962, NV: 3105, NH: 1378, NJ: 9289, NM: 2118, NY: 20201,
  NC: 10439, ND: 779, OH: 11799, OK: 3959, OR: 4237, PA: 13003, RI: 1097, SC: 5118, SD: 887, TN: 6911, TX: 29146,
  UT: 3272, VT: 643, VA: 8631, WA: 7705, WV: 1794, WI: 5894, WY: 577,
}; // prettier-ignore

/** A quarter of a degree, about 25 km. */
const CELLS_PER_DEGREE = 4;
const cellOf = (lat: number, lon: number): number =>
  (Math.floor(lat * CELLS_PER_DEGREE) + 1000) * 4000 + Math.floor(lon * CELLS_PER_DEGREE) + 2000;

/**
 * Sites drawn by plausible density: states in proportion to their population, within a state by how densely zips lie
 * about (there are more zips where more people live).
 */
export function siteDrawer(geography: Iterable<SamplePlace>): (random: Random) => Site {
  const byState = new Map<string, Site[]>();
  const zipsInCell = new Map<number, number>();
  for (const { zip, county, state, lat, lon } of geography) {
    if (lat === null || lon === null || !/^\d{5}$/.test(county) || POPULATION[state] === undefined) continue;
    const sites = byState.get(state) ?? [];
    if (sites.length === 0) byState.set(state, sites);
    sites.push({ zip, county, state, lat, lon });
    const cell = cellOf(lat, lon);
    zipsInCell.set(cell, (zipsInCell.get(cell) ?? 0) + 1);
  }
  if (byState.size === 0) throw new RangeError('the geography has no zip of a state with county and coordinates');
  const states = [...byState].sort(([a], [b]) => (a < b ? -1 : 1));
  const people = states.map(([state]) => POPULATION[state]!);
  const within = states.map(([, sites]) => Float64Array.from(sites, (site) => densityAt(site, zipsInCell) ** 1.25));
  return (random) => {
    const state = pickByWeight(people, random);
    return states[state]![1][pickByWeight(within[state]!, random)]!;
  };
}

function densityAt({ lat, lon }: Site, zipsInCell: ReadonlyMap<number, number>): number {
  const centre = cellOf(lat, lon);
  let zips = 0;
  for (const row of [-4000, 0, 4000])
    for (const column of [-1, 0, 1]) zips += zipsInCell.get(centre + row + column) ?? 0;
  return zips;
}

/** Kilometres between two sites, on the flat map of their mean latitude: good enough to say who is near. */
export function distance(a: Site, b: Site): number {
  const north = (a.lat - b.lat) * 111;
  const east = (a.lon - b.lon) * 111 * Math.cos(((a.lat + b.lat) * Math.PI) / 360);
  return Math.hypot(north, east);
}
