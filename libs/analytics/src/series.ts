import { createHash } from 'node:crypto';
import { BellwetherError, STATUS, type StatusName, regionKey, statusName, yearOf } from '#vocabulary';
import type { Dataset } from '#registry';
import type { RegionRow, Then } from '#warehouse';
import { buildRegionYear } from './region-year.js';
import type { Series, SeriesAnswer, SeriesQuestion } from './questions.js';
import { type Years, currentYears, cutSeries, lagEnds, passingYears, rowsThen, yearsThen } from './series-source.js';
import { type Sources, checkRegions, datasetOf, namesOf, whileUnchanged } from './sources.js';

const MAX_SERIES = 1000;
const MAX_DAYS = 40 * 366;

/** Throws UNKNOWN_CATEGORY or UNKNOWN_FLAG. */
export function checkNames(
  dataset: Dataset,
  { categories, flag }: { categories: readonly string[]; flag?: string | undefined },
): void {
  for (const category of categories) {
    if (!dataset.openCategories && !dataset.categories.some(({ id }) => id === category)) {
      const known = dataset.categories.map(({ id }) => id).join(', ');
      throw new BellwetherError('UNKNOWN_CATEGORY', `"${category.slice(0, 64)}" is none of ${known}`);
    }
  }
  if (flag !== undefined && !dataset.flags.some(({ id }) => id === flag)) {
    throw new BellwetherError(
      'UNKNOWN_FLAG',
      `"${flag.slice(0, 64)}" is none of ${dataset.flags.map(({ id }) => id).join(', ')}`,
    );
  }
}

/** Throws the caller's error for a question that cannot be answered. */
export function check(dataset: Dataset, { categories, regions, from, to, flag, asOf, lag }: SeriesQuestion): void {
  if (categories.length === 0) throw new BellwetherError('REQUEST_INVALID', 'category: expected at least one');
  if (regions.length === 0) throw new BellwetherError('REQUEST_INVALID', 'region: expected at least one');
  if (categories.length * regions.length > MAX_SERIES) {
    throw new BellwetherError(
      'REQUEST_INVALID',
      `expected at most ${MAX_SERIES} series, asked for ${categories.length * regions.length}`,
    );
  }
  if (to < from) throw new BellwetherError('REQUEST_INVALID', 'to: expected a day not before from');
  if (to - from >= MAX_DAYS) throw new BellwetherError('REQUEST_INVALID', `expected at most ${MAX_DAYS} days`);
  if (asOf !== undefined && lag !== undefined)
    throw new BellwetherError('REQUEST_INVALID', 'lag: give either as_of or lag');
  checkNames(dataset, { categories, flag });
}

/** Which past a question asks for; undefined: none. */
export function thenOf({ asOf, lag }: Pick<SeriesQuestion, 'asOf' | 'lag'>): Then | undefined {
  if (asOf !== undefined) return { asOf };
  return lag === undefined ? undefined : { lag };
}

/** One flag is not in the cache: from the rollups, or from the slots for an instant. The flag then is the total. */
async function yearsOfFlag(
  sources: Sources,
  dataset: Dataset,
  question: SeriesQuestion & { flag: string },
): Promise<Years> {
  const { regions, from, to, flag } = question;
  const then = thenOf(question);
  const years: RegionRow[] = [];
  for (const level of new Set(regions.map((region) => region.level))) {
    const codes = regions.filter((region) => region.level === level).map(({ code }) => code);
    const ask = { level, regions: codes, from, to };
    const rows = await (then
      ? rowsThen(sources, then, { dataset, ...ask })
      : sources.counts.now(dataset, { dataset: dataset.id, ...ask }));
    years.push(...rows.map((row) => ({ ...row, region: `${level}:${row.region}` })));
  }
  const asTotal: Dataset = { ...dataset, total: { flag }, unflagged: undefined };
  const firstYear = yearOf(from);
  const count = yearOf(to) - firstYear + 1;
  return regions.map((region) =>
    Array.from({ length: count }, (_, i) => {
      const year = firstYear + i;
      const rows = years.filter((row) => row.region === regionKey(region) && yearOf(row.day) === year);
      return buildRegionYear(asTotal, { level: region.level, year, rows });
    }),
  );
}

/** The years behind a question, however they are known. */
export function yearsFor(sources: Sources, dataset: Dataset, question: SeriesQuestion): Promise<Years> {
  const { regions, from, to, categories, flag } = question;
  if (flag !== undefined) return yearsOfFlag(sources, dataset, { ...question, flag });
  const ask = { dataset, regions, from, to, categories };
  const then = thenOf(question);
  if (then) return yearsThen(sources, then, ask);
  return question.isPassing === true ? passingYears(sources, ask) : currentYears(sources, ask);
}

function valuesOf(values: Uint32Array, status: Uint8Array): (number | null)[] {
  const list = new Array<number | null>(values.length);
  for (let i = 0; i < values.length; i++) list[i] = status[i] === STATUS.reported ? values[i]! : null;
  return list;
}

function statusesOf(status: Uint8Array): StatusName[] {
  const list = new Array<StatusName>(status.length);
  for (let i = 0; i < status.length; i++) list[i] = statusName(status[i]!);
  return list;
}

/** To be taken before anything is read: true while the answer is still what would be answered. */
export function holdsFor(sources: Sources, question: SeriesQuestion): () => boolean {
  const holds = whileUnchanged(sources, namesOf(question));
  const { lag, to } = question;
  // While the lag of its days has not passed, an answer grows by itself.
  return lag === undefined || lagEnds(to, lag) <= sources.now() ? holds : () => false;
}

export async function answerSeries(sources: Sources, question: SeriesQuestion): Promise<SeriesAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  check(dataset, question);
  const holds = holdsFor(sources, question);
  await checkRegions(sources, question);
  const { regions, categories, from, to, flag } = question;
  const years = await yearsFor(sources, dataset, question);
  const digest = createHash('sha256').update(JSON.stringify([dataset.id, from, to, flag ?? '']));
  const series: Series[] = [];
  for (const [at, region] of regions.entries()) {
    for (const category of categories) {
      const cut = cutSeries(years[at]!, { dataset, category, from, to });
      digest
        .update(`${regionKey(region)} ${category}`)
        .update(cut.total)
        .update(cut.unflagged)
        .update(cut.status);
      series.push({
        region,
        category,
        from,
        total: valuesOf(cut.total, cut.status),
        unflagged:
          dataset.unflagged === undefined || flag !== undefined ? undefined : valuesOf(cut.unflagged, cut.status),
        status: statusesOf(cut.status),
        rev: cut.rev,
      });
    }
  }
  const rev = series.reduce((highest, one) => Math.max(highest, one.rev), 0);
  return { dataset: dataset.id, series, rev, digest: digest.digest('base64url').slice(0, 22), holds };
}
