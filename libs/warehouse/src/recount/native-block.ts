/**
 * Reader of the Native format, as written over HTTP (protocol revision 0): blocks of whole columns, so that a hundred
 * thousand cells are a few typed arrays and one dictionary. Only the types that the slots have.
 * Source: ClickHouse, src/Formats/NativeReader.cpp and SerializationLowCardinality.cpp.
 */
export interface NativeBlock {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, NativeColumn>;
}

export type Numbers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** A column, or the flat content of an array column, for which `ends` has the end of each row in it. */
export type NativeColumn =
  | { readonly kind: 'numbers'; readonly values: Numbers; readonly ends?: BigUint64Array }
  /** Texts by their number in `words`. */
  | {
      readonly kind: 'words';
      readonly words: readonly string[];
      readonly index: Numbers;
      readonly ends?: BigUint64Array;
    };

const WIDTHS: Readonly<Record<string, number>> = { Date: 2, UInt8: 1, UInt16: 2, UInt32: 4, UInt64: 8, UInt128: 16 };
/** Bits of a dictionary's header. The other flags ask for dictionaries over several blocks, which HTTP never sends. */
const INDEX_WIDTH_MASK = 0xffn;
const HAS_ADDITIONAL_KEYS = 1n << 9n;

class Cursor {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  length(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined || shift > 42) throw new RangeError('a Native block ends too early');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const size = this.length();
    return this.#take(size).toString('utf8');
  }

  words(count: number): string[] {
    return Array.from({ length: count }, () => this.text());
  }

  uint64(): bigint {
    return this.#take(8).readBigUInt64LE(0);
  }

  /** A copy: the bytes are not aligned. 16-byte numbers come as pairs, the low half first. */
  numbers(width: number, count: number): Numbers {
    const bytes = this.#take(width * count);
    const { buffer } = new Uint8Array(bytes);
    if (width === 1) return new Uint8Array(buffer);
    if (width === 2) return new Uint16Array(buffer);
    return width === 4 ? new Uint32Array(buffer) : new BigUint64Array(buffer);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.bytes.length) throw new RangeError('a Native block ends too early');
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function readColumn(cursor: Cursor, declared: string, rows: number): NativeColumn {
  const inArray = /^Array\((.*)\)$/.exec(declared)?.[1];
  const type = inArray ?? declared;
  const isDictionary = type === 'LowCardinality(String)';
  const width = WIDTHS[type];
  if (!isDictionary && width === undefined) throw new TypeError(`a Native column of type ${declared}`);
  if (rows === 0) return { kind: 'numbers', values: new Uint8Array(0), ends: new BigUint64Array(0) };
  if (isDictionary) cursor.uint64(); // version of the serialization
  const ends = inArray === undefined ? undefined : (cursor.numbers(8, rows) as BigUint64Array);
  const count = ends ? Number(ends[rows - 1]) : rows;
  const shape = ends ? { ends } : {};
  if (!isDictionary) return { kind: 'numbers', values: cursor.numbers(width!, count), ...shape };
  if (count === 0) return { kind: 'words', words: [], index: new Uint8Array(0), ...shape };
  const header = cursor.uint64();
  if ((header & HAS_ADDITIONAL_KEYS) === 0n) throw new TypeError('a Native dictionary without keys');
  const words = cursor.words(Number(cursor.uint64()));
  const indexWidth = 2 ** Number(header & INDEX_WIDTH_MASK);
  return { kind: 'words', words, index: cursor.numbers(indexWidth, Number(cursor.uint64())), ...shape };
}

export function* nativeBlocks(bytes: Buffer): Generator<NativeBlock> {
  const cursor = new Cursor(bytes);
  while (!cursor.isAtEnd) {
    const width = cursor.length();
    const rows = cursor.length();
    const columns = new Map<string, NativeColumn>();
    for (let i = 0; i < width; i++) {
      const name = cursor.text();
      columns.set(name, readColumn(cursor, cursor.text(), rows));
    }
    yield { rows, columns };
  }
}
