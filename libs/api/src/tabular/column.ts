/**
 * What a column holds. `count`: whole numbers from 0 to 2³²−1; `integer`: whole numbers to 2⁵³; `number`: any;
 * `day`: days since 1970-01-01; `instant`: milliseconds since the epoch.
 */
export type ColumnType = 'text' | 'count' | 'integer' | 'number' | 'day' | 'instant';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** All texts that may stand in it, where they are known before: columnar formats keep each of them once. */
  readonly words?: readonly string[];
}

export type Cell = string | number | null;

/** Some rows, by columns. A value that is the same in all of them stands alone. */
export interface Batch {
  readonly rows: number;
  readonly values: readonly (readonly Cell[] | { readonly same: Cell })[];
}

export const isSame = (values: Batch['values'][number]): values is { readonly same: Cell } => 'same' in values;

export const cellOf = (values: Batch['values'][number], row: number): Cell =>
  isSame(values) ? values.same : (values[row] ?? null);

/** A table on its way out: batches are made as they are read. */
export interface Table {
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<Batch> | Iterable<Batch>;
}

/** A column and where its value comes from. */
export interface ColumnOf<T> extends Column {
  of(item: T): Cell;
}

/** The same of objects in memory. */
export function tableOf<T>(columns: readonly ColumnOf<T>[], items: readonly T[]): Table {
  const values = columns.map(({ of }) => items.map(of));
  return { columns, batches: [{ rows: items.length, values }] };
}

/** Only some columns, in the order asked. */
export function selected({ columns, batches }: Table, fields: readonly string[] | undefined): Table {
  if (!fields) return { columns, batches };
  const places = fields.map((field) => columns.findIndex(({ name }) => name === field)).filter((place) => place >= 0);
  async function* narrowed(): AsyncGenerator<Batch> {
    for await (const { rows, values } of batches) yield { rows, values: places.map((place) => values[place]!) };
  }
  return { columns: places.map((place) => columns[place]!), batches: narrowed() };
}

/**
 * Rows put together to as many as `rows`, but for the last. The lists are the same ones each time: what is made of them is to be
 * made before the next is asked for.
 */
export async function* regrouped(
  { columns, batches }: Table,
  rows: number,
): AsyncGenerator<Batch & { readonly values: readonly Cell[][] }> {
  const held = columns.map((): Cell[] => new Array<Cell>(rows).fill(null));
  let count = 0;
  for await (const batch of batches) {
    for (let from = 0; from < batch.rows;) {
      const to = Math.min(batch.rows, from + rows - count);
      for (const [i, list] of held.entries()) {
        const values = batch.values[i]!;
        if (isSame(values)) list.fill(values.same, count, count + to - from);
        else for (let row = from; row < to; row++) list[count + row - from] = values[row] ?? null;
      }
      count += to - from;
      from = to;
      if (count < rows) continue;
      yield { rows, values: held };
      count = 0;
    }
  }
  if (count > 0) yield { rows: count, values: held.map((list) => list.slice(0, count)) };
}
