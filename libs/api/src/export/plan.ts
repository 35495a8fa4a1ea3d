import type { Questions } from '#analytics';
import type { Region } from '#vocabulary';
import { type Asked, COLUMNS, type EXPORT, EVER, exportPeriod, invalid, type Period } from '../ask/index.js';
import { facilityShape } from '../rest/shapes.js';
import {
  completenessBatches,
  completenessColumns,
  revisionColumns,
  seriesBatches,
  seriesColumns,
} from '../rest/tables/counts.js';
import { itemColumns } from '../rest/tables/items.js';
import { type Batch, selected, type Table, tableOf } from '../tabular/index.js';

type AskedExport = Asked<typeof EXPORT>;

/** A table, and how many rows it will have; null where that is not known before. */
export interface ExportPlan {
  readonly table: Table;
  readonly rows: number | null;
}

/** Values of one question to the port: so many are in memory at a time. */
const VALUES_AT_ONCE = 20_000;
/** Series of one question to the port. */
const SERIES_AT_ONCE = 500;
const PAGE = 1000;
/** Days of one question about versions. */
const REVISION_DAYS = 31;

async function* pagesOf<T>(
  ask: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | null }>,
): AsyncGenerator<readonly T[]> {
  for (let cursor: string | undefined, hasMore = true; hasMore;) {
    const { items, next } = await ask(cursor);
    yield items;
    cursor = next ?? undefined;
    hasMore = next !== null;
  }
}

async function regionsOf(
  { dataset, level, within, region }: AskedExport,
  questions: Questions,
): Promise<readonly Region[]> {
  if (region) return region;
  const parent = within?.level === 'nation' ? undefined : within;
  const found: Region[] = [];
  const ask = (cursor: string | undefined) => questions.regions({ dataset, level, parent, limit: PAGE, cursor });
  for await (const items of pagesOf(ask)) found.push(...items.map((one) => one.region));
  return found;
}

async function categoriesOf({ dataset, category }: AskedExport, questions: Questions): Promise<readonly string[]> {
  if (category) return category;
  const found = (await questions.datasets()).find(({ id }) => id === dataset);
  return found?.categories.map(({ id }) => id) ?? [];
}

/** Regions in groups of which one question is small enough. */
function* groups(
  regions: readonly Region[],
  { categories, from, to }: Period & { categories: number },
): Generator<readonly Region[]> {
  const values = Math.max(1, categories * (to - from + 1));
  const size = Math.max(
    1,
    Math.min(Math.floor(VALUES_AT_ONCE / values), Math.floor(SERIES_AT_ONCE / Math.max(1, categories))),
  );
  for (let at = 0; at < regions.length; at += size) yield regions.slice(at, at + size);
}

interface Planning {
  readonly asked: AskedExport;
  readonly questions: Questions;
  readonly days: Period;
}

async function counts({ asked, questions, days }: Planning): Promise<ExportPlan> {
  const { dataset, flag, as_of: asOf, lag } = asked;
  const [regions, categories] = [await regionsOf(asked, questions), await categoriesOf(asked, questions)];
  const asking = { dataset, categories, ...days, flag, asOf, lag, isPassing: true };
  async function* batches(): AsyncGenerator<Batch> {
    for (const some of groups(regions, { ...days, categories: categories.length }))
      yield* seriesBatches(await questions.series({ ...asking, regions: some }));
  }
  const words = { datasets: [dataset], regions: regions.map(({ level, code }) => `${level}:${code}`), categories };
  const table = { columns: seriesColumns(words), batches: categories.length > 0 ? batches() : [] };
  return {
    table: selected(table, asked.fields ?? COLUMNS.series),
    rows: regions.length * categories.length * (days.to - days.from + 1),
  };
}

async function completeness({ asked, questions, days }: Planning): Promise<ExportPlan> {
  const { dataset, as_of: asOf } = asked;
  const regions = await regionsOf(asked, questions);
  async function* batches(): AsyncGenerator<Batch> {
    for (const some of groups(regions, { ...days, categories: 1 }))
      yield* completenessBatches(await questions.completeness({ dataset, regions: some, ...days, asOf }));
  }
  const table = { columns: completenessColumns, batches: batches() };
  return { table: selected(table, asked.fields), rows: regions.length * (days.to - days.from + 1) };
}

async function revisions({ asked, questions, days }: Planning): Promise<ExportPlan> {
  const { dataset, flag, issues = EVER } = asked;
  const [regions, categories] = [await regionsOf(asked, questions), await categoriesOf(asked, questions)];
  async function* batches(): AsyncGenerator<Batch> {
    for (const some of groups(regions, { from: 0, to: REVISION_DAYS, categories: categories.length })) {
      for (let from = days.from; from <= days.to; from += REVISION_DAYS) {
        const to = Math.min(days.to, from + REVISION_DAYS - 1);
        const answer = await questions.revisions({ dataset, categories, regions: some, from, to, flag, issues });
        yield* tableOf(revisionColumns, answer.revisions).batches;
      }
    }
  }
  return { table: selected({ columns: revisionColumns, batches: batches() }, asked.fields), rows: null };
}

async function facilities({ asked, questions }: Planning): Promise<ExportPlan> {
  const { dataset, within: region } = asked;
  const columns = itemColumns(COLUMNS.facilities);
  async function* batches(): AsyncGenerator<Batch> {
    const ask = (cursor: string | undefined) => questions.facilities({ dataset, region, limit: PAGE, cursor });
    for await (const items of pagesOf(ask)) yield* tableOf(columns, items.map(facilityShape)).batches;
  }
  return { table: selected({ columns, batches: batches() }, asked.fields), rows: null };
}

const PLANS = { counts, completeness, revisions, facilities };

const COLUMNS_OF = {
  counts: [...COLUMNS.series, 'rev'],
  completeness: COLUMNS.completeness,
  revisions: COLUMNS.revisions,
  facilities: COLUMNS.facilities,
} as const satisfies Record<keyof typeof PLANS, readonly string[]>;

/**
 * A table of any size from questions of bounded size, one after the other: the same questions as every door asks, so what
 * may be seen and what is withheld is decided in the same place. Nothing is asked before somebody takes the rows.
 */
export async function planExport(asked: AskedExport, questions: Questions): Promise<ExportPlan> {
  const known: readonly string[] = COLUMNS_OF[asked.table];
  const unknown = asked.fields?.find((field) => !known.includes(field));
  if (unknown !== undefined) throw invalid('fields', `"${unknown.slice(0, 64)}" is none of ${known.join(', ')}`);
  return PLANS[asked.table]({ asked, questions, days: await exportPeriod(asked, questions) });
}

/** Calls back with the rows of each batch as it passes. */
export function counted({ columns, batches }: Table, passed: (rows: number) => void): Table {
  async function* counting(): AsyncGenerator<Batch> {
    for await (const batch of batches) {
      yield batch;
      passed(batch.rows);
    }
  }
  return { columns, batches: counting() };
}
