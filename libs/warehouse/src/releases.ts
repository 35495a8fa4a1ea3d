import { type Day, type Level, type Region, regionKey } from '#vocabulary';
import type { Engine } from './engine.js';
import type { Then } from './rollups.js';
import { RowBinary } from './row-binary.js';
import { dayList, fill, statement, textList } from './statements.js';

/** A release of a day to those who may not see small counts. */
export interface Release {
  readonly dataset: string;
  readonly day: Day;
  /** From 1. */
  readonly no: number;
  /** When it was released, ms since the epoch. */
  readonly at: number;
  /** Revision of the nation's rollup that it was made from. */
  readonly rev: number;
  /** What the next release has to know. Holds counts of facilities. */
  readonly state: string;
}

/** The numbers of one region in a release: category → count. */
export interface ReleasedRegion {
  readonly region: Region;
  readonly counts: ReadonlyMap<string, number>;
}

/** Before its numbers: a release that is in the table happened, and is never made otherwise again. */
export async function insertReleases(engine: Engine, releases: readonly Release[]): Promise<void> {
  const out = new RowBinary();
  for (const { dataset, day, no, at, rev, state } of releases) {
    out.string(dataset);
    out.uint16(day);
    out.uint32(no);
    out.instant(at);
    out.uint64(BigInt(rev));
    out.string(state);
  }
  await engine.insert('releases', ['dataset', 'day', 'no', 'at', 'rev', 'state'], out.take());
}

/** The numbers of releases; writing them again changes nothing. */
export async function insertReleased(
  engine: Engine,
  releases: readonly (Omit<Release, 'rev' | 'state'> & { readonly regions: readonly ReleasedRegion[] })[],
): Promise<void> {
  const out = new RowBinary();
  for (const { dataset, day, no, at, regions } of releases) {
    for (const { region, counts } of regions) {
      out.string(dataset);
      out.string(region.level);
      out.string(region.code);
      out.uint16(day);
      out.uint32(no);
      out.instant(at);
      out.strings([...counts.keys()]);
      out.uint64s([...counts.values()]);
    }
  }
  const columns = ['dataset', 'level', 'region', 'day', 'no', 'at', 'category', 'value'];
  await engine.insert('released', columns, out.take());
}

/** A day with counts, and how far its releases are. */
export interface ReleaseDay {
  readonly day: Day;
  /** Of the nation's rollup. */
  readonly rev: number;
  /** Number of the last release; 0: none. */
  readonly last: number;
  /** The revision that it was made from. */
  readonly madeFrom: number;
  /** Number of the last release whose numbers are written. */
  readonly written: number;
}

export async function releaseDays(engine: Engine, dataset: string): Promise<ReleaseDay[]> {
  type Row = [Day, string, number, string, number];
  const rows = await engine.rows<Row>(statement('release-days'), { dataset });
  return rows.map(([day, rev, last, madeFrom, written]) => ({
    day,
    rev: Number(rev),
    last: Number(last),
    madeFrom: Number(madeFrom),
    written: Number(written),
  }));
}

/** Releases of some days in order: all of them, or the last of each day. */
export async function releaseStates(
  engine: Engine,
  { dataset, days, only }: { dataset: string; days: readonly Day[]; only: 'last' | 'all' },
): Promise<Pick<Release, 'day' | 'no' | 'at' | 'state'>[]> {
  if (days.length === 0) return [];
  const text = statement('release-states').replaceAll('{days:Array(Date)}', dayList(days));
  const parameters = { dataset, only_last: only === 'last' ? 1 : 0 };
  const rows = await engine.rows<[Day, number, string, string]>(text, parameters);
  return rows.map(([day, no, at, state]) => ({ day, no, at: Number(at), state }));
}

