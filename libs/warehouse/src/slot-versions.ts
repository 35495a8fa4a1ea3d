import type { Day, Level } from '#vocabulary';
import type { Engine } from './engine.js';
import { nativeBlocks, type NativeBlock, type NativeColumn, type Numbers } from './recount/native-block.js';
import { statement, textList } from './statements.js';

/** One version of a slot, with when it arrived. Cells are parallel arrays. */
export interface SlotVersion {
  readonly day: Day;
  readonly facility: string;
  /** Names the unit within the facility-day. */
  readonly unit: string;
  readonly ver: bigint;
  readonly tie: bigint;
  readonly gen: number;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
  readonly submission: string;
  readonly reported: boolean;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly places: readonly string[];
  readonly statuses: readonly number[];
  readonly values: readonly number[];
}

/** That a submission counted no more, or again. */
export interface UndoneOrder {
  readonly submission: string;
  /** The order: a submission of its own. */
  readonly order: string;
  /** Its receipt, milliseconds since the epoch. */
  readonly at: number;
  readonly isUndone: boolean;
}

function numbers(column: NativeColumn | undefined): Numbers {
  if (column?.kind !== 'numbers') throw new TypeError('the slots have another form than expected');
  return column.values;
}

function texts(column: NativeColumn | undefined): (at: number) => string {
  if (column?.kind !== 'words') return () => '';
  return (at) => column.words[Number(column.index[at])]!;
}

function* versionsIn({ rows, columns }: NativeBlock): Generator<SlotVersion> {
  if (rows === 0) return;
  const [day, gen, reported] = [
    numbers(columns.get('day')),
    numbers(columns.get('gen')),
    numbers(columns.get('reported')),
  ];
  const [unit, ver, tie] = ['unit', 'ver', 'tie'].map((name) => numbers(columns.get(name)) as BigUint64Array);
  const arrived = numbers(columns.get('arrived'));
  const [facility, submission] = [texts(columns.get('facility')), texts(columns.get('submission'))];
  const [category, flag, place] = [
    texts(columns.get('category')),
    texts(columns.get('flag')),
    texts(columns.get('place')),
  ];
  const status = columns.get('status');
  const [statuses, values, ends] = [numbers(status), numbers(columns.get('value')), status?.ends];
  if (!ends) throw new TypeError('the slots have another form than expected');
  for (let row = 0, cell = 0; row < rows; row++) {
    const end = Number(ends[row]);
    const cells = Array.from({ length: end - cell }, (_, i) => cell + i);
    cell = end;
    yield {
      day: Number(day[row]),
      facility: facility(row),
      unit: `${unit![2 * row + 1]!.toString(36)}.${unit![2 * row]!.toString(36)}`,
      ver: ver![row]!,
      tie: tie![row]!,
      gen: Number(gen[row]),
      arrived: Number(arrived[row]),
      submission: submission(row),
      reported: reported[row] === 1,
      categories: cells.map(category),
      flags: cells.map(flag),
      places: cells.map(place),
      statuses: cells.map((at) => Number(statuses[at])),
      values: cells.map((at) => Number(values[at])),
    };
  }
}

/** Every version of the slots of some days; `facilities` undefined: of all facilities. Undone ones too. */
export async function slotVersions(
  engine: Engine,
  question: { dataset: string; from: Day; to: Day; facilities: readonly string[] | undefined },
): Promise<SlotVersion[]> {
  const { dataset, from, to, facilities } = question;
  const text = statement('slot-versions').replace('{facilities:Array(String)}', textList(facilities ?? []));
  const bytes = await engine.native(text, { dataset, from, to, all_facilities: facilities === undefined });
  return Array.from(nativeBlocks(bytes)).flatMap((block) => [...versionsIn(block)]);
}

/** In the order in which they came. */
export async function undoneOrders(engine: Engine, dataset: string): Promise<UndoneOrder[]> {
  const rows = await engine.rows<[string, string, string, number]>(statement('undone-orders'), { dataset });
  return rows.map(([submission, order, at, undone]) => ({ submission, order, at: Number(at), isUndone: undone === 1 }));
}

/** When each of some submissions was first counted, milliseconds since the epoch; absent where the ledger does not say. */
export async function countedAt(engine: Engine, submissions: readonly string[]): Promise<Map<string, number>> {
  if (submissions.length === 0) return new Map();
  const text = statement('counted-at').replace('{submissions:Array(String)}', textList(submissions));
  return new Map((await engine.rows<[string, string]>(text)).map(([submission, at]) => [submission, Number(at)]));
}

/**
 * Regions and days counted anew above a revision, in the order of days, then regions, beginning with `from` and
 * `fromRegion`; with their newest revision.
 */
export async function recountedDays(
  engine: Engine,
  question: {
    dataset: string;
    level: Level;
    /** None: all. */
    regions: readonly string[];
    from: Day;
    fromRegion: string;
    to: Day;
    above: number;
    limit: number;
  },
): Promise<{ region: string; day: Day; rev: number }[]> {
  const { regions, fromRegion, ...rest } = question;
  const text = statement('recounted-days').replaceAll('{regions:Array(String)}', textList(regions));
  const rows = await engine.rows<[string, Day, string]>(text, { ...rest, from_region: fromRegion });
  return rows.map(([region, day, rev]) => ({ region, day, rev: Number(rev) }));
}

/** The least revision that can have been allocated at an instant (milliseconds since the epoch); see next-rev.sql. */
export const revisionAt = (instant: number): number => Math.max(0, instant - 1_735_689_600_000) * 4096;
