import { type Day, type Level, type Region, type RegionYear, STATUS, startOfYear, yearOf } from '#vocabulary';
import type { LocalStore } from '#cache';
import type { Dataset } from '#registry';
import { encodeRegionYear, readRegionYear } from '#series-codec';
import { type Engine, regionRows, regionRowsAsOf } from '#warehouse';
import { buildRegionYear } from './region-year.js';
import { yearKey } from './sources.js';

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

/** Packs what the store does not have from the rollups: one question to the warehouse a level and year. */
async function fill(
  { engine, store }: { engine: Engine; store: LocalStore },
  { dataset, missing }: { dataset: Dataset; missing: readonly Missing[] },
): Promise<Map<string, Uint8Array>> {
  const leases = await store.lease(missing.map(({ key }) => key));
  const packed = new Map<string, Uint8Array>();
  const groups = new Map<string, { level: Level; year: number; members: Missing[] }>();
  for (const one of missing) {
    const name = `${one.region.level}/${one.year}`;
    const group = groups.get(name);
    if (group) group.members.push(one);
    else groups.set(name, { level: one.region.level, year: one.year, members: [one] });
  }
  await Promise.all(
    Array.from(groups.values(), async ({ level, year, members }) => {
      const rows = await regionRows(engine, {
        dataset: dataset.id,
        level,
        regions: members.map(({ region }) => region.code),
        from: startOfYear(year),
        to: startOfYear(year + 1) - 1,
      });
      for (const { region, key } of members) {
        const own = rows.filter((row) => row.region === region.code);
        packed.set(key, encodeRegionYear(buildRegionYear(dataset, { level, year, rows: own })));
      }
    }),
  );
  await store.put(missing.map(({ key }, i) => ({ key, lease: leases[i]!, value: packed.get(key)! })));
  return packed;
}

/** What is known now, packed, in the order of the regions, then of time: from the store, else from the warehouse. */
export async function currentRecords(
  source: { engine: Engine; store: LocalStore },
  { dataset, regions, from, to }: Omit<YearQuestion, 'categories'>,
): Promise<Uint8Array[]> {
  const years = yearsBetween(from, to);
  const wanted = regions.flatMap((region) =>
    years.map((year) => ({ region, year, key: yearKey(dataset.id, region, year) })),
  );
  const found = await source.store.getMany(wanted.map(({ key }) => key));
  const missing = wanted.filter((_, i) => found[i] === undefined);
  const filled = missing.length > 0 ? await fill(source, { dataset, missing }) : undefined;
  return wanted.map(({ key }, i) => found[i] ?? filled!.get(key)!);
}

/** The same, read. */
export async function currentYears(
  source: { engine: Engine; store: LocalStore },
  question: YearQuestion,
): Promise<Years> {
  const records = await currentRecords(source, question);
  const unpacked = records.map((bytes) => readRegionYear(bytes, question.categories));
  const years = unpacked.length / question.regions.length;
  return question.regions.map((_, i) => unpacked.slice(i * years, (i + 1) * years));
}

/** What was known at an instant: from the slots that had arrived by then. */
export async function yearsAsOf(
  { engine, asOf }: { engine: Engine; asOf: number },
  { dataset, regions, from, to }: YearQuestion,
): Promise<Years> {
  const years = yearsBetween(from, to);
  const answers = new Map<Level, Awaited<ReturnType<typeof regionRowsAsOf>>>();
  for (const level of new Set(regions.map(({ level }) => level))) {
    const codes = regions.filter((region) => region.level === level).map(({ code }) => code);
    answers.set(level, await regionRowsAsOf(engine, { dataset: dataset.id, level, regions: codes, from, to, asOf }));
  }
  return regions.map(({ level, code }) =>
    years.map((year) => {
      const rows = answers.get(level)!.filter((row) => row.region === code && yearOf(row.day) === year);
      return buildRegionYear(dataset, { level, year, rows });
    }),
  );
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
