import { type Day, type Level, PLACE_LEVELS, type Region } from '#vocabulary';
import { DAILY_C2, type Detection, VERDICT, earsC2 } from '#detection';
import type { Dataset } from '#registry';
import { type Engine, type RegionCount, type RegionRow, regionRows } from '#warehouse';
import { type DayTotals, dayTotals } from './day-total.js';

/** A count above its upper bound. */
export interface Alarm {
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
}

export interface AlarmChange {
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** Undefined: no alarm, or not enough days to tell. */
  readonly before: Alarm | undefined;
  readonly after: Alarm | undefined;
}

/** Alarms that would appear, disappear or change: on the changed days, and on days that have one of them in their baseline. */
export interface AlarmChanges {
  /** Id of the detector. */
  readonly detector: string;
  readonly changes: readonly AlarmChange[];
  /** There may be more: not every region was looked at. */
  readonly isCut: boolean;
}

interface Pair {
  readonly before: number;
  readonly after: number;
}

/** The totals of one region and day, where they would change. */
export interface ChangedTotals {
  readonly region: Region;
  readonly day: Day;
  readonly stated: ReadonlyMap<string, Pair>;
  /** Of every category that neither count mentions, where that would change. */
  readonly otherwise: Pair | undefined;
}

/** Regions × days that are read at most: of a file of one day, about 300 regions. */
const MOST_REGION_DAYS = 20_000;
/** … and at a time. */
const REGION_DAYS_AT_ONCE = 2000;
const LAST_DAY = 65_535;

const isSame = ({ before, after }: Pair): boolean => Object.is(before, after);

/** Undefined when no total would change. */
export function changedTotals(was: RegionCount, is: RegionCount, dataset: Dataset): ChangedTotals | undefined {
  const { region, day } = was;
  const { level } = region;
  const [a, b] = [dayTotals(was, { dataset, level }), dayTotals(is, { dataset, level })];
  const otherwise = { before: a.otherwise, after: b.otherwise };
  const ofAbsent = isSame(otherwise) ? undefined : otherwise;
  const stated = new Map<string, Pair>();
  for (const category of [...a.stated.keys(), ...b.stated.keys()]) {
    const pair = { before: totalOf(a, category), after: totalOf(b, category) };
    if (ofAbsent || !isSame(pair)) stated.set(category, pair);
  }
  return stated.size > 0 || ofAbsent ? { region, day, stated, otherwise: ofAbsent } : undefined;
}

const totalOf = ({ stated, otherwise }: DayTotals, category: string): number => stated.get(category) ?? otherwise;

function alarmOf({ verdict, expected, upperbound }: Detection, values: Float64Array, at: number): Alarm | undefined {
  if (verdict[at] !== VERDICT.alarm) return undefined;
  return { value: values[at]!, expected: expected[at]!, upperbound: upperbound[at]! };
}

/** The changes of one region: its history from `from` on, with the changed days in it as they are and as they would be. */
function* changesOfRegion({ dataset, rows, changed, from, to }: {
  dataset: Dataset; rows: readonly RegionRow[]; changed: readonly ChangedTotals[]; from: Day; to: Day;
}): Generator<AlarmChange> {
  const { region } = changed[0]!;
  const history = rows.map((row) => ({ at: row.day - from, totals: dayTotals(row, { dataset, level: region.level }) }));
  const categories = new Set(changed.flatMap(({ stated }) => [...stated.keys()]));
  if (changed.some(({ otherwise }) => otherwise)) {
    for (const { id } of dataset.categories) categories.add(id);
    for (const { totals } of history) for (const category of totals.stated.keys()) categories.add(category);
  }
  for (const category of [...categories].sort()) {
    const before = new Float64Array(to - from + 1).fill(NaN);
    for (const { at, totals } of history) before[at] = totalOf(totals, category);
    const after = before.slice();
    for (const { day, stated, otherwise } of changed) {
      const pair = stated.get(category) ?? otherwise;
      if (pair) [before[day - from], after[day - from]] = [pair.before, pair.after];
    }
    const [was, is] = [before, after].map((values) => earsC2.detect({ start: from, values }, DAILY_C2));
    for (let at = 0; at <= to - from; at++) {
      const [a, b] = [alarmOf(was!, before, at), alarmOf(is!, after, at)];
      const isChanged = a?.value !== b?.value || a?.expected !== b?.expected || a?.upperbound !== b?.upperbound;
      if (isChanged) yield { region, category, day: from + at, before: a, after: b };
    }
  }
} // prettier-ignore

/**
 * What would become of the alarms if these totals changed. EARS C2 with a baseline of four weeks; the days around the
 * changed ones are read as they are counted now. A day counts with what has been reported of it, however many
 * facilities are missing; one without a number is a gap. Coarse regions first.
 */
export async function alarmChanges(
  engine: Engine,
  { dataset, changed }: { dataset: Dataset; changed: readonly ChangedTotals[] },
): Promise<AlarmChanges> {
  const detector = earsC2.id;
  if (changed.length === 0) return { detector, changes: [], isCut: false };
  const reach = earsC2.reach(DAILY_C2);
  const from = Math.max(0, changed.reduce((least, { day }) => Math.min(least, day), LAST_DAY) - reach);
  const to = Math.min(LAST_DAY, changed.reduce((most, { day }) => Math.max(most, day), 0) + reach);
  const span = to - from + 1;
  const byLevel = new Map<Level, Map<string, ChangedTotals[]>>(PLACE_LEVELS.map((level) => [level, new Map()]));
  for (const one of changed) {
    const regions = byLevel.get(one.region.level)!;
    const known = regions.get(one.region.code);
    if (known) known.push(one);
    else regions.set(one.region.code, [one]);
  }
  const changes: AlarmChange[] = [];
  let left = Math.floor(MOST_REGION_DAYS / span);
  const batch = Math.max(1, Math.floor(REGION_DAYS_AT_ONCE / span));
  let isCut = false;
  for (const [level, regions] of byLevel) {
    const codes = [...regions.keys()].sort();
    isCut ||= codes.length > left;
    const some = codes.slice(0, left);
    left -= some.length;
    for (let at = 0; at < some.length; at += batch) {
      const asked = some.slice(at, at + batch);
      const rows = await regionRows(engine, { dataset: dataset.id, level, regions: asked, from, to });
      const rowsOf = new Map<string, RegionRow[]>(asked.map((code) => [code, []]));
      for (const row of rows) rowsOf.get(row.region)?.push(row);
      for (const code of asked)
        changes.push(...changesOfRegion({ dataset, rows: rowsOf.get(code)!, changed: regions.get(code)!, from, to }));
    }
  }
  return { detector, changes, isCut };
}
