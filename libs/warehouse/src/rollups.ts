import { type Day, type Level, yearOf } from '#vocabulary';
import type { Engine } from './engine.js';
import { facilityPlaces } from './facilities.js';
import { nativeBlocks } from './recount/native-block.js';
import { type RegionRow, rowsOfBlock } from './region-block.js';
import { type Place, type RegionCount, type TouchedRegion, recount } from './recount/recount.js';
import { SlotTable } from './recount/slot-table.js';
import { RowBinary } from './row-binary.js';
import type { SlotRow } from './slots.js';
import { dayList, fill, statement } from './statements.js';

/**
 * A revision above all before it, and that of the dataset's newest facility place (0: there is none). Ask for it after
 * the slots are inserted.
 */
export async function nextRev(engine: Engine, dataset: string): Promise<{ rev: number; placesRev: number }> {
  const [row] = await engine.rows<[string, string]>(statement('next-rev'), { dataset });
  return { rev: Number(row![0]), placesRev: Number(row![1]) };
}

const ROLLUP_COLUMNS = [
  'dataset', 'level', 'region', 'day', 'rev', 'reporting', 'withdrawn', 'category', 'flag', 'value', 'reported',
  'suppressed', 'missing',
]; // prettier-ignore

/** Slots are held in memory for as many days at a time as have about this many cells. */
const CELLS_AT_ONCE = 4_000_000;
const FIRST_DAYS = 4;
const MOST_DAYS = 64;

/** What is counted, and where facilities lie. */
export interface CountQuestion {
  readonly dataset: string;
  readonly touched: readonly TouchedRegion[];
  /** Default: the places are read from the warehouse. */
  readonly placeOf?: ((facility: string) => Place | undefined) | undefined;
  /** Counted as if these slots were there, and those of this submission were not. */
  readonly supposing?: { readonly slots?: readonly SlotRow[]; readonly without?: string } | undefined;
}

/** All versions of the slots of some days, those of undone submissions excepted. */
async function slotsOfDays(
  engine: Engine,
  { dataset, days, without = '' }: { dataset: string; days: readonly Day[]; without?: string | undefined },
): Promise<SlotTable> {
  const table = new SlotTable();
  const text = statement('slots-of-days').replace('{days:Array(Date)}', dayList(days));
  for (const block of nativeBlocks(await engine.native(text, { dataset, without }))) table.addBlock(block);
  return table;
}

/** Counts the touched regions and days from the newest slots, also those of which nothing is left. In order of day. */
export async function* countRegions(engine: Engine, question: CountQuestion): AsyncGenerator<RegionCount> {
  const { dataset, touched, supposing } = question;
  const placeOf = question.placeOf ?? (await placesNow(engine, dataset));
  const days = [...new Set(touched.flatMap((region) => [...region.days]))].sort((a, b) => a - b);
  let step = FIRST_DAYS;
  for (let at = 0; at < days.length;) {
    const some = new Set(days.slice(at, at + step));
    at += some.size;
    const keys = touched.map(({ region, days: all }) => ({ region, days: [...all].filter((day) => some.has(day)) }));
    const table = await slotsOfDays(engine, { dataset, days: [...some], without: supposing?.without });
    for (const row of supposing?.slots ?? []) if (some.has(row.content.day)) table.addRow(row);
    step = Math.min(MOST_DAYS, Math.max(1, Math.floor(CELLS_AT_ONCE / ((table.cells + 1) / some.size))));
    yield* recount(table, { touched: keys, placeOf });
  }
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
  { dataset, touched, rev, placeOf }: CountQuestion & { readonly rev: number },
): Promise<void> {
  let out = new RowBinary();
  let year: number | undefined;
  for await (const count of countRegions(engine, { dataset, touched, placeOf })) {
    if (year !== undefined && year !== yearOf(count.day)) {
      await engine.insert('rollups', ROLLUP_COLUMNS, out.take());
      out = new RowBinary();
    }
    year = yearOf(count.day);
    writeCount(out, { dataset, rev: BigInt(rev), count });
  }
  if (year !== undefined) await engine.insert('rollups', ROLLUP_COLUMNS, out.take());
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
  const rows: RegionRow[] = [];
  for (const block of nativeBlocks(await engine.native(statement('region-rows'), { ...question })))
    rows.push(...rowsOfBlock(block));
  return rows;
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

/** What is asked of the past: at one instant (milliseconds since the epoch), or when `lag` days after each day had passed. */
export type Then = { readonly asOf: number } | { readonly lag: number };

/** The same as was known then: from the slots that had arrived by then. */
export async function regionRowsThen(
  engine: Engine,
  question: RowsQuestion & { readonly then: Then },
): Promise<RegionRow[]> {
  const { level, then, ...rest } = question;
  const isEvent = level === 'event_zip';
  const region = REGION_OF[level];
  const text = fill(statement('region-rows-as-of'), {
    known: statement('asOf' in then ? 'known-as-of' : 'known-at-lag'),
    region,
    facility_filter: isEvent || level === 'nation' ? '1' : `${region} IN {regions:Array(String)}`,
    place: isEvent ? 'tupleElement(cell, 3)' : "''",
    report_places: isEvent ? 'arrayDistinct(tupleElement(slot, 4))' : "['']",
  });
  const when = 'asOf' in then ? { as_of: then.asOf } : { lag: then.lag };
  return (await engine.rows<Row>(text, { ...rest, ...when })).map(rowOf);
}

/** Facilities that had reported, by region and day, as was known at an instant; days of which nobody had are absent. */
export async function reportingThen(
  engine: Engine,
  question: RowsQuestion & { readonly asOf: number },
): Promise<ReadonlyMap<string, ReadonlyMap<Day, number>>> {
  const { level, asOf, ...rest } = question;
  const region = REGION_OF[level];
  const text = fill(statement('reporting-as-of'), {
    known: statement('known-as-of'),
    region: level === 'facility' ? 'reports.facility' : region,
    facility_filter: level === 'nation' ? '1' : `${region} IN {regions:Array(String)}`,
  });
  const found = new Map<string, Map<Day, number>>();
  for (const [code, day, reporting] of await engine.rows<[string, Day, string]>(text, { ...rest, as_of: asOf })) {
    const days = found.get(code) ?? new Map<Day, number>();
    found.set(code, days.set(day, Number(reporting)));
  }
  return found;
}
