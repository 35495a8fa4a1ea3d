import { createRequire } from 'node:module';
import type { Topology } from './topology.js';

/** What the maps of us-atlas are drawn for: d3's geoAlbersUsa, Alaska and Hawaii moved in below the south-west. */
export const VIEWPORT = { width: 975, height: 610 };

export type MapLevel = 'state' | 'county';

/** States and counties of the United States, in one topology. */
export type Atlas = Topology;

const FILES = { state: 'us-atlas/states-albers-10m.json', county: 'us-atlas/counties-albers-10m.json' };
const loaded = new Map<MapLevel, Atlas>();

/**
 * Census Bureau cartographic boundaries of 2017 from the npm package us-atlas (ISC), read once. They have the eight
 * counties that Connecticut had until 2022, and no territories.
 */
export function usAtlas(level: MapLevel): Atlas {
  let atlas = loaded.get(level);
  if (!atlas) loaded.set(level, (atlas = createRequire(import.meta.url)(FILES[level]) as Atlas));
  return atlas;
}

const STATES =
  '01AL02AK04AZ05AR06CA08CO09CT10DE11DC12FL13GA15HI16ID17IL18IN19IA20KS21KY22LA23ME24MD25MA26MI27MN28MS29MO30MT31NE' +
  '32NV33NH34NJ35NM36NY37NC38ND39OH40OK41OR42PA44RI45SC46SD47TN48TX49UT50VT51VA53WA54WV55WI56WY';

const LETTERS = new Map(
  (STATES.match(/\d\d[A-Z]{2}/g) ?? []).map((pair) => [pair.slice(0, 2), pair.slice(2)] as const),
);

/** Two letters of a state by its FIPS digits, of which a county code begins with two. */
export const stateLetters = (fips: string): string => LETTERS.get(fips.slice(0, 2)) ?? fips.slice(0, 2);
