import type { NativeBlock, NativeColumn } from './recount/native-block.js';
import type { RegionCount } from './recount/recount.js';

/** One region and day as it is stored. */
export interface RegionRow extends Omit<RegionCount, 'region'> {
  readonly region: string;
  readonly rev: number;
}

function columnOf(block: NativeBlock, name: string): NativeColumn {
  const column = block.columns.get(name);
  if (!column) throw new TypeError(`the rows of regions have no column ${name}`);
  return column;
}

/** The values of a column, one after the other, those of arrays too. */
function valuesOf(column: NativeColumn): ArrayLike<number | bigint> {
  if (column.kind !== 'numbers') throw new TypeError('expected numbers');
  return column.values;
}

/** Numbers of some cells; all of them are below 2^53. */
function numbersBetween(values: ArrayLike<number | bigint>, from: number, to: number): number[] {
  const list = new Array<number>(to - from);
  for (let i = from; i < to; i++) list[i - from] = Number(values[i]);
  return list;
}

/** Texts of some cells; equal ones are one object, as there are few. */
function textsOf(column: NativeColumn): (from: number, to: number) => string[] {
  if (column.kind !== 'words') throw new TypeError('expected texts');
  const { words, index } = column;
  return (from, to) => {
    const list = new Array<string>(to - from);
    for (let i = from; i < to; i++) list[i - from] = words[Number(index[i])]!;
    return list;
  };
}

/** Rows of regions from a block of the answer to region-rows.sql. */
export function* rowsOfBlock(block: NativeBlock): Generator<RegionRow> {
  if (block.rows === 0) return;
  const column = (name: string): NativeColumn => columnOf(block, name);
  const numbers = (name: string): ArrayLike<number | bigint> => valuesOf(column(name));
  const category = column('category');
  const [regions, categories, flags] = [textsOf(column('region')), textsOf(category), textsOf(column('flag'))];
  const [day, rev, reporting, withdrawn] = [numbers('day'), numbers('rev'), numbers('reporting'), numbers('withdrawn')];
  const [value, reported] = [numbers('value'), numbers('reported')];
  const [suppressed, missing] = [numbers('suppressed'), numbers('missing')];
  let from = 0;
  for (let row = 0; row < block.rows; row++) {
    const to = Number(category.ends?.[row] ?? 0);
    yield {
      region: regions(row, row + 1)[0]!,
      day: Number(day[row]),
      rev: Number(rev[row]),
      reporting: Number(reporting[row]),
      withdrawn: Number(withdrawn[row]),
      categories: categories(from, to),
      flags: flags(from, to),
      values: numbersBetween(value, from, to),
      reported: numbersBetween(reported, from, to),
      suppressed: numbersBetween(suppressed, from, to),
      missing: numbersBetween(missing, from, to),
    };
    from = to;
  }
}
