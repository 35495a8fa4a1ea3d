import type { Day } from '#vocabulary';
import type { Engine } from './engine.js';
import { type NativeBlock, type NativeColumn, type Numbers, nativeBlocks } from './recount/native-block.js';
import { recount } from './recount/recount.js';
import { SlotTable } from './recount/slot-table.js';
import { statement, textList } from './statements.js';

/** What one facility states of one day. Parallel arrays, a place per category × flag. */
export interface FacilityCount {
  readonly facility: string;
  readonly day: Day;
  /** 0 when it is told from slots. */
  readonly rev: number;
  /** 1 when there is an accepted report; `withdrawn` 1 when there was one and is no longer. */
  readonly reporting: number;
  readonly withdrawn: number;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly values: readonly number[];
  /** 1 where there is a number, and where it is withheld. */
  readonly reported: readonly number[];
  readonly suppressed: readonly number[];
}

export interface FacilityCountsQuestion {
  readonly dataset: string;
  readonly from: Day;
  readonly to: Day;
  /** Only these; undefined: all. */
  readonly facilities?: readonly string[] | undefined;
}

/** An answer is in memory as a whole: about 200 bytes a facility and day. */
const DAYS_AT_ONCE = 8;

const SHAPE = 'the counts have another form than expected';

function numbers(column: NativeColumn | undefined): { readonly values: Numbers; readonly ends: BigUint64Array } {
  if (column?.kind !== 'numbers') throw new TypeError(SHAPE);
  return { values: column.values, ends: column.ends ?? new BigUint64Array(0) };
}

function words(column: NativeColumn | undefined): (at: number) => string {
  if (column?.kind === 'numbers' && column.values.length === 0) return () => '';
  if (column?.kind !== 'words') throw new TypeError(SHAPE);
  return (at) => column.words[Number(column.index[at])]!;
}

function* countsOf({ rows, columns }: NativeBlock): Generator<FacilityCount> {
  if (rows === 0) return;
  const at = (name: string) => numbers(columns.get(name));
  const [day, rev, reporting, withdrawn] = [at('day'), at('rev'), at('reporting'), at('withdrawn')];
  const facility = words(columns.get('facility'));
  const [category, flag] = [words(columns.get('category')), words(columns.get('flag'))];
  const [value, reported, suppressed] = [at('value'), at('reported'), at('suppressed')];
  const part = ({ values }: { values: Numbers }, from: number, to: number): number[] => {
    const cut: number[] = [];
    for (let i = from; i < to; i++) cut.push(Number(values[i]));
    return cut;
  };
  let from = 0;
  for (let row = 0; row < rows; row++) {
    const to = Number(value.ends[row]);
    const cells = Array.from({ length: to - from }, (_, i) => from + i);
    yield {
      facility: facility(row),
      day: Number(day.values[row]),
      rev: Number(rev.values[row]),
      reporting: Number(reporting.values[row]),
      withdrawn: Number(withdrawn.values[row]),
      categories: cells.map(category),
      flags: cells.map(flag),
      values: part(value, from, to),
      reported: part(reported, from, to),
      suppressed: part(suppressed, from, to),
    };
    from = to;
  }
}

/** What facilities state of some days, as it is counted now; days of which nothing was ever said have none. In no order. */
export async function* facilityCounts(
  engine: Engine,
  { dataset, from, to, facilities }: FacilityCountsQuestion,
): AsyncGenerator<FacilityCount> {
  const text = statement('facility-counts').replace('{facilities:Array(String)}', textList(facilities ?? []));
  for (let first = from; first <= to; first += DAYS_AT_ONCE) {
    const asked = { from: first, to: Math.min(to, first + DAYS_AT_ONCE - 1) };
    const bytes = await engine.native(text, { dataset, ...asked, all_facilities: facilities === undefined });
    for (const block of nativeBlocks(bytes)) yield* countsOf(block);
  }
}

/**
 * The same from the slots: what had arrived by an instant (milliseconds since the epoch) and, where `rev` is not 0, was
 * counted by that revision.
 */
export async function* facilityCountsAsOf(
  engine: Engine,
  question: FacilityCountsQuestion & { readonly asOf: number; readonly rev: number },
): AsyncGenerator<FacilityCount> {
  const { dataset, from, to, facilities, asOf, rev } = question;
  const text = statement('slots-as-of').replace('{facilities:Array(String)}', textList(facilities ?? []));
  const asked = { dataset, from, to, as_of: asOf, rev, all_facilities: facilities === undefined };
  const table = new SlotTable();
  for (const block of nativeBlocks(await engine.native(text, asked))) table.addBlock(block);
  const days = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const touched = table.facilities.list.map((code) => ({ region: { level: 'facility', code } as const, days }));
  for (const { region, ...count } of recount(table, { touched, placeOf: () => undefined }))
    if (count.reporting > 0 || count.withdrawn > 0 || count.categories.length > 0)
      yield { facility: region.code, rev: 0, ...count };
}
