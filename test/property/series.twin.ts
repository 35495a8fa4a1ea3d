import { modelled4 } from './series-4.twin.js';

/**
 * A slow, obvious decoder of series records, written from docs/series-codec.md and not from the library: it imports
 * nothing of it and shares no table. The state of the stream is a bigint, tables are arrays of frequencies searched
 * from the front, the logarithm is taken by halving.
 */

export interface TwinRecord {
  total: number[];
  unflagged: number[];
  status: number[];
  rev: number;
}

// --- arithmetic ------------------------------------------------------------------------------------------------------

const LN2 = 0.6931471805599453;

export function exp(x: number): number {
  if (x < -700) return 0;
  const n = Math.floor(x / LN2 + 0.5);
  const r = x - n * LN2;
  let term = 1;
  let sum = 1;
  for (const i of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
    term = (term * r) / i;
    sum = sum + term;
  }
  for (let i = 0; i < Math.abs(n); i++) sum = n < 0 ? sum / 2 : sum * 2;
  return sum;
}

export function ln(x: number): number {
  let y = x;
  let n = 0;
  for (; y > 1.4142135623730951; n++) y = y / 2;
  for (; y < 0.7071067811865476; n--) y = y * 2;
  const z = (y - 1) / (y + 1);
  let power = z;
  let sum = 0;
  for (let i = 1; i < 26; i += 2) {
    sum = sum + power / i;
    power = power * (z * z);
  }
  return 2 * sum + n * LN2;
}

export const hold = (x: number, least: number, most: number): number => Math.min(Math.max(x, least), most);

export function step(x: number): number {
  let octave = 0;
  let y = x;
  for (; y >= 2; octave++) y = y / 2;
  for (; y < 1; octave--) y = y * 2;
  return 8 * octave + Math.floor(8 * (y - 1));
}
export const floorOf = (s: number): number => (1 + (s - 8 * Math.floor(s / 8)) / 8) * 2 ** Math.floor(s / 8);

// --- tables ----------------------------------------------------------------------------------------------------------

export const sumOf = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0);

function frequencies(weights: readonly number[]): number[] {
  const sum = sumOf(weights);
  const result = weights.map((weight) => 1 + Math.floor((weight / sum) * (32768 - weights.length)));
  const largest = result.indexOf(Math.max(...result));
  result[largest] = (result[largest] ?? 0) + 32768 - sumOf(result);
  return result;
}

const kept = new Map<string, number[]>();
export function remembered(key: string, make: () => number[]): number[] {
  const known = kept.get(key) ?? frequencies(make());
  kept.set(key, known);
  return known;
}

// --- the stream ------------------------------------------------------------------------------------------------------

export class Stream {
  private x = 0n;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.fill();
  }

  private fill(): void {
    while (this.x < 2n ** 23n && this.at < this.bytes.length) {
      this.x = 256n * this.x + BigInt(this.bytes[this.at] ?? 0);
      this.at++;
    }
  }

  /** The index of the next symbol. */
  symbol(table: readonly number[]): number {
    const slot = Number(this.x % 32768n);
    let start = 0;
    let index = 0;
    for (; start + (table[index] ?? NaN) <= slot; index++) start += table[index] ?? NaN;
    this.x = BigInt(table[index] ?? NaN) * (this.x / 32768n) + BigInt(slot - start);
    this.fill();
    return index;
  }

  raw(count: number): number {
    if (count > 15) return this.raw(15) * 2 ** (count - 15) + this.raw(count - 15);
    return count === 0 ? 0 : this.symbol(Array.from({ length: 2 ** count }, () => 2 ** (15 - count)));
  }

  escaped(): number {
    return this.raw(this.raw(5));
  }

  finish(): void {
    if (this.x !== 1n || this.at !== this.bytes.length) throw new Error('the stream does not end where it should');
  }
}

class Adaptive {
  private readonly contexts = new Map<number, number[]>();

  constructor(
    private readonly size: number,
    private readonly first: (context: number, symbol: number) => number = () => 1,
  ) {}

  next(stream: Stream, context: number): number {
    const row = this.contexts.get(context) ?? Array.from({ length: this.size }, (_, i) => this.first(context, i));
    const starts = Array.from({ length: this.size + 1 }, (_, i) =>
      i === this.size ? 32768 : i + Math.floor((sumOf(row.slice(0, i)) * (32768 - this.size)) / sumOf(row)),
    );
    const symbol = stream.symbol(row.map((_, i) => (starts[i + 1] ?? NaN) - (starts[i] ?? NaN)));
    const more = row.map((count, i) => (i === symbol ? count + 24 : count));
    const halve = (more[symbol] ?? 0) >= 2000;
    this.contexts.set(context, halve ? more.map((count) => Math.floor((count + 1) / 2)) : more);
    return symbol;
  }
}

