import { type Day, type Level, type Region } from '#vocabulary';
import type { Engine } from './engine.js';
import { byYear } from './slots.js';
import { fill, literal, statement } from './statements.js';

/** A region and the days of it that have to be recomputed. */
export interface TouchedRegion {
  readonly region: Region;
  readonly days: Iterable<Day>;
}

/** One region and day: sums over the newest statements of its facilities. Parallel arrays, one entry per category × flag. */
export interface RegionRow {
  readonly region: string;
  readonly day: Day;
  readonly rev: number;
  /** Facilities with an accepted record. */
  readonly reporting: number;
  /** Facilities that had reported the day and have withdrawn it. */
  readonly withdrawn: number;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly values: readonly number[];
  /** Facilities whose number is in the value, is suppressed, is missing. */
  readonly reported: readonly number[];
  readonly suppressed: readonly number[];
  readonly missing: readonly number[];
}

/** A revision above all before it. Ask for it after the slots are inserted. */
export async function nextRev(engine: Engine): Promise<number> {
  const [row] = await engine.rows<[string]>(statement('next-rev'));
  return Number(row![0]);
}

type Keyed = readonly { readonly region: Region; readonly days: readonly Day[] }[];

/** The regions by number, and their days; regions that share their days share a line. */
function keyLines(keyed: Keyed): { names: string; keys: string } {
  const groups = new Map<string, { ids: number[]; days: readonly Day[] }>();
  for (const [id, { days }] of keyed.entries()) {
    const name = days.join();
    const group = groups.get(name);
    if (group) group.ids.push(id);
    else groups.set(name, { ids: [id], days });
  }
  const names = { levels: keyed.map(({ region }) => region.level), regions: keyed.map(({ region }) => region.code) };
  return {
    names: literal(JSON.stringify(names)),
    keys: literal(Array.from(groups.values(), (group) => JSON.stringify(group)).join('\n')),
  };
}

/** Recomputes the rollups of the touched regions and days from the newest slots, one insert a year. */
export async function recomputeRollups(
  engine: Engine,
  { dataset, touched, rev }: { dataset: string; touched: readonly TouchedRegion[]; rev: number },
): Promise<void> {
  const text = statement('recompute-rollups');
  const places = statement('recompute-event-places');
  const pairs = touched.map(({ region, days }) => ({
    region,
    years: byYear(
      [...days].sort((a, b) => a - b),
      (day) => day,
    ),
  }));
  for (const year of new Set(pairs.flatMap(({ years }) => [...years.keys()]))) {
    const keys = pairs.flatMap(({ region, years }) => {
      const days = years.get(year);
      return days ? [{ region, days }] : [];
    });
    const hasPlaces = keys.some(({ region }) => region.level === 'event_zip');
    const parts = { ...keyLines(keys), event_places: hasPlaces ? places : '' };
    await engine.run(fill(text, parts), { dataset, rev });
  }
}

interface RowsQuestion {
  readonly dataset: string;
  readonly level: Level;
  readonly regions: readonly string[];
  readonly from: Day;
  readonly to: Day;
}

type Row = [string, Day, string, number, number, string[], string[], string[], number[], number[], number[]];

const rowOf = ([region, day, rev, reporting, withdrawn, categories, flags, values, reported, suppressed, missing]: Row): RegionRow => ({
  region, day, rev: Number(rev), reporting: Number(reporting), withdrawn: Number(withdrawn), categories, flags, values: values.map(Number),
  reported: reported.map(Number), suppressed: suppressed.map(Number), missing: missing.map(Number),
}); // prettier-ignore

/** Rows of some regions of one level, ordered by region and day; days without any statement have none. */
export async function regionRows(engine: Engine, question: RowsQuestion): Promise<RegionRow[]> {
  return (await engine.rows<Row>(statement('region-rows'), { ...question })).map(rowOf);
}

const REGION_OF: Record<Level, string> = {
  nation: "'us'",
  hhs: 'tupleElement(located, 4)',
  state: 'tupleElement(located, 3)',
  county: 'tupleElement(located, 2)',
  zip: 'tupleElement(located, 1)',
  facility: 'facility',
  event_zip: 'event_place',
};

/** The same as known at an instant (milliseconds since the epoch): from the slots that had arrived by then. */
export async function regionRowsAsOf(
  engine: Engine,
  question: RowsQuestion & { readonly asOf: number },
): Promise<RegionRow[]> {
  const { level, asOf, ...rest } = question;
  const isEvent = level === 'event_zip';
  const region = REGION_OF[level];
  const text = fill(statement('region-rows-as-of'), {
    region,
    facility_filter: isEvent || level === 'nation' ? '1' : `${region} IN {regions:Array(String)}`,
    place: isEvent ? 'tupleElement(cell, 3)' : "''",
    report_places: isEvent ? 'arrayDistinct(tupleElement(slot, 4))' : "['']",
  });
  return (await engine.rows<Row>(text, { ...rest, as_of: asOf })).map(rowOf);
}
