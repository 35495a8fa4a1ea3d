import { type MapMeasure, regionMap, type Scene, type ThemeName } from '#chart';
import type { Region } from '#vocabulary';
import type { Standing } from './judge/standing.js';

/** Regions on one day or in one week, for a map. */
export interface RegionPicture {
  readonly title: string;
  readonly subtitle: string;
  /** What one count is, plural: `visits`. */
  readonly unit: string;
  readonly level: 'state' | 'county';
  /** Only the counties of this state. */
  readonly within?: string | undefined;
  /** The colours: counts, deviation from what was expected, or the share of facilities that reported. */
  readonly by: MapMeasure;
  readonly standings: readonly { readonly region: Region; readonly standing: Standing }[];
  readonly width: number;
  readonly height: number;
  readonly theme: ThemeName;
}

function valueOf({ count, z, reporting, participating }: Standing, by: MapMeasure): number | null {
  if (by === 'share') return participating === 0 ? null : reporting / participating;
  return by === 'deviation' ? z : count;
}

/** A map of states, or of counties, as the dashboard colours it. Throws REQUEST_INVALID for what cannot be drawn. */
export function regionPicture({ standings, by, unit, within, ...picture }: RegionPicture): Scene {
  const entries = <T>(of: (standing: Standing) => T) =>
    new Map(standings.map(({ region, standing }) => [region.code, of(standing)] as const));
  const legendTitle = {
    count: `Count of ${unit}`,
    deviation: 'Standard deviations from the usual',
    share: 'Facilities that reported',
  }[by];
  return regionMap({
    ...picture,
    ...(within === undefined ? {} : { within }),
    legendTitle,
    measure: by,
    absent: 'nobody',
    values: entries((standing) => valueOf(standing, by)),
    // A share is known of a region that withholds its count.
    ...(by === 'share' ? {} : { status: entries(({ status }) => status) }),
    completeness: entries(({ reporting, participating }) => ({ reporting, participating })),
  });
}