/** Contexts are yesterday + 4 × a week ago. */
export const statusTable = (): Adaptive =>
  new Adaptive(
    4,
    (context, symbol) => 1 + (context % 4 === symbol ? 12 : 0) + (Math.floor(context / 4) === symbol ? 12 : 0),
  );

export const statusContext = (status: readonly number[]): number => (status.at(-1) ?? 0) + 4 * (status.at(-7) ?? 0);

// --- parts of the model -----------------------------------------------------------------------------------------------

export const HOLIDAYS = new Map([
  [0, 0.55],
  [1, 0.92],
  [19, 0.97],
  [45, 1.05],
  [150, 0.88],
  [183, 1.08],
  [184, 0.7],
  [247, 0.88],
  [330, 1.12],
  [331, 0.45],
  [332, 1.1],
  [357, 1.1],
  [358, 0.75],
  [359, 0.3],
  [360, 0.9],
  [364, 0.8],
]);

/** One filter: a level, what passes, and the doubts of both. */
export class Pair {
  joint = 0;
  constructor(
    public doubt: number,
    public passingDoubt: number,
  ) {}
  get a(): number {
    return this.doubt + this.joint;
  }
  get b(): number {
    return this.passingDoubt + this.joint;
  }
  shrink(part: number, trust = 1): void {
    const [a, b] = [this.a, this.b];
    const g = a * part * trust;
    this.doubt = this.doubt - g * a;
    this.passingDoubt = this.passingDoubt - b * part * trust * b;
    this.joint = this.joint - g * b;
  }
  pass(daily: number, passingDaily: number, keep: number): void {
    this.doubt = this.doubt + daily;
    this.passingDoubt = this.passingDoubt * keep * keep + passingDaily;
    this.joint = this.joint * keep;
  }
}

// --- versions 1 and 3, and the record around them ------------------------------------------------------------------------

function magnitudes(bytes: Uint8Array, days: number): Omit<TwinRecord, 'rev'> {
  const flags = bytes[0] ?? 0;
  const stream = new Stream(bytes.subarray(1));
  const [statuses, lengths, flagged] = [statusTable(), new Adaptive(32), new Adaptive(32)];
  const record: Omit<TwinRecord, 'rev'> = { total: [], unflagged: [], status: [] };
  const lower = (length: number): number => (length < 2 ? length : 2 ** (length - 1) + stream.raw(length - 1));
  for (let t = 0; t < days; t++) {
    const status = flags % 2 === 1 ? statuses.next(stream, statusContext(record.status)) : 0;
    record.status.push(status);
    const length = status === 0 ? lengths.next(stream, 0) : 0;
    const total = lower(length);
    const partLength = total === 0 || flags > 1 ? 0 : flagged.next(stream, length);
    record.total.push(total);
    record.unflagged.push(total - (partLength === 31 ? total : lower(partLength)));
  }
  stream.finish();
  return record;
}

function varints(bytes: Uint8Array, from: number): { at: number; next: () => number } {
  const reader = {
    at: from,
    next: (): number => {
      const byte = bytes[reader.at++] ?? NaN;
      return byte < 128 ? byte : byte - 128 + 128 * reader.next();
    },
  };
  return reader;
}

function plain(bytes: Uint8Array, days: number): Omit<TwinRecord, 'rev'> {
  const flags = bytes[0] ?? 0;
  const reader = varints(bytes, 1);
  const record: Omit<TwinRecord, 'rev'> = { total: [], unflagged: [], status: [] };
  while (flags & 1 && record.status.length < days) {
    const status = bytes[reader.at++] ?? NaN;
    for (let left = reader.next(); left > 0; left--) record.status.push(status);
  }
  for (let t = 0; t < days; t++) {
    if (!(flags & 1)) record.status.push(0);
    const coded = flags & 2 || record.status[t] === 0;
    const total = coded ? reader.next() : 0;
    const zigzag = coded && flags & 4 ? reader.next() : 0;
    record.total.push(total);
    record.unflagged.push(total - (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2));
  }
  return record;
}

/** Decodes a record of any version; its checksum is not looked at. */
export function twinDecode(bytes: Uint8Array): TwinRecord {
  const [first = NaN, second = NaN] = bytes;
  const usual = [365, 366, 730, 731];
  const short = first >= 16; // the days stand in the first byte
  const reader = varints(bytes, short ? 1 : second === 254 ? 3 : 2);
  const days = short
    ? usual[Math.floor(first / 16) - 1]
    : second === 255
      ? reader.next()
      : second < 250
        ? second
        : second === 254
          ? 250 + (bytes[2] ?? NaN)
          : usual[second - 250];
  const rev = reader.next();
  const content = bytes.subarray(reader.at, -2);
  const decode = { 1: plain, 3: magnitudes, 4: modelled4 }[first % 16];
  if (!decode || days === undefined) throw new Error('the version is not known');
  return { ...decode(content, days), rev };
}