/** Every number that was released of a day: number of the release → region → category → count. */
export async function releasedHistory(
  engine: Engine,
  question: { dataset: string; day: Day },
): Promise<Map<number, Map<string, Map<string, number>>>> {
  type Row = [number, Level, string, string[], string[]];
  const rows = await engine.rows<Row>(statement('released-history'), question);
  const history = new Map<number, Map<string, Map<string, number>>>();
  for (const [no, level, code, categories, values] of rows) {
    let release = history.get(no);
    if (!release) history.set(no, (release = new Map()));
    const counts = new Map(categories.map((category, i) => [category, Number(values[i])]));
    release.set(regionKey({ level, code }), counts);
  }
  return history;
}

/** Released numbers of some regions, now or then: region code → day → category → count. */
export async function releasedRows(
  engine: Engine,
  { then, ...question }: { dataset: string; level: Level; regions: readonly string[]; from: Day; to: Day; then?: Then },
): Promise<Map<string, Map<Day, ReadonlyMap<string, number>>>> {
  const rows = await engine.rows<[string, Day, string[], string[]]>(statement('released-rows'), {
    ...question,
    as_of: then && 'asOf' in then ? Math.min(then.asOf, LAST_INSTANT) : LAST_INSTANT,
    // Later than any day can be released, when no lag is asked.
    lag: then && 'lag' in then ? then.lag : 100_000,
  });
  const found = new Map<string, Map<Day, ReadonlyMap<string, number>>>();
  for (const [region, day, categories, values] of rows) {
    let days = found.get(region);
    if (!days) found.set(region, (days = new Map()));
    days.set(day, new Map(categories.map((category, i) => [category, Number(values[i])])));
  }
  return found;
}

/** The end of the year 2200, within the range of the engine's instants. */
const LAST_INSTANT = Date.UTC(2200, 11, 31);

/** A cell of a facility: `reported` is 0 where it has no number. */
export interface FacilityCells {
  readonly day: Day;
  readonly facility: string;
  readonly reporting: boolean;
  readonly cells: readonly { category: string; flag: string; value: number; reported: boolean }[];
}

/** What every facility reported of some days, as it stands. */
export async function facilityCells(
  engine: Engine,
  { dataset, days }: { dataset: string; days: readonly Day[] },
): Promise<FacilityCells[]> {
  if (days.length === 0) return [];
  type Row = [Day, string, number, string[], string[], string[], number[]];
  const text = statement('facility-cells').replace('{days:Array(Date)}', dayList(days));
  const rows = await engine.rows<Row>(text, { dataset });
  return rows.map(([day, facility, reporting, categories, flags, values, reported]) => ({
    day,
    facility,
    reporting: reporting > 0,
    cells: categories.map((category, i) => ({
      category,
      flag: flags[i]!,
      value: Number(values[i]),
      reported: reported[i]! > 0,
    })),
  }));
}

/** Takes all releases along into a database that is put in the place of another. Names are ours. */
export async function copyReleases(engine: Engine, from: string): Promise<void> {
  for (const table of ['releases', 'released']) await engine.run(fill(statement('copy-releases'), { from, table }));
}

/**
 * What stands in the place of the views for somebody who may not see small counts of some datasets: view → SELECT.
 * `exact` gives the SELECT of what they would read otherwise.
 */
export function withheldViews({
  database,
  datasets,
  exact,
}: {
  database: string;
  datasets: readonly string[];
  exact: (view: 'region_daily' | 'facility_daily') => string;
}): Readonly<Record<'region_daily' | 'facility_daily', string>> {
  const selectOf = (view: 'region_daily' | 'facility_daily', name: string): string => {
    const text = statement(name)
      .replace(/^--.*\n/gm, '')
      .trim();
    return fill(text, { database, datasets: textList(datasets), exact: `(${exact(view)})` }).replace(/\s+/g, ' ');
  };
  return {
    region_daily: selectOf('region_daily', 'withheld-region-daily'),
    facility_daily: selectOf('facility_daily', 'withheld-facility-daily'),
  };
}
