import { setImmediate as immediate } from 'node:timers/promises';
import {
  type Day,
  type Level,
  type Region,
  type RegionYear,
  regionKey,
  STATUS,
  startOfYear,
  yearOf,
} from '#vocabulary';
import type { LocalStore } from '#cache';
import type { Dataset } from '#registry';
import { encodeRegionYear, readRegionYear } from '#series-codec';
import type { RegionRow, Then } from '#warehouse';
import type { Counts } from './counts.js';
import { buildRegionYear } from './region-year.js';
import { type Sources, whileUnchanged, yearKey } from './sources.js';

export interface YearQuestion {
  readonly dataset: Dataset;
  readonly regions: readonly Region[];
  readonly from: Day;
  readonly to: Day;
  readonly categories: readonly string[];
}

/** The years of the regions asked, in the order of the regions, then of time. */
export type Years = readonly (readonly RegionYear[])[];

export function yearsBetween(from: Day, to: Day): number[] {
  const first = yearOf(from);
  return Array.from({ length: yearOf(to) - first + 1 }, (_, i) => first + i);
}

interface Missing {
  readonly region: Region;
  readonly year: number;
  readonly key: string;
}

interface CurrentSources {
  readonly counts: Counts;
  readonly store: LocalStore;
}

/** A year that the store did not have, and the permission to put it there. */
interface Built {
  readonly key: string;
  readonly lease: string;
  readonly year: RegionYear;
}

/** Builds what the store does not have from the rollups: one question to the warehouse a level and year. */
async function build(
  { counts, store }: CurrentSources,
  { dataset, missing }: { dataset: Dataset; missing: readonly Missing[] },
): Promise<ReadonlyMap<string, Built>> {
  const leases = await store.lease(missing.map(({ key }) => key));
  const built = new Map<string, Built>();
  const leaseOf = new Map(missing.map(({ key }, i) => [key, leases[i]!]));
  const groups = new Map<string, { level: Level; year: number; members: Missing[] }>();
  for (const one of missing) {
    const name = `${one.region.level}/${one.year}`;
    const group = groups.get(name);
    if (group) group.members.push(one);
    else groups.set(name, { level: one.region.level, year: one.year, members: [one] });
  }
  await Promise.all(
    Array.from(groups.values(), async ({ level, year, members }) => {
      const rows = await counts.now(dataset, {
        dataset: dataset.id,
        level,
        regions: [...new Set(members.map(({ region }) => region.code))],
        from: startOfYear(year),
        to: startOfYear(year + 1) - 1,
      });
      for (const { region, key } of members) {
        const own = rows.filter((row) => row.region === region.code);
        built.set(key, { key, lease: leaseOf.get(key)!, year: buildRegionYear(dataset, { level, year, rows: own }) });
      }
    }),
  );
  return built;
}

/** Years that wait to be packed; beyond them, what was asked for once is not kept. */
const MOST_UNPACKED = 200;
let unpacked = 0;

/** Packs and puts one year after the other, and lets whatever else there is to do go before each. */
async function packLater(store: LocalStore, built: readonly Built[]): Promise<void> {
  const some = built.slice(0, MOST_UNPACKED - unpacked);
  unpacked += some.length;
  for (const { key, lease, year } of some) {
    await immediate();
    unpacked--;
    try {
      await store.put([{ key, lease, value: encodeRegionYear(year) }]);
    } catch {
      // What is not kept is read again.
    }
  }
}

/** What is known now, packed, in the order of the regions, then of time: from the store, else from the warehouse. */
export async function currentRecords(
  source: CurrentSources,
  { dataset, regions, from, to }: Omit<YearQuestion, 'categories'>,
): Promise<Uint8Array[]> {
  const wanted = wantedYears({ dataset, regions, from, to });
  const found = await source.store.getMany(wanted.map(({ key }) => key));
  const missing = wanted.filter((_, i) => found[i] === undefined);
  if (missing.length === 0) return found.map((bytes) => bytes!);
  const packed = Array.from((await build(source, { dataset, missing })).values(), ({ year, ...one }) => {
    return { ...one, value: encodeRegionYear(year) };
  });
  await source.store.put(packed);
  const made = new Map(packed.map(({ key, value }) => [key, value]));
  return wanted.map(({ key }, i) => found[i] ?? made.get(key)!);
}

