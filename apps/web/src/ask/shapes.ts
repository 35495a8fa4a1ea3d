import type { StatusName } from '#vocabulary';

/** Answers of the REST door, as far as the pages read them; `/openapi.json` describes them whole. */

interface Named {
  readonly id: string;
  readonly title: string;
}

export interface Dataset extends Named {
  readonly unit: string;
  readonly kind: 'sum' | 'gauge';
  readonly categories: readonly Named[];
  readonly flags: readonly Named[];
  readonly unflagged: string | null;
  readonly time_zone: string;
  readonly first_day: string | null;
  readonly last_day: string | null;
}

export interface MapRegion {
  readonly region: string;
  readonly name: string;
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly total: readonly (number | null)[];
  readonly status: readonly StatusName[] | null;
  readonly reporting: readonly number[];
  readonly participating: readonly number[];
  readonly expected: readonly (number | null)[];
  readonly z: readonly (number | null)[];
}

export interface MapAnswer {
  readonly from: string;
  readonly to: string;
  readonly rev: number;
  readonly regions: readonly MapRegion[];
}

export interface SeriesShape {
  readonly region: string;
  readonly category: string;
  readonly total: readonly (number | null)[];
  readonly unflagged: readonly (number | null)[] | null;
  readonly status: readonly StatusName[] | null;
}

export interface SeriesAnswer {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly rev: number;
  readonly series: readonly SeriesShape[];
}

export interface CompletenessDay {
  readonly day: string;
  readonly reporting: number;
  readonly participating: number;
  readonly completeness: number | null;
}

export interface CompletenessAnswer {
  readonly regions: readonly { readonly region: string; readonly days: readonly CompletenessDay[] }[];
}

export interface RegionShape {
  readonly region: string;
  readonly name: string;
  readonly parent: string | null;
  readonly facilities: number;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}
