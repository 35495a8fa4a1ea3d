import type { Action, Reach } from '#access';
import { type Level, NATION, type Region } from '#vocabulary';
import { quoteText } from './statement/tokens.js';

/** What lies in what, as of today; a part of the geography of the configuration. */
export interface Places {
  statesOf(hhs: string): readonly string[];
  countiesOf(state: string): readonly string[];
  zipsOf(county: string): readonly string[];
}

/** The rows of one view that somebody may see, in the engine's SQL. */
export interface RowRule {
  /** Over the columns of the view; undefined: all of them. */
  readonly filter: string | undefined;
  /** Over the columns of the table behind it: as much of the same as can be said there. It saves work, and guards nothing. */
  readonly rows: string | undefined;
}

/** The right that stands behind each view. */
const VIEW_ACTIONS = {
  region_daily: 'series',
  facility_daily: 'series',
  completeness_daily: 'completeness',
  facilities: 'catalogue',
} as const satisfies Readonly<Record<string, Action>>;
export type RuledView = keyof typeof VIEW_ACTIONS;

const HHS = Array.from({ length: 10 }, (_, index) => String(index + 1));
const NEVER = '0';

const listed = (column: string, values: Iterable<string>): string => {
  const texts = [...values].map(quoteText);
  return texts.length === 0 ? NEVER : `${column} IN (${texts.join(',')})`;
};
const scoped = (column: string, scope: 'all' | readonly string[]): string | undefined =>
  scope === 'all' ? undefined : listed(column, scope);
const all = (...conditions: readonly (string | undefined)[]): string | undefined => {
  const said = conditions.filter((one) => one !== undefined);
  return said.length === 0 ? undefined : said.map((one) => `(${one})`).join(' AND ');
};

/** Every region within the jurisdictions, by level; the same as the policy finds by going up from a region. */
export function regionsWithin(
  jurisdictions: readonly Region[],
  places: Places,
): ReadonlyMap<Level, ReadonlySet<string>> {
  const within = new Map<Level, Set<string>>();
  /** False: it was there before, and what lies in it as well. */
  function add(level: Level, code: string): boolean {
    let codes = within.get(level);
    if (!codes) within.set(level, (codes = new Set()));
    const isNew = !codes.has(code);
    codes.add(code);
    return isNew;
  }
  function cover(level: Level, code: string): void {
    if (!add(level, code)) return;
    if (level === 'nation' && code === NATION) for (const hhs of HHS) cover('hhs', hhs);
    else if (level === 'hhs') for (const state of places.statesOf(code)) cover('state', state);
    else if (level === 'state') for (const county of places.countiesOf(code)) cover('county', county);
    else if (level === 'county') for (const zip of places.zipsOf(code)) cover('zip', zip);
  }
  for (const { level, code } of jurisdictions) cover(level, code);
  return within;
}

function regionCondition({ regions }: Reach, places: Places): string | undefined {
  if (regions === 'all') return undefined;
  const levels = [...regionsWithin(regions, places)].map(
    ([level, codes]) => `level = ${quoteText(level)} AND ${listed('region', codes)}`,
  );
  return levels.length === 0 ? NEVER : levels.map((one) => `(${one})`).join(' OR ');
}

/** Of the facility in `column`: those that are listed, or those that lie in a zip within the regions. */
function facilityCondition(
  { regions, facilities }: Reach,
  { column, places, view }: { column: string; places: Places; view: string },
): string | undefined {
  if (facilities !== 'all') return listed(column, facilities);
  if (regions === 'all') return undefined;
  const within = regionsWithin(regions, places);
  const named = listed(column, within.get('facility') ?? []);
  const zips = listed('zip', within.get('zip') ?? []);
  return `${named} OR (dataset, ${column}) IN (SELECT dataset, facility FROM ${view} WHERE ${zips})`;
}

/**
 * What the policy says of each view, as conditions on its rows. `reachOf` gives what a right reaches; undefined: not
 * given at all, and then no row is. `facilities` is the whole name of the view of facilities.
 */
export function rowRules(
  reachOf: (action: Action) => Reach | undefined,
  { places, facilities }: { readonly places: Places; readonly facilities: string },
): Readonly<Record<RuledView, RowRule>> {
  const rule = (view: RuledView): RowRule => {
    const reach = reachOf(VIEW_ACTIONS[view]);
    if (!reach) return { filter: NEVER, rows: NEVER };
    const datasets = scoped('dataset', reach.datasets);
    const ofFacility = (column: string) => facilityCondition(reach, { column, places, view: facilities });
    switch (view) {
      case 'region_daily': {
        const rows = all(datasets, regionCondition(reach, places));
        return { rows, filter: all(rows, scoped('category', reach.categories)) };
      }
      case 'completeness_daily': {
        const rows = all(datasets, regionCondition(reach, places));
        return { rows, filter: rows };
      }
      case 'facility_daily':
        return {
          rows: all(datasets, ofFacility('region')),
          filter: all(datasets, scoped('category', reach.categories), ofFacility('facility')),
        };
      case 'facilities':
        return { rows: datasets, filter: all(datasets, ofFacility('facility')) };
    }
  };
  return {
    region_daily: rule('region_daily'),
    facility_daily: rule('facility_daily'),
    completeness_daily: rule('completeness_daily'),
    facilities: rule('facilities'),
  };
}
