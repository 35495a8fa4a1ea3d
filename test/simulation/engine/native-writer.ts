import type { Rollup, SlotOfDay } from './tables.js';

/*
 * The Native format over HTTP, for the statements that are answered in it. Written from ClickHouse's description and
 * src/Formats/NativeWriter.cpp, not from the product's reader.
 */

function length(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

const text = (value: string): Buffer => Buffer.concat([length(Buffer.byteLength(value)), Buffer.from(value)]);

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function numbers(width: 1 | 2 | 4 | 8 | 16, values: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(width * values.length);
  for (const [i, value] of values.entries()) {
    if (width === 1) bytes.writeUInt8(Number(value), i);
    else if (width === 2) bytes.writeUInt16LE(Number(value), 2 * i);
    else if (width === 4) bytes.writeUInt32LE(Number(value), 4 * i);
    else if (width === 8) bytes.writeBigUInt64LE(BigInt(value), 8 * i);
    else {
      bytes.writeBigUInt64LE(BigInt(value) & 0xffff_ffff_ffff_ffffn, 16 * i);
      bytes.writeBigUInt64LE(BigInt(value) >> 64n, 16 * i + 8);
    }
  }
  return bytes;
}

const HAS_ADDITIONAL_KEYS = 1n << 9n;
const KEYS_IN_ONE_BYTE = 0n;
const KEYS_IN_FOUR_BYTES = 2n;

/** Keys with the empty text first, as ClickHouse has them, then the number of the key of each row. */
function dictionary(values: readonly string[]): Buffer[] {
  if (values.length === 0) return [];
  const keys = new Map([['', 0]]);
  const index = values.map((value) => {
    const known = keys.get(value);
    if (known !== undefined) return known;
    keys.set(value, keys.size);
    return keys.size - 1;
  });
  const isSmall = keys.size < 256;
  return [
    uint64(HAS_ADDITIONAL_KEYS | (isSmall ? KEYS_IN_ONE_BYTE : KEYS_IN_FOUR_BYTES)),
    uint64(BigInt(keys.size)),
    ...[...keys.keys()].map(text),
    uint64(BigInt(index.length)),
    numbers(isSmall ? 1 : 4, index),
  ];
}

const DICTIONARY_VERSION = uint64(1n);

type Column = readonly [name: string, type: string, data: readonly Buffer[]];

/** One block; nothing where there are no rows. */
function block(rows: number, columns: readonly Column[]): Buffer {
  if (rows === 0) return Buffer.alloc(0);
  const parts = columns.flatMap(([name, type, data]) => [text(name), text(type), ...data]);
  return Buffer.concat([length(columns.length), length(rows), ...parts]);
}

/** How to write columns of some rows. */
function columnsOf<Row>(rows: readonly Row[]): {
  numbers(width: 1 | 2 | 4 | 8 | 16, of: (row: Row) => number | bigint): Buffer[];
  word(of: (row: Row) => string): Buffer[];
  lists(width: 1 | 4 | 8, of: (row: Row) => readonly number[]): Buffer[];
  words(of: (row: Row) => readonly string[]): Buffer[];
} {
  const ends = (listOf: (row: Row) => readonly unknown[]): Buffer => {
    let end = 0;
    return numbers(8, rows.map((row) => (end += listOf(row).length))); // prettier-ignore
  };
  return {
    numbers: (width, of) => [numbers(width, rows.map(of))],
    word: (of) => [DICTIONARY_VERSION, ...dictionary(rows.map(of))],
    lists: (width, of) => [ends(of), numbers(width, rows.flatMap(of))],
    words: (of) => [DICTIONARY_VERSION, ends(of), ...dictionary(rows.flatMap(of))],
  };
}

/** What slots-of-days.sql answers. */
export function slotsAsNative(rows: readonly SlotOfDay[]): Buffer {
  const of = columnsOf(rows);
  return block(rows.length, [
    ['day', 'Date', of.numbers(2, ({ day }) => day)],
    ['facility', 'LowCardinality(String)', of.word(({ facility }) => facility)],
    ['unit', 'UInt128', of.numbers(16, ({ unit }) => unit)],
    ['ver', 'UInt64', of.numbers(8, ({ ver }) => ver)],
    ['tie', 'UInt64', of.numbers(8, ({ tie }) => tie)],
    ['gen', 'UInt8', of.numbers(1, ({ gen }) => gen)],
    ['reported', 'UInt8', of.numbers(1, ({ reported }) => reported)],
    ['category', 'Array(LowCardinality(String))', of.words(({ category }) => category)],
    ['flag', 'Array(LowCardinality(String))', of.words(({ flag }) => flag)],
    ['place', 'Array(LowCardinality(String))', of.words(({ place }) => place)],
    ['status', 'Array(UInt8)', of.lists(1, ({ status }) => status)],
    ['value', 'Array(UInt32)', of.lists(4, ({ value }) => value)],
  ]);
}

/** What region-rows.sql answers. */
export function regionRowsAsNative(rows: readonly Rollup[]): Buffer {
  const of = columnsOf(rows);
  return block(rows.length, [
    ['region', 'LowCardinality(String)', of.word(({ region }) => region)],
    ['day', 'UInt16', of.numbers(2, ({ day }) => day)],
    ['rev', 'UInt64', of.numbers(8, ({ rev }) => rev)],
    ['reporting', 'UInt32', of.numbers(4, ({ reporting }) => reporting)],
    ['withdrawn', 'UInt32', of.numbers(4, ({ withdrawn }) => withdrawn)],
    ['category', 'Array(LowCardinality(String))', of.words(({ category }) => category)],
    ['flag', 'Array(LowCardinality(String))', of.words(({ flag }) => flag)],
    ['value', 'Array(UInt64)', of.lists(8, ({ value }) => value)],
    ['reported', 'Array(UInt32)', of.lists(4, ({ reported }) => reported)],
    ['suppressed', 'Array(UInt32)', of.lists(4, ({ suppressed }) => suppressed)],
    ['missing', 'Array(UInt32)', of.lists(4, ({ missing }) => missing)],
  ]);
}
