import { describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import type { ExportForm } from '../ask/index.js';
import { type Cell, type Column, type ColumnType, EXPORTED } from './index.js';

const WORDS = ['reported', 'missing', 'suppressed', 'deleted'];
const COLUMNS: readonly Column[] = [
  { name: 'text', type: 'text' },
  { name: 'word', type: 'text', words: WORDS },
  { name: 'count', type: 'count' },
  { name: 'integer', type: 'integer' },
  { name: 'number', type: 'number' },
  { name: 'day', type: 'day' },
  { name: 'instant', type: 'instant' },
];

const VALUES: Readonly<Record<ColumnType, fc.Arbitrary<Cell>>> = {
  text: fc.string({ unit: 'grapheme' }),
  count: fc.oneof(fc.constant(0), fc.nat(), fc.constant(2 ** 32 - 1)),
  integer: fc.maxSafeInteger(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  day: fc.integer({ min: -20_000, max: 60_000 }),
  instant: fc.integer({ min: 0, max: 4e12 }),
};
const cell = ({ type, words }: Column): fc.Arbitrary<Cell> =>
  fc.option(words ? fc.constantFrom(...words) : VALUES[type], { nil: null, freq: 4 });
const table = fc.array(fc.tuple(...COLUMNS.map(cell)), { maxLength: 40 });

/** In batches of three rows; a column that is the same throughout a batch stands alone. */
async function written(form: ExportForm, rows: readonly (readonly Cell[])[]): Promise<Buffer> {
  const batches = [];
  for (let from = 0; from < rows.length; from += 3) {
    const some = rows.slice(from, from + 3);
    const values = COLUMNS.map((_, i) => {
      const cells = some.map((row) => row[i]!);
      return cells.every((one) => one === cells[0]) ? { same: cells[0]! } : cells;
    });
    batches.push({ rows: some.length, values });
  }
  const parts: Buffer[] = [];
  for await (const part of EXPORTED[form].bytes({ columns: COLUMNS, batches })) parts.push(part);
  return Buffer.concat(parts);
}

const dayText = (value: Cell): string | null =>
  value === null ? null : new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
const instantText = (value: Cell): string | null =>
  value === null ? null : new Date(Number(value)).toISOString().replace('.000Z', 'Z');

/** What each format is read back as, by a reader that is not ours. */
const READERS: Readonly<Record<ExportForm, (bytes: Buffer) => Promise<unknown[][]>>> = {
  csv: async (bytes) => (parse(bytes, { relax_column_count: false }) as string[][]).slice(1),
  json: async (bytes) => (JSON.parse(bytes.toString()) as object[]).map((row) => Object.values(row)),
  jsonl: async (bytes) =>
    bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Object.values(JSON.parse(line) as object)),
  arrow: async (bytes) => {
    const read = tableFromIPC(bytes);
    return Array.from({ length: read.numRows }, (_, row) =>
      COLUMNS.map(({ name, type }) => {
        const value: unknown = read.getChild(name)!.get(row);
        if (value === null) return null;
        if (type === 'day') return Number(value) / 86_400_000;
        return type === 'text' ? value : Number(value);
      }),
    );
  },
  parquet: async (bytes) => {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[];
    return rows.map((row) =>
      COLUMNS.map(({ name, type }) => {
        const value = row[name] ?? null;
        if (value === null) return null;
        if (value instanceof Date) return type === 'day' ? value.getTime() / 86_400_000 : value.getTime();
        return typeof value === 'bigint' ? Number(value) : value;
      }),
    );
  },
};

const asText = (row: readonly Cell[]): Cell[] => row.map((value, i) => {
  const { type } = COLUMNS[i]!;
  return type === 'day' ? dayText(value) : type === 'instant' ? instantText(value) : value;
}); // prettier-ignore
/** A formula of a spreadsheet is disarmed, and nothing is an empty field. */
const asCsv = (value: Cell): string =>
  value === null ? '' : typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);

describe('a table', () => {
  it.each(Object.keys(READERS) as ExportForm[])('is read as it was written: %s', async (form) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const read = await READERS[form](await written(form, rows));
        const texts = rows.map(asText);
        if (form === 'csv')
          expect(read).toEqual(texts.map((row) => row.map((value) => asCsv(value)))); // prettier-ignore
        else expect(read).toEqual(form.startsWith('json') ? texts : rows.map((row) => [...row]));
      }),
      { numRuns: 60 },
    );
  });

  it('of more rows than one batch or group holds keeps all of them, in order', async () => {
    const rows = Array.from({ length: 140_000 }, (_, i): Cell[] => [
      `t${i % 7}`,
      WORDS[i % 4]!,
      i,
      i,
      i / 2,
      i % 1000,
      i,
    ]);
    for (const form of ['arrow', 'parquet'] as const) {
      const read = await READERS[form](await written(form, rows));
      expect(read).toHaveLength(rows.length);
      for (const at of [0, 65_535, 65_536, 99_999, 100_000, 139_999]) expect(read[at]).toEqual(rows[at]);
    }
  });
});
