import { type ByteWriter, reserve } from './bytes.js';
import { damaged } from './damaged.js';

/** Frequencies of every table add up to 2^15. */
const BITS = 15;
const ALL = 1 << BITS;
// V8 folds a constant into the code of its own module unless it is exported: then it is loaded each time.
export { ALL as WHOLE, BITS as PRECISION };

/**
 * Range asymmetric numeral systems (Duda, arXiv:1311.2540) with a 32-bit state and bytes, after Giesen's rans_byte:
 * the state x keeps to [2^23, 2^31). Departure: the writer begins at 1 and not at 2^23, and the reader stops filling
 * x when the bytes end; so a stream costs no more than its information, and ends at x = 1 or is damaged.
 */
const LOW = 1 << 23;
const MASK = ALL - 1;

/** What will be written: cumulated frequency × 2^16 + frequency − 1 of each symbol, in the order of reading. */
export interface Symbols {
  list: Uint32Array;
  length: number;
}

export const symbolList = (): Symbols => ({ list: new Uint32Array(4096), length: 0 });

export function pushRange(symbols: Symbols, start: number, frequency: number): void {
  if (symbols.length === symbols.list.length) {
    const larger = new Uint32Array(symbols.length * 2);
    larger.set(symbols.list);
    symbols.list = larger;
  }
  symbols.list[symbols.length++] = ((start << 16) | (frequency - 1)) >>> 0;
}

/** `count` (0 … 30) bits of a value, all values alike likely; high bits first where they do not fit in one symbol. */
export function pushBits(symbols: Symbols, value: number, count: number): void {
  let rest = count;
  while (rest > 0) {
    const take = rest > BITS ? BITS : rest;
    rest -= take;
    pushRange(symbols, ((value >>> rest) & ((1 << take) - 1)) << (BITS - take), 1 << (BITS - take));
  }
}

/** A value of any kind: five bits that count its bits, then these. For what no table holds; values below 2^31. */
export function pushAnything(symbols: Symbols, value: number): void {
  const bits = 32 - Math.clz32(value);
  pushBits(symbols, bits, 5);
  pushBits(symbols, value, bits);
}

/** Appends the stream. */
export function writeStream(out: ByteWriter, { list, length }: Symbols): void {
  const reversed = new Uint8Array(length * 2 + 4);
  let size = 0;
  let x = 1;
  for (let i = length - 1; i >= 0; i--) {
    const packed = list[i]!;
    const frequency = (packed & 0xffff) + 1;
    const limit = frequency * 65_536; // 2^31 when a symbol is certain: x never reaches it
    while (x >= limit) {
      reversed[size++] = x & 255;
      x >>>= 8;
    }
    const quotient = (x / frequency) | 0;
    x = (quotient << BITS) + (x - quotient * frequency) + (packed >>> 16);
  }
  for (; x > 0; x >>>= 8) reversed[size++] = x & 255;
  reserve(out, size);
  for (let i = size - 1; i >= 0; i--) out.bytes[out.length++] = reversed[i]!;
}

/** A stream being read. */
export interface Stream {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  x: number;
}

export function openStream(bytes: Uint8Array, at: number, end: number): Stream {
  const stream = { bytes, at, end, x: 0 };
  fill(stream);
  return stream;
}

function fill(stream: Stream): void {
  while (stream.x < LOW && stream.at < stream.end) stream.x = (stream.x << 8) | stream.bytes[stream.at++]!;
}

/** The inverse of {@link pushBits}. */
export function pullBits(stream: Stream, count: number): number {
  let value = 0;
  let rest = count;
  while (rest > 0) {
    const take = rest > BITS ? BITS : rest;
    rest -= take;
    const shift = BITS - take;
    const slot = stream.x & MASK;
    value = (value << take) | (slot >>> shift);
    stream.x = ((stream.x >> BITS) << shift) + (slot & ((1 << shift) - 1));
    if (stream.x < LOW) fill(stream);
  }
  return value;
}

/** The inverse of {@link pushAnything}. */
export function pullAnything(stream: Stream): number {
  return pullBits(stream, pullBits(stream, 5));
}

/** Takes out a symbol that was found by looking at the low bits of `stream.x`. */
export function pullRange(stream: Stream, start: number, frequency: number): void {
  const x = stream.x;
  stream.x = (Math.imul(frequency, x >> BITS) + (x & MASK) - start) | 0;
  if (stream.x < LOW) fill(stream);
}

/** One of two: true with `frequency` ÷ 2^15. */
export function pullChoice(stream: Stream, frequency: number): boolean {
  const chosen = (stream.x & MASK) < frequency;
  if (chosen) pullRange(stream, 0, frequency);
  else pullRange(stream, frequency, ALL - frequency);
  return chosen;
}

export function pushChoice(symbols: Symbols, frequency: number, chosen: boolean): void {
  if (chosen) pushRange(symbols, 0, frequency);
  else pushRange(symbols, frequency, ALL - frequency);
}

/** Throws unless the stream was read to its very end. */
export function closeStream(stream: Stream): void {
  if (stream.x !== 1 || stream.at !== stream.end) throw damaged('the stream does not end where it should');
}
