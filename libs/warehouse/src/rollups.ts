import type { Day, Level } from '#vocabulary';
import type { Engine } from './engine.js';
import { facilityPlaces } from './facilities.js';
import { nativeBlocks } from './recount/native-block.js';
import { type Place, type RegionCount, type TouchedRegion, recount } from './recount/recount.js';
import { SlotTable } from './recount/slot-table.js';
import { RowBinary } from './row-binary.js';
import { byYear } from './slots.js';
import { dayList, fill, statement } from './statements.js';

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

const ROLLUP_COLUMNS = [
  'dataset', 'level', 'region', 'day', 'rev', 'reporting', 'withdrawn', 'category', 'flag', 'value', 'reported',
  'suppressed', 'missing',
]; // prettier-ignore

/** Slots of this many days are held in memory at a time. */
const DAYS_AT_ONCE = 16;

/** All versions of the slots of some days. */
export async function slotsOfDays(
  engine: Engine,
  { dataset, days }: { dataset: string; days: readonly Day[] },
): Promise<SlotTable> {
  const table = new SlotTable();
  const text = statement('slots-of-days').replace('{days:Array(Date)}', dayList(days));
  for (const block of nativeBlocks(await engine.native(text, { dataset }))) table.addBlock(block);
  return table;
}

function writeCount(
  out: RowBinary,
  { dataset, rev, count }: { dataset: string; rev: bigint; count: RegionCount },
): void {
  out.string(dataset);
  out.string(count.region.level);
  out.string(count.region.code);
  out.uint16(count.day);
  out.uint64(rev);
  out.uint32(count.reporting);
  out.uint32(count.withdrawn);
  out.strings(count.categories);
  out.strings(count.flags);
  out.uint64s(count.values);
  out.uint32s(count.reported);
  out.uint32s(count.suppressed);
  out.uint32s(count.missing);
}

async function placesNow(engine: Engine, dataset: string): Promise<(facility: string) => Place | undefined> {
  const places = new Map((await facilityPlaces(engine, dataset)).map((place) => [place.facility, place]));
  return (facility) => places.get(facility);
}

/**
 * Recomputes the rollups of the touched regions and days from the newest slots: all levels in one insert a year. A
 * region without any slot left gets an empty row, for what was there is no longer. `placeOf` must know every place
 * that was written before `rev` was allocated.
 */
export async function recomputeRollups(
  engine: Engine,
  {
    dataset,
    touched,
    rev,
    placeOf,
  }: {
    dataset: string;
    touched: readonly TouchedRegion[];
    rev: number;
    /** Default: the places are read from the warehouse. */
    placeOf?: ((facility: string) => Place | undefined) | undefined;
  },
): Promise<void> {
  const placed = placeOf ?? (await placesNow(engine, dataset));
  const days = new Set<Day>();
  for (const region of touched) for (const day of region.days) days.add(day);
  for (const ofYear of byYear(
    [...days].sort((a, b) => a - b),
    (day) => day,
  ).values()) {
    const out = new RowBinary();
    for (let at = 0; at < ofYear.length; at += DAYS_AT_ONCE) {
      const some = new Set(ofYear.slice(at, at + DAYS_AT_ONCE));
      const keys = touched.map(({ region, days: all }) => ({ region, days: [...all].filter((day) => some.has(day)) }));
      const table = await slotsOfDays(engine, { dataset, days: [...some] });
      for (const count of recount(table, { touched: keys, placeOf: placed }))
        writeCount(out, { dataset, rev: BigInt(rev), count });
    }
    await engine.insert('rollups', ROLLUP_COLUMNS, out.take());
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
