import { type Day, yearOf } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { dayList, statement } from './statements.js';

/** Where a slot comes from; shared by all slots of a submission. */
export interface SlotOrigin {
  readonly dataset: string;
  readonly tie: bigint;
  readonly gen: number;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
  /** 64 hex digits. */
  readonly submission: string;
  readonly feed: string;
}

/** One version of what was stated about a facility-day, or about the part of it that a file or record states. */
export interface SlotRow {
  readonly origin: SlotOrigin;
  readonly content: SlotContent;
}

export interface SlotContent {
  readonly day: Day;
  readonly facility: string;
  /** 0: the whole facility-day. */
  readonly unit: bigint;
  readonly version: bigint;
  readonly reported: boolean;
  readonly zip: string;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly places: readonly string[];
  readonly statuses: readonly number[];
  readonly values: readonly number[];
  readonly records: readonly number[];
}

/** A version of a unit and where it speaks. */
export interface UnitVersion {
  readonly unit: bigint;
  readonly ver: bigint;
  readonly tie: bigint;
  readonly gen: number;
  readonly arrived: number;
  readonly submission: string;
  readonly feed: string;
  readonly touches: readonly { readonly facility: string; readonly day: Day }[];
}

const VERSION_COLUMNS = ['unit', 'ver', 'tie', 'gen', 'arrived', 'submission', 'feed'];
const SLOT_COLUMNS = [
  'dataset', 'day', 'facility', ...VERSION_COLUMNS, 'reported', 'zip',
  'category', 'flag', 'place', 'status', 'value', 'records',
]; // prettier-ignore
const UNIT_DAY_COLUMNS = ['dataset', ...VERSION_COLUMNS, 'facility', 'day'];

/** The fields of {@link VERSION_COLUMNS}. */
function writeVersion(out: RowBinary, { origin, content }: SlotRow): void {
  out.uint128(content.unit);
  out.uint64(content.version);
  out.uint64(origin.tie);
  out.uint8(origin.gen);
  out.instant(origin.arrived);
  out.fixed(origin.submission, 32);
  out.string(origin.feed);
}

function writeSlot(out: RowBinary, row: SlotRow): void {
  const { origin, content } = row;
  out.string(origin.dataset);
  out.uint16(content.day);
  out.string(content.facility);
  writeVersion(out, row);
  out.uint8(content.reported ? 1 : 0);
  out.string(content.zip);
  out.strings(content.categories);
  out.strings(content.flags);
  out.strings(content.places);
  out.uint8s(content.statuses);
  out.uint32s(content.values);
  out.uint32s(content.records);
}

/** Groups by year: one insert goes into one partition. */
export function byYear<T>(items: readonly T[], dayOf: (item: T) => Day): Map<number, T[]> {
  const years = new Map<number, T[]>();
  for (const item of items) {
    const year = yearOf(dayOf(item));
    const group = years.get(year);
    if (group) group.push(item);
    else years.set(year, [item]);
  }
  return years;
}

export async function insertSlots(engine: Engine, rows: readonly SlotRow[]): Promise<void> {
  for (const group of byYear(rows, ({ content }) => content.day).values()) {
    const out = new RowBinary();
    for (const row of group) writeSlot(out, row);
    await engine.insert('slots', SLOT_COLUMNS, out.take());
  }
}

/** Says where the units of these rows speak; to be written before the rows themselves. */
export async function insertUnitDays(engine: Engine, rows: readonly SlotRow[]): Promise<void> {
  if (rows.length === 0) return;
  const out = new RowBinary();
  for (const row of rows) {
    out.string(row.origin.dataset);
    writeVersion(out, row);
    out.string(row.content.facility);
    out.uint16(row.content.day);
  }
  await engine.insert('unit_days', UNIT_DAY_COLUMNS, out.take());
}

/** Every version of the units, also of those written by others at the same time. */
export async function unitVersions(
  engine: Engine,
  { dataset, units }: { dataset: string; units: readonly bigint[] },
): Promise<UnitVersion[]> {
  if (units.length === 0) return [];
  const rows = await engine.rows<[string, string, string, number, string, string, string, [string, number][]]>(
    statement('unit-versions').replace(
      '{units:Array(UInt128)}',
      `(${units.map((unit) => `toUInt128('${unit}')`).join(',')})`,
    ),
    { dataset },
  );
  return rows.map(([unit, ver, tie, gen, arrived, submission, feed, touches]) => ({
    unit: BigInt(unit),
    ver: BigInt(ver),
    tie: BigInt(tie),
    gen,
    arrived: Number(arrived),
    submission: submission.toLowerCase(),
    feed,
    touches: touches.map(([facility, day]) => ({ facility, day })),
  }));
}

export async function facilityDays(engine: Engine, key: { dataset: string; facility: string }): Promise<Day[]> {
  return (await engine.rows<[number]>(statement('facility-days'), key)).map(([day]) => day);
}

/** Places of events per day, in any version of the slots of these facilities. */
export async function eventPlaces(
  engine: Engine,
  { dataset, days, facilities }: { dataset: string; days: readonly Day[]; facilities: readonly string[] },
): Promise<Map<Day, string[]>> {
  const text = statement('event-places').replace('{days:Array(Date)}', dayList(days));
  return new Map(await engine.rows<[Day, string[]]>(text, { dataset, facilities }));
}
