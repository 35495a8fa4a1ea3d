import type { SlotOfDay } from './tables.js';

/*
 * The Native format over HTTP, for the one statement that is answered in it: slots as columns. Written from ClickHouse's
 * description and src/Formats/NativeWriter.cpp, not from the product's reader.
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

/** One block. */
export function slotsAsNative(rows: readonly SlotOfDay[]): Buffer {
  const ends = (listOf: (row: SlotOfDay) => readonly unknown[]): Buffer => {
    let end = 0;
    return numbers(8, rows.map((row) => (end += listOf(row).length))); // prettier-ignore
  };
  const words = (of: (row: SlotOfDay) => readonly string[]): Buffer[] => [
    DICTIONARY_VERSION,
    ends(of),
    ...dictionary(rows.flatMap(of)),
  ];
  const columns: [name: string, type: string, data: () => Buffer[]][] = [
    ['day', 'Date', () => [numbers(2, rows.map(({ day }) => day))]],
    ['facility', 'LowCardinality(String)', () => [DICTIONARY_VERSION, ...dictionary(rows.map(({ facility }) => facility))]],
    ['unit', 'UInt128', () => [numbers(16, rows.map(({ unit }) => unit))]],
    ['ver', 'UInt64', () => [numbers(8, rows.map(({ ver }) => ver))]],
    ['tie', 'UInt64', () => [numbers(8, rows.map(({ tie }) => tie))]],
    ['gen', 'UInt8', () => [numbers(1, rows.map(({ gen }) => gen))]],
    ['reported', 'UInt8', () => [numbers(1, rows.map(({ reported }) => reported))]],
    ['category', 'Array(LowCardinality(String))', () => words(({ category }) => category)],
    ['flag', 'Array(LowCardinality(String))', () => words(({ flag }) => flag)],
    ['place', 'Array(LowCardinality(String))', () => words(({ place }) => place)],
    ['status', 'Array(UInt8)', () => [ends(({ status }) => status), numbers(1, rows.flatMap(({ status }) => status))]],
    ['value', 'Array(UInt32)', () => [ends(({ value }) => value), numbers(4, rows.flatMap(({ value }) => value))]],
  ]; // prettier-ignore
  if (rows.length === 0) return Buffer.alloc(0);
  const parts = columns.flatMap(([name, type, data]) => [text(name), text(type), ...data()]);
  return Buffer.concat([length(columns.length), length(rows.length), ...parts]);
}
