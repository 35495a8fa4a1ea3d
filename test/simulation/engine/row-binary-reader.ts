import { COLUMNS } from './statement-texts.js';

export type Value = string | number | bigint | readonly Value[];

/** One row of an insert, by column. */
export class Cells {
  constructor(
    private readonly table: string,
    private readonly values: ReadonlyMap<string, Value>,
  ) {}

  #of(column: string): Value {
    const value = this.values.get(column);
    if (value === undefined) throw new Error(`${this.table}.${column} was not inserted`);
    return value;
  }

  text(column: string): string {
    const value = this.#of(column);
    if (typeof value !== 'string') throw new TypeError(`${this.table}.${column} is no text`);
    return value;
  }

  /** Numbers up to 2^53, instants in milliseconds. */
  number(column: string): number {
    const value = this.#of(column);
    if (typeof value !== 'number' && typeof value !== 'bigint') throw new TypeError(`${this.table}.${column} is no number`); // prettier-ignore
    return Number(value);
  }

  big(column: string): bigint {
    return BigInt(this.#of(column) as bigint | number);
  }

  texts(column: string): readonly string[] {
    const value = this.#of(column);
    if (!Array.isArray(value)) throw new TypeError(`${this.table}.${column} is no list`);
    return value.map(String);
  }

  numbers(column: string): readonly number[] {
    const value = this.#of(column);
    if (!Array.isArray(value)) throw new TypeError(`${this.table}.${column} is no list`);
    return value.map(Number);
  }
}

type Read = () => Value;

class Cursor {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  #length(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.#at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  #take(size: number): Buffer {
    const part = this.bytes.subarray(this.#at, this.#at + size);
    if (part.length < size) throw new RangeError('a row ends too early');
    this.#at += size;
    return part;
  }

  reader(type: string): Read {
    const inner = /^(?:LowCardinality|Array)\((.*)\)$/.exec(type)?.[1];
    if (type.startsWith('LowCardinality(')) return this.reader(inner!);
    if (type.startsWith('Array(')) {
      const read = this.reader(inner!);
      return () => Array.from({ length: this.#length() }, read);
    }
    const fixed = Number(/^FixedString\((\d+)\)$/.exec(type)?.[1] ?? 0);
    if (fixed > 0) return () => this.#take(fixed).toString('hex');
    if (type.startsWith('DateTime64(3')) return () => Number(this.#take(8).readBigInt64LE());
    switch (type) {
      case 'String':
        return () => this.#take(this.#length()).toString();
      case 'Date':
      case 'UInt16':
        return () => this.#take(2).readUInt16LE();
      case 'UInt8':
        return () => this.#take(1).readUInt8();
      case 'UInt32':
        return () => this.#take(4).readUInt32LE();
      case 'UInt64':
        return () => this.#take(8).readBigUInt64LE();
      case 'UInt128':
        return () => {
          const bytes = this.#take(16);
          return bytes.readBigUInt64LE(0) | (bytes.readBigUInt64LE(8) << 64n);
        };
      default:
        throw new TypeError(`a column of type ${type}`);
    }
  }
}

/** The rows of an insert, by the types of the table's columns. */
export function rowsIn(table: string, columns: readonly string[], rowBinary: Buffer): Cells[] {
  const types = COLUMNS.get(table);
  if (!types) throw new Error(`there is no table ${table}`);
  const cursor = new Cursor(rowBinary);
  const readers = columns.map((column) => {
    const type = types.get(column);
    if (type === undefined) throw new Error(`there is no column ${table}.${column}`);
    return [column, cursor.reader(type)] as const;
  });
  const rows: Cells[] = [];
  while (!cursor.isAtEnd) rows.push(new Cells(table, new Map(readers.map(([column, read]) => [column, read()]))));
  return rows;
}
