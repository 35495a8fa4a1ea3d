import { type Day, NATION, UNKNOWN } from '#vocabulary';
import { HHS_REGIONS } from './hhs-regions.js';
import type { Geography, ZipPlace } from './model.js';

/** What is said of a zip from a day on; -Infinity: always. An empty county is unknown. */
export interface ZipRow {
  readonly zip: string;
  readonly county: string;
  readonly place: string;
  /** Degrees as written; empty when there are none. Read when places are listed, which most processes never do. */
  readonly lat: string;
  readonly lon: string;
  readonly from: Day;
}

/** The tables of a geography, as read from its files. */
export interface GeographyTables {
  readonly zips: readonly ZipRow[];
  /** County FIPS → name. Counties of zips that are not here are known, but have no name. */
  readonly counties: ReadonlyMap<string, string>;
  /** First two digits of a county → state. */
  readonly states: ReadonlyMap<string, { readonly state: string; readonly name: string }>;
}

/** Look-ups over the tables. The lists are made when they are first asked for. */
export function geographyOf({ zips, counties, states }: GeographyTables): Geography {
  const { newest, older, versions } = byZip(zips);
  const stateNames = new Map([...states.values()].map(({ state, name }) => [state, name]));
  const hhsByState = new Map([...HHS_REGIONS].flatMap(([hhs, region]) => region.states.map((s) => [s, hhs] as const)));
  const stateByCounty = new Map<string, string>();
  const learn = (county: string): void => {
    if (county === '' || stateByCounty.has(county)) return;
    stateByCounty.set(county, states.get(county.slice(0, 2))?.state ?? UNKNOWN);
  };
  for (const county of counties.keys()) learn(county);
  for (const { county } of zips) learn(county);
  const stateOf = (county: string): string => stateByCounty.get(county) ?? UNKNOWN;
  const countyNow = (row: ZipRow): string => row.county || UNKNOWN;

  let places: readonly ZipPlace[] | undefined;
  const listPlaces = (): readonly ZipPlace[] =>
    (places ??= [...newest.values()]
      .map((row) => ({
        zip: row.zip,
        county: countyNow(row),
        state: stateOf(row.county),
        place: row.place,
        lat: degrees(row.lat),
        lon: degrees(row.lon),
      }))
      .sort((a, b) => (a.zip < b.zip ? -1 : 1)));
  const zipsByCounty = once(() => grouped(listPlaces().map(({ zip, county }) => [county, zip] as const)));
  const countiesByState = once(() =>
    grouped([...stateByCounty.keys()].sort().map((county) => [stateOf(county), county] as const)),
  );

  return {
    countyOf(zip, day) {
      const row = newest.get(zip);
      if (row === undefined) return UNKNOWN;
      const dated = row.from <= day ? undefined : older.get(zip)?.find(({ from }) => from <= day);
      return countyNow(dated ?? (row.from <= day ? row : (older.get(zip)?.at(-1) ?? row)));
    },
    stateOf,
    hhsOf: (state) => hhsByState.get(state) ?? UNKNOWN,
    nameOf(level, code) {
      if (code === UNKNOWN) return 'Unknown';
      if (level === 'nation') return code === NATION ? 'United States' : undefined;
      if (level === 'hhs') return hhsName(code);
      if (level === 'state') return stateNames.get(code);
      if (level === 'county') return counties.has(code) ? withState(counties.get(code), stateOf(code)) : undefined;
      if (level !== 'zip' && level !== 'event_zip') return undefined;
      const row = newest.get(code);
      return row === undefined || row.place === '' ? undefined : withState(row.place, stateOf(row.county));
    },
    zips: listPlaces,
    countiesOf: (state) => countiesByState().get(state) ?? [],
    zipsOf: (county) => zipsByCounty().get(county) ?? [],
    statesOf: (hhs) => HHS_REGIONS.get(hhs)?.states ?? [],
    versions,
  };
}

function hhsName(code: string): string | undefined {
  const region = HHS_REGIONS.get(code);
  return region && `HHS Region ${code} (${region.seat})`;
}

/** `Montgomery County, PA`; a district that is its own state stands alone. */
const withState = (name = '', state: string): string =>
  state === UNKNOWN || state === 'DC' ? name : `${name}, ${state}`;

/** The newest row of each zip, and the older ones, newest first, for the few that have any. */
function byZip(zips: readonly ZipRow[]): {
  newest: Map<string, ZipRow>;
  older: Map<string, ZipRow[]>;
  versions: Day[];
} {
  const newest = new Map<string, ZipRow>();
  const older = new Map<string, ZipRow[]>();
  const firstDays = new Set<Day>();
  for (const row of zips) {
    const other = newest.get(row.zip);
    if (row.from !== -Infinity) firstDays.add(row.from);
    if (other === undefined || row.from > other.from) newest.set(row.zip, row);
    if (other === undefined) continue;
    const rest = [...(older.get(row.zip) ?? []), row.from > other.from ? other : row];
    older.set(
      row.zip,
      rest.sort((a, b) => b.from - a.from),
    );
  }
  return { newest, older, versions: [...firstDays].sort((a, b) => a - b) };
}

function degrees(text: string): number | null {
  const value = text === '' ? NaN : Number(text);
  return value >= -180 && value <= 180 ? value : null;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function grouped(pairs: readonly (readonly [group: string, member: string])[]): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [group, member] of pairs) {
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [member]);
    else members.push(member);
  }
  return groups;
}
