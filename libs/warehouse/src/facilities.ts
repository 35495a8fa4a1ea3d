import type { Day } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { statement, textList } from './statements.js';

/** Where a facility lies; of several places the one with the highest revision holds. */
export interface FacilityPlace {
  readonly dataset: string;
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly hhs: string;
  readonly rev: number;
}

export interface FacilitySpan {
  readonly facility: string;
  readonly firstDay: Day;
  readonly lastDay: Day;
}

export async function insertFacilityPlaces(engine: Engine, places: readonly FacilityPlace[]): Promise<void> {
  if (places.length === 0) return;
  const out = new RowBinary();
  for (const { dataset, facility, zip, county, state, hhs, rev } of places) {
    for (const text of [dataset, facility, zip, county, state, hhs]) out.string(text);
    out.uint64(BigInt(rev));
  }
  const columns = ['dataset', 'facility', 'zip', 'county', 'state', 'hhs', 'rev'];
  await engine.insert('facility_places', columns, out.take());
}

/** Every place a facility ever had, in the order in which they hold: the last of a facility is its place. */
export async function facilityPlaces(engine: Engine, dataset: string): Promise<FacilityPlace[]> {
  const rows = await engine.rows<[string, string, string, string, string, string]>(statement('facility-places'), {
    dataset,
  });
  return rows.map(([facility, zip, county, state, hhs, rev]) => ({
    dataset,
    facility,
    zip,
    county,
    state,
    hhs,
    rev: Number(rev),
  }));
}

/** Facilities of which some days have rollups that are older than their place: a move was not finished. */
export async function unfinishedMoves(engine: Engine, dataset: string): Promise<string[]> {
  return (await engine.rows<[string]>(statement('unfinished-moves'), { dataset })).map(([facility]) => facility);
}

/**
 * Facilities with an accepted report, with the first and last day of one; as known now, or at an instant. `facilities`
 * asks for these only, and only for now.
 */
export async function facilitySpans(
  engine: Engine,
  {
    dataset,
    asOf,
    facilities,
  }: { dataset: string; asOf?: number | undefined; facilities?: readonly string[] | undefined },
): Promise<FacilitySpan[]> {
  const some = statement('facilities').replace('{facilities:Array(String)}', textList(facilities ?? []));
  const rows = await (asOf === undefined
    ? engine.rows<[string, Day, Day]>(some, { dataset, all_facilities: facilities === undefined })
    : engine.rows<[string, Day, Day]>(statement('facilities-as-of'), { dataset, as_of: asOf }));
  return rows.map(([facility, firstDay, lastDay]) => ({ facility, firstDay, lastDay }));
}

/** First and last day of a dataset; undefined when nothing has been reported. */
export async function datasetSpan(
  engine: Engine,
  dataset: string,
): Promise<{ firstDay: Day; lastDay: Day } | undefined> {
  const [row] = await engine.rows<[Day, Day]>(statement('span'), { dataset });
  return row && { firstDay: row[0], lastDay: row[1] };
}

export async function categoriesSeen(engine: Engine, dataset: string): Promise<string[]> {
  return (await engine.rows<[string]>(statement('categories'), { dataset })).map(([id]) => id);
}

/** First accepted arrival of each facility's report of one day, in order of time. */
export async function arrivals(
  engine: Engine,
  { dataset, day, asOf = 0 }: { dataset: string; day: Day; asOf?: number | undefined },
): Promise<{ facility: string; at: number }[]> {
  const rows = await engine.rows<[string, string]>(statement('arrivals'), { dataset, day, as_of: asOf });
  return rows.map(([facility, at]) => ({ facility, at: Number(at) }));
}

/** First accepted arrival of each facility's report of some days, by day and in order of time. */
export async function arrivalsOfDays(
  engine: Engine,
  { dataset, days, facilities }: { dataset: string; days: readonly Day[]; facilities?: readonly string[] | undefined },
): Promise<{ day: Day; facility: string; at: number }[]> {
  if (days.length === 0) return [];
  const text = statement('arrivals-of-days').replace('{facilities:Array(String)}', textList(facilities ?? []));
  const [from, to] = [Math.min(...days), Math.max(...days)];
  const all = { dataset, days, from, to, all_facilities: facilities === undefined };
  const rows = await engine.rows<[Day, string, string]>(text, all);
  return rows.map(([day, facility, at]) => ({ day, facility, at: Number(at) }));
}

/** The zip that holds by the facility's own statements: of its newest day, in the newest version; undefined: it states none. */
export async function statedZip(
  engine: Engine,
  key: { dataset: string; facility: string },
): Promise<string | undefined> {
  return (await engine.rows<[string]>(statement('stated-zip'), key))[0]?.[0];
}