const wantedYears = ({ dataset, regions, from, to }: Omit<YearQuestion, 'categories'>): Missing[] =>
  regions.flatMap((region) =>
    yearsBetween(from, to).map((year) => ({ region, year, key: yearKey(dataset.id, region, year) })),
  );

/** The same, read. What the store did not have is packed and put there after it has been answered. */
export async function currentYears(source: CurrentSources, question: YearQuestion): Promise<Years> {
  const { dataset, regions, categories } = question;
  const wanted = wantedYears(question);
  const found = await source.store.getMany(wanted.map(({ key }) => key));
  const missing = wanted.filter((_, i) => found[i] === undefined);
  const built = missing.length > 0 ? await build(source, { dataset, missing }) : undefined;
  if (built) void packLater(source.store, [...built.values()]);
  const years = wanted.map(({ key }, i) => {
    const bytes = found[i];
    return bytes ? readRegionYear(bytes, categories) : built!.get(key)!.year;
  });
  const each = years.length / regions.length;
  return regions.map((_, i) => years.slice(i * each, (i + 1) * each));
}

/**
 * The same without packing what the store does not have: of a region of which it lacks a year, all of them from
 * the warehouse. Nothing is kept, so that who reads everything once does not push out what others ask for again and again.
 */
export async function passingYears({ counts, store }: CurrentSources, question: YearQuestion): Promise<Years> {
  const { dataset, regions, from, to, categories } = question;
  const years = yearsBetween(from, to);
  const whole = { from: startOfYear(years[0]!), to: startOfYear(years.at(-1)! + 1) - 1 };
  const packed = await store.getMany(
    regions.flatMap((region) => years.map((year) => yearKey(dataset.id, region, year))),
  );
  const found = regions.map((region, i) => {
    const own = packed.slice(i * years.length, (i + 1) * years.length);
    return own.every((bytes) => bytes !== undefined) ? read(own, { regions: [region], categories })[0] : undefined;
  });
  const missing = regions.filter((_, i) => found[i] === undefined);
  const rows = new Map<string, RegionRow[]>(missing.map((region) => [regionKey(region), []]));
  for (const level of new Set(missing.map((region) => region.level))) {
    const codes = missing.filter((region) => region.level === level).map(({ code }) => code);
    for (const row of await counts.now(dataset, { dataset: dataset.id, level, regions: codes, ...whole }))
      rows.get(`${level}:${row.region}`)?.push(row);
  }
  return regions.map((region, i) => {
    const own = rows.get(regionKey(region)) ?? [];
    const build = (year: number): RegionYear =>
      buildRegionYear(dataset, { level: region.level, year, rows: own.filter(({ day }) => yearOf(day) === year) });
    return found[i] ?? years.map(build);
  });
}

function read(
  records: readonly Uint8Array[],
  { regions, categories }: Pick<YearQuestion, 'regions' | 'categories'>,
): Years {
  const unpacked = records.map((bytes) => readRegionYear(bytes, categories));
  const years = unpacked.length / regions.length;
  return regions.map((_, i) => unpacked.slice(i * years, (i + 1) * years));
}

const MS_PER_DAY = 86_400_000;

/** The first instant at which nothing can change any more that a lag asks of a day. */
export const lagEnds = (day: Day, lag: number): number => (day + lag + 1) * MS_PER_DAY;

type PastSources = Pick<Sources, 'counts' | 'past' | 'changes' | 'configuration' | 'now'>;

