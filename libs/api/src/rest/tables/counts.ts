import type { Change, CompletenessAnswer, Revision, SeriesAnswer } from '#analytics';
import { formatDay, regionKey, STATUS, statusName } from '#vocabulary';
import { COLUMNS, formatInstant } from '../../ask/index.js';
import { type Batch, type Column, type ColumnOf, type Table } from '../../tabular/index.js';
import { shareOf } from '../shapes.js';

const STATUS_WORDS = Object.values(STATUS).map(statusName);

/** What each column of counts holds. The names are those of {@link COLUMNS}; there is also `rev`, for who asks for it. */
const HOLDS = {
  dataset: { type: 'text' },
  region: { type: 'text' },
  category: { type: 'text' },
  day: { type: 'day' },
  total: { type: 'count' },
  unflagged: { type: 'count' },
  status: { type: 'text', words: STATUS_WORDS },
} as const satisfies Readonly<Record<(typeof COLUMNS.series)[number], Omit<Column, 'name'>>>;

/** Texts that are known before the first row. */
export interface KnownWords {
  readonly datasets: readonly string[];
  readonly regions: readonly string[];
  readonly categories: readonly string[];
}

export const seriesColumns = ({ datasets, regions, categories }: KnownWords): readonly Column[] => {
  const words: Readonly<Record<string, readonly string[]>> = {
    dataset: datasets,
    region: regions,
    category: categories,
  };
  const columns = COLUMNS.series.map((name): Column => {
    const known = words[name];
    return { name, ...HOLDS[name], ...(known ? { words: known } : {}) };
  });
  return [...columns, { name: 'rev', type: 'integer' }];
};

/** One series at a time, so that a long answer is never one list. */
export function* seriesBatches({ dataset, series }: Pick<SeriesAnswer, 'dataset' | 'series'>): Generator<Batch> {
  for (const { region, category, from, total, unflagged, status, rev } of series) {
    const days = total.map((_, i) => from + i);
    const same = [dataset, regionKey(region), category].map((text) => ({ same: text }));
    yield { rows: total.length, values: [...same, days, total, unflagged ?? { same: null }, status, { same: rev }] };
  }
}

export function seriesTable(answer: SeriesAnswer): Table {
  const { dataset, series } = answer;
  const words = {
    datasets: [dataset],
    regions: [...new Set(series.map(({ region }) => regionKey(region)))],
    categories: [...new Set(series.map(({ category }) => category))],
  };
  return { columns: seriesColumns(words), batches: seriesBatches(answer) };
}

export const completenessColumns: readonly Column[] = [
  { name: 'dataset', type: 'text' },
  { name: 'region', type: 'text' },
  { name: 'day', type: 'day' },
  { name: 'reporting', type: 'count' },
  { name: 'participating', type: 'count' },
  { name: 'completeness', type: 'number' },
];

export function* completenessBatches({ dataset, regions }: CompletenessAnswer): Generator<Batch> {
  for (const { region, days } of regions) {
    const values = [
      { same: dataset },
      { same: regionKey(region) },
      days.map(({ day }) => day),
      days.map(({ reporting }) => reporting),
      days.map(({ participating }) => participating),
      days.map(shareOf),
    ];
    yield { rows: days.length, values };
  }
}

export const revisionColumns: readonly ColumnOf<Revision>[] = [
  { name: 'region', type: 'text', of: ({ region }) => regionKey(region) },
  { name: 'category', type: 'text', of: ({ category }) => category },
  { name: 'day', type: 'day', of: ({ day }) => day },
  { name: 'issued_at', type: 'instant', of: ({ issuedAt }) => issuedAt },
  { name: 'lag', type: 'integer', of: lagOf },
  { name: 'total', type: 'count', of: ({ total }) => total },
  { name: 'unflagged', type: 'count', of: ({ unflagged }) => unflagged },
  { name: 'status', type: 'text', words: STATUS_WORDS, of: ({ status }) => status },
];

/** Whole days from the day of the value to the day of its issue, in UTC. */
function lagOf({ day, issuedAt }: Revision): number {
  return Math.floor(issuedAt / 86_400_000) - day;
}

export const changeColumns: readonly ColumnOf<Change>[] = [
  { name: 'region', type: 'text', of: ({ region }) => regionKey(region) },
  { name: 'category', type: 'text', of: ({ category }) => category },
  { name: 'day', type: 'day', of: ({ day }) => day },
  { name: 'before', type: 'count', of: ({ before }) => before.total },
  { name: 'before_status', type: 'text', words: STATUS_WORDS, of: ({ before }) => before.status },
  { name: 'after', type: 'count', of: ({ after }) => after.total },
  { name: 'after_status', type: 'text', words: STATUS_WORDS, of: ({ after }) => after.status },
  { name: 'rev', type: 'integer', of: ({ rev }) => rev },
  { name: 'changes', type: 'count', of: ({ changes }) => changes },
  { name: 'changed_at', type: 'instant', of: ({ changedAt }) => changedAt },
];

/** An item as JSON shows it, from the same columns. */
export function shapeOf<T>(columns: readonly ColumnOf<T>[]): (item: T) => Readonly<Record<string, unknown>> {
  return (item) =>
    Object.fromEntries(
      columns.map(({ name, type, of }) => {
        const value = of(item);
        if (typeof value !== 'number') return [name, value];
        if (type === 'day') return [name, formatDay(value)];
        return [name, type === 'instant' ? formatInstant(value) : value];
      }),
    );
}
