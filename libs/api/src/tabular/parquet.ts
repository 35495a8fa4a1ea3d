import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';

import { type Cell, type Column, type ColumnType, regrouped, type Table } from './column.js';

/**
 * Few enough that the lists of a group are short-lived objects to V8 (below 128 KiB each): larger ones are kept until the
 * heap has doubled.
 */
const ROWS_OF_GROUP = 15_000;

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  count: { type: 'INT32', converted_type: 'UINT_32' },
  integer: { type: 'INT64', converted_type: 'INT_64' },
  number: { type: 'DOUBLE' },
  day: { type: 'INT32', converted_type: 'DATE' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

const schemaOf = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'table', num_children: columns.length },
  ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...ELEMENTS[type] })),
];

/** Revisions are the same for many rows: each BigInt is an object. */
function longs(cells: readonly Cell[]): (bigint | null)[] {
  let [known, long]: [Cell, bigint | null] = [null, null];
  return cells.map((cell) => {
    if (cell !== known) [known, long] = [cell, cell === null ? null : BigInt(cell)];
    return long;
  });
}

/** Apache Parquet, a row group every 15,000 rows, compressed with Snappy. Only one group is held at a time. */
export async function* parquetBytes(table: Table): AsyncGenerator<Buffer> {
  const bytes = new ByteWriter(1 << 20);
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(table.columns), createdBy: 'bellwether' });
  const take = (): Buffer => {
    const taken = Buffer.from(bytes.getBytes());
    bytes.index = 0;
    return taken;
  };
  for await (const { values } of regrouped(table, ROWS_OF_GROUP)) {
    const columnData = table.columns.map(({ name, type }, i) => {
      const cells = values[i]!;
      return { name, data: type === 'integer' || type === 'instant' ? longs(cells) : cells };
    });
    await writer.write({ columnData, rowGroupSize: ROWS_OF_GROUP });
    yield take();
  }
  await writer.finish();
  yield take();
}