/** Rows as they were known then. Of a lag: only of days of which it has passed, for the others nothing is known yet. */
export async function rowsThen(
  { counts, now }: Pick<Sources, 'counts' | 'now'>,
  then: Then,
  { dataset, ...ask }: { dataset: Dataset; level: Level; regions: readonly string[]; from: Day; to: Day },
): Promise<RegionRow[]> {
  const rows = await counts.then(dataset, { ...ask, dataset: dataset.id, then });
  if ('asOf' in then) return rows;
  const at = now();
  return rows.filter(({ day }) => lagEnds(day, then.lag) <= at);
}

/**
 * What was known then, packed, in the order of the regions, then of time: kept from before, else from the slots. Only
 * the days asked are in it.
 */
export async function recordsThen(
  sources: PastSources,
  then: Then,
  { dataset, regions, from, to }: Omit<YearQuestion, 'categories'>,
): Promise<Uint8Array[]> {
  const instant = 'asOf' in then ? `@${then.asOf}` : `+${then.lag}`;
  const wanted = regions.flatMap((region) =>
    yearsBetween(from, to).map((year) => {
      const days = { from: Math.max(from, startOfYear(year)), to: Math.min(to, startOfYear(year + 1) - 1) };
      const name = yearKey(dataset.id, region, year);
      return { region, year, ...days, name, key: `${name}${instant} ${days.from}-${days.to}` };
    }),
  );
  const found = wanted.map(({ key }) => sources.past.get(key));
  const missing = wanted.filter((_, i) => found[i] === undefined);
  const made = new Map<string, Uint8Array>();
  for (const level of new Set(missing.map(({ region }) => region.level))) {
    const members = missing.filter(({ region }) => region.level === level);
    const holds = members.map(({ name }) => whileUnchanged(sources, [name]));
    const isSettled = 'asOf' in then || lagEnds(to, then.lag) <= sources.now();
    const codes = [...new Set(members.map(({ region }) => region.code))];
    const rows = await rowsThen(sources, then, { dataset, level, regions: codes, from, to });
    for (const [i, { region, year, key }] of members.entries()) {
      const own = rows.filter((row) => row.region === region.code && yearOf(row.day) === year);
      const bytes = encodeRegionYear(buildRegionYear(dataset, { level, year, rows: own }));
      made.set(key, bytes);
      if (isSettled) sources.past.put(key, { bytes, holds: holds[i]! });
    }
  }
  return wanted.map(({ key }, i) => found[i] ?? made.get(key)!);
}

/** The same, read. */
export async function yearsThen(sources: PastSources, then: Then, question: YearQuestion): Promise<Years> {
  return read(await recordsThen(sources, then, question), question);
}

/**
 * One category over a range of days, cut from the years. A category that no one of the region ever stated is, on days
 * with a report, what absence means.
 */
export function cutSeries(
  years: readonly RegionYear[],
  { dataset, category, from, to }: { dataset: Dataset; category: string; from: Day; to: Day },
): { total: Uint32Array; unflagged: Uint32Array; status: Uint8Array; reporting: Uint32Array; rev: number } {
  const length = to - from + 1;
  const cut = {
    total: new Uint32Array(length),
    unflagged: new Uint32Array(length),
    status: new Uint8Array(length).fill(STATUS.missing),
    reporting: new Uint32Array(length),
    rev: 0,
  };
  for (const year of years) {
    const first = Math.max(from, year.start);
    const last = Math.min(to, year.start + year.days - 1);
    const record = year.categories.get(category);
    cut.rev = Math.max(cut.rev, year.rev);
    for (let day = first; day <= last; day++) {
      const at = day - year.start;
      const into = day - from;
      const reporting = (cut.reporting[into] = year.reporting[at]!);
      if (record) {
        cut.total[into] = record.total[at]!;
        cut.unflagged[into] = record.unflagged[at]!;
        cut.status[into] = record.status[at]!;
      } else if (reporting > 0 && dataset.absence === 'zero') cut.status[into] = STATUS.reported;
    }
  }
  return cut;
}
