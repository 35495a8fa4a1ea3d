import type { MapAnswer, MapRegion } from '../ask/shapes.js';
import { classOf, COLOURS, DEVIATIONS, SHARES } from '../look/colours.js';
import { isIncomplete } from '../look/reading.js';
import type { ColourBy } from '../map/legend.js';
import type { Painted } from '../map/region-map.js';

type Colours = (typeof COLOURS)['light'];

/** One region on one day. */
export interface Standing {
  readonly region: string;
  readonly code: string;
  readonly name: string;
  readonly place: MapRegion['place'];
  readonly total: number | null;
  readonly status: NonNullable<MapRegion['status']>[number];
  readonly reporting: number;
  readonly participating: number;
  /** Reporting ÷ participating; null without participants. */
  readonly share: number | null;
  readonly expected: number | null;
  readonly z: number | null;
}

export function standingsOn({ regions }: MapAnswer, at: number): Standing[] {
  return regions.map(({ region, name, place, total, status, reporting, participating, expected, z }) => {
    const [came, all] = [reporting[at] ?? 0, participating[at] ?? 0];
    return {
      region,
      name,
      place,
      code: region.slice(region.indexOf(':') + 1),
      total: total[at] ?? null,
      status: status?.[at] ?? 'reported',
      reporting: came,
      participating: all,
      share: all === 0 ? null : came / all,
      expected: expected[at] ?? null,
      z: z[at] ?? null,
    };
  });
}

/** Up to five bounds that part the positive counts into classes of like size. */
export function amountBounds(standings: readonly Standing[]): number[] {
  const sorted = standings.flatMap(({ total }) => (total !== null && total > 0 ? [total] : [])).sort((a, b) => a - b);
  const bounds = [1, 2, 3, 4, 5].map((n) => sorted[Math.floor((n / 6) * sorted.length)] ?? 0);
  return [...new Set(bounds)].filter((bound) => bound > (sorted[0] ?? 0));
}

export function paintOf(
  one: Standing,
  { by, amounts, colours }: { by: ColourBy; amounts: readonly number[]; colours: Colours },
): Painted {
  const suppressed = one.status === 'suppressed';
  const incomplete = isIncomplete(one.reporting, one.participating) && by !== 'completeness';
  const fill = (): string => {
    if (by === 'completeness') return one.share === null ? colours.none : colours.share[classOf(one.share, SHARES)]!;
    if (one.total === null) return colours.none;
    if (by === 'count') return colours.amount[classOf(one.total, amounts)]!;
    return one.z === null ? colours.none : colours.deviation[classOf(one.z, DEVIATIONS)]!;
  };
  return { fill: fill(), incomplete, suppressed };
}
