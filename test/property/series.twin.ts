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

function logistic(x: number): number {
  const place = (hold(x, -10, 10) + 10) * 64;
  const i = Math.floor(place);
  const at = (j: number): number => 1 / (1 + exp(10 - j / 64));
  return at(i) + (at(i + 1) - at(i)) * (place - i);
}

const coarse = (x: number): number => exp(Math.floor((hold(x, -12, 12) + 12) * 32) / 32 - 12);

export function step(x: number): number {
  let octave = 0;
  let y = x;
  for (; y >= 2; octave++) y = y / 2;
  for (; y < 1; octave--) y = y * 2;
  return 8 * octave + Math.floor(8 * (y - 1));
}
export const floorOf = (s: number): number => (1 + (s - 8 * Math.floor(s / 8)) / 8) * 2 ** Math.floor(s / 8);
const middleOf = (s: number): number => (floorOf(s) + floorOf(s + 1)) / 2;

// --- tables ----------------------------------------------------------------------------------------------------------

const EPSILON = 0.004;
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

function counts(m: number, variance: number): number[] {
  const a = step(m);
  const d = hold(step(variance) - a, -2, 47);
  return remembered(`count ${a} ${d}`, () => {
    const mu = middleOf(a);
    const quotient = middleOf(a + d) / mu;
    const v = quotient < 1.01 ? 1 : quotient;
    const ratio = (k: number): number => (v > 1 ? ((k + mu / (v - 1)) / (k + 1)) * ((v - 1) / v) : mu / (k + 1));
    const mode = Math.floor(mu);
    const p = Array.from({ length: 1024 }, () => 0);
    p[mode] = 1;
    for (let k = mode; k < 1023; k++) p[k + 1] = (p[k] ?? 0) * ratio(k);
    for (let k = mode - 1; k >= 0; k--) p[k] = (p[k + 1] ?? 0) / ratio(k);
    const sum = sumOf(p);
    const w = (2 * mu + 1) / (1 + (2 * mu + 1));
    let g = 1 - w;
    let rest = 1;
    const weights: number[] = [];
    while (weights.length < 2 || (weights.length < 255 && (rest > 1 / 8192 || weights.length <= mode))) {
      const weight = ((p[weights.length] ?? 0) / sum) * (1 - EPSILON) + EPSILON * g;
      weights.push(weight);
      rest = rest - weight;
      g = g * w;
    }
    return [...weights, Math.max(1 - sumOf(weights), 1e-9)];
  });
}

function parts(n: number, share: number, { variance, c }: { variance: number; c: number }): number[] {
  const s = Math.max(step(share), step(2 ** -8));
  const q = Math.min(middleOf(s), 0.5);
  const limits = [0.01, 0.035, 0.075, 0.15];
  const index = n === 1 ? 0 : limits.filter((limit) => variance - c >= limit * (c * (n - 1))).length;
  return remembered(`part ${n} ${s} ${index}`, () => {
    const rho = [0, 0.02, 0.05, 0.1, 0.2][index] ?? NaN;
    const size = 1 / rho - 1;
    const p = [1];
    for (let k = 0; k < n; k++) {
      const ratio =
        rho > 0
          ? ((n - k) * (k + q * size)) / ((k + 1) * (n - k - 1 + (1 - q) * size))
          : ((n - k) * q) / ((k + 1) * (1 - q));
      p.push((p[k] ?? 0) * ratio);
    }
    const sum = sumOf(p);
    return p.map((weight) => (weight / sum) * (1 - EPSILON) + EPSILON / (n + 1));
  });
}

interface Bell {
  readonly table: number[];
  readonly reach: number;
  readonly bits: number;
  readonly centre: number;
}

function bell(m: number, variance: number, { c, lean }: { c: number; lean: number }): Bell {
  const octave = Math.floor(step(variance) / 8);
  const bits = octave < 8 ? 0 : Math.floor((octave - 6) / 2);
  const s = Math.max(step(variance) - 16 * bits, step(2 ** -5));
  const sigma = Math.sqrt(middleOf(s));
  const leaning = (2 * variance - c) * lean;
  const skew = [0.0056, 0.05, 0.16, 0.42].filter((limit) => leaning * leaning >= limit * (c * c * variance)).length;
  const gamma = [0, 0.15, 0.3, 0.5, 0.8][skew] ?? NaN;
  const centre = Math.floor(m + 0.5);
  const fine = s < step(16);
  const quarter = Math.min(Math.floor((m - centre + 0.5) * 4), 3);
  const offset = fine ? (quarter + 0.5) / 4 - 0.5 : 0;
  const reach = Math.ceil(6 * sigma) + 1;
  const table = remembered(`bell ${s} ${skew} ${offset}`, () => {
    const kappa = 4 / (gamma * gamma);
    const density = (y: number): number => {
      if (gamma === 0) return exp(-0.5 * y * y);
      const t = kappa + y * Math.sqrt(kappa);
      return t > 0 ? exp((kappa - 1) * ln(t) - t - ((kappa - 1) * ln(kappa - 1) - (kappa - 1))) : 0;
    };
    const bins = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
    const over = (f: (y: number) => number): number[] =>
      bins.map((i) => sumOf([0, 1, 2, 3, 4, 5, 6, 7].map((j) => f((i - 0.5 + (j + 0.5) / 8 - offset) / sigma))));
    const model = over(density);
    const wide = over((y) => exp((-0.5 * y * y) / (3.5 * 3.5)));
    const weights = bins.map(
      (_, i) => ((model[i] ?? 0) / sumOf(model)) * (1 - 2 * EPSILON) + ((wide[i] ?? 0) / sumOf(wide)) * EPSILON,
    );
    return [...weights, 0.004];
  });
  return { table, reach, bits, centre };
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

// --- version 2 ---------------------------------------------------------------------------------------------------------

// level, level a day, passing a day, kept, weekday, weekday a day, jump, clip
const DYNAMICS = [
  [0.04, 0.0008, 0.001, 0.97, 0.01, 1e-7, 28, 6],
  [0.06, 0.0004, 0.0042, 0.775, 0.02, 9.8e-7, 16, 3],
  [0.06, 0.003, 0.004, 0.7, 0.03, 0.00002, 16, 3],
  [0.1, 0.006, 0.012, 0.5, 0.02, 0.00004, 30, 20],
  [0.1, 0.001, 0.004, 0.8, 0.02, 0.00000714, 30, 20],
  [0.0179, 0.0000016, 8e-7, 0.7, 0.0001, 1e-9, 57.1, 12],
  [0.2, 0.02, 0.02, 0.25, 0.0002, 1e-9, 24, 20],
  [3.2, 0.0025, 0.04, 0.5, 0.2, 0.002, 12, 20],
];
// level, level a day, passing a day, kept, noise
const SHARING = [
  [0.15, 0.000002, 0.004, 0.8, 0.00004],
  [0.15, 0.00001, 0.008, 0.8, 0.00025],
  [0.2, 0.00014, 0.00729, 0.5, 0.014],
  [0.153, 0.0005, 0.02, 0.8, 0.1],
];
const COUNTING = [1, 0.3, 0.06, 0.004];
const STRENGTH = [0, 0.45, 0.75, 1.1];
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

const YES = 64 / (1 + 64);
const NO = 1 / (1 + 64);

function modelled(bytes: Uint8Array, days: number): Omit<TwinRecord, 'rev'> {
  const [b0 = 0, b1 = 0, b2 = 0] = bytes;
  const same = (b0 & 2) !== 0;
  const promo = (b2 >> 3) & 7;
  const stream = new Stream(bytes.subarray(same ? 3 : 4));
  const [
    firstDoubt = 0,
    levelADay = 0,
    passingADay = 0,
    keep = 0,
    weekdayDoubt0 = 0,
    weekdayADay = 0,
    jump = 0,
    clipRoot = 0,
  ] = DYNAMICS[b2 & 7] ?? [];
  const [shareDoubt0 = 0, shareADay = 0, sharePassingADay = 0, shareKeep = 0, shareNoise = 0] = SHARING[b2 >> 6] ?? [];
  const noise = (b1 & 15) === 0 ? 0 : 2 ** ((b1 & 15) - 12);
  const counting = COUNTING[(b1 >> 4) & 3] ?? NaN;
  const strength = STRENGTH[b1 >> 6] ?? NaN;
  const clip = clipRoot * clipRoot;

  let level = ((b0 >> 2) % 2 === 1 ? 1.4142135623730951 : 1) * 2 ** (Math.floor((b0 >> 2) / 2) - 4);
  let passing = 1;
  const weekdays = Array.from({ length: 7 }, () => ({ factor: 1, doubt: weekdayDoubt0 }));
  const main = new Pair(firstDoubt, passingADay / (1 - keep * keep));
  let share = same ? 0 : ((bytes[3] ?? 0) - 7) / 2;
  let sharePassing = 0;
  const shares = new Pair(shareDoubt0, sharePassingADay / (1 - shareKeep * shareKeep));
  let [lift, liftDoubt, shift, shiftDoubt] = [1.2, 0.012, -1, 0.12];
  let odds = 1 / 3;
  let P = promo > 0 ? 1 / 3 / (1 + 1 / 3) : 0;
  let known = promo === 0;
  let on = false;

  const statuses = (b0 & 1) !== 0 ? statusTable() : undefined;
  const record: Omit<TwinRecord, 'rev'> = { total: [], unflagged: [], status: [] };

  /** Codes a count of mean m and variance V. */
  const count = (m: number, V: number, around: { c: number; lean: number }): number => {
    if (m < 32 && V >= 0.85 * m) {
      const table = counts(m, V);
      const symbol = stream.symbol(table);
      return symbol === table.length - 1 ? stream.escaped() : symbol;
    }
    const { table, reach, bits, centre } = bell(m, V, around);
    const symbol = stream.symbol(table);
    if (symbol === table.length - 1) return stream.escaped();
    return centre + (symbol - reach) * 2 ** bits + stream.raw(bits) - Math.floor(2 ** bits / 2);
  };

  for (let t = 0; t < days; t++) {
    const weekday = weekdays[t % 7] ?? { factor: NaN, doubt: NaN };
    if (promo > 0 && t % 7 === promo - 1) {
      odds = 1 / 3;
      P = 1 / 3 / (1 + 1 / 3);
      known = false;
    }
    const status = statuses ? statuses.next(stream, statusContext(record.status)) : 0;
    let [n, u] = [0, 0];
    if (status === 0) {
      const dayOfYear = days === 366 ? (t < 59 ? t : t - 1) : t % 365;
      const h = HOLIDAYS.has(dayOfYear) ? exp(strength * ln(HOLIDAYS.get(dayOfYear) ?? NaN)) : 1;
      const base = level * passing * weekday.factor * h;
      const doubt = main.doubt + main.passingDoubt + 2 * main.joint + weekday.doubt + noise + 0.2 * (h - 1) * (h - 1);
      const G = lift - 1;
      const meanNow = (): number => base * (1 + P * G);
      const relativeNow = (): number => doubt + P * ((1 - P) * G * G + P * liftDoubt);
      const m = hold(meanNow(), 0.004, 2 ** 30);
      n = count(m, m * (counting + relativeNow() * m), { c: m, lean: 1 });
      if (n < 0 || n >= 2 ** 30) throw new Error('a count is out of range');
      if (same) u = n;
      else if (n > 0) {
        const U = shares.doubt + shares.passingDoubt + 2 * shares.joint + shareNoise;
        const regime = (promoted: boolean): { q: number; V: number } => {
          const q = logistic(promoted ? share + sharePassing + shift : share + sharePassing);
          const S = q * (1 - q);
          return { q, V: n * S * (1 + (n - 1) * Math.min(S * (promoted ? U + shiftDoubt : U), 0.3)) };
        };
        const plain = regime(false);
        const promoted = regime(true);
        let { q, V } = on && known ? promoted : plain;
        if (!known) {
          const gap = (plain.q - promoted.q) * n;
          if (gap * gap > 12 * (plain.V + promoted.V)) {
            const frequency = Math.floor(32768 * P);
            on = stream.symbol([frequency, 32768 - frequency]) === 0;
            known = true;
            P = on ? YES : NO;
            ({ q, V } = on ? promoted : plain);
          } else {
            q = plain.q + P * (promoted.q - plain.q);
            V = plain.V + P * (promoted.V - plain.V + (1 - P) * gap * gap);
          }
        }
        const lesser = Math.max(q > 0.5 ? 1 - q : q, 1 / 256);
        const c = n * lesser * (1 - lesser);
        const z =
          n <= 20
            ? stream.symbol(parts(n, lesser, { variance: V, c }))
            : count(n * lesser, V, { c, lean: 1 - 2 * lesser });
        if (z < 0 || z > n) throw new Error('a part exceeds its whole');
        u = q > 0.5 ? n - z : z;

        let trust = 1;
        if (!known) {
          const e = 1 / plain.V;
          const r = promoted.V * e;
          const a = u - plain.q * n;
          const b = u - promoted.q * n;
          odds = (odds * coarse(0.5 * e * (a * a - (b * b) / r))) / Math.sqrt(r);
          P = odds / (1 + odds);
          if (odds > 64 || odds < NO) {
            known = true;
            on = odds > 1;
            P = on ? YES : NO;
          }
          q = plain.q + P * (promoted.q - plain.q);
          trust = 1 - 3.2 * P * (1 - P);
        }
        const W = n * q * (1 - q);
        const D = P > 0.5 ? P * shiftDoubt : 0;
        const all = (shares.a + shares.b + shareNoise + D) * W + 1;
        const limit = Math.sqrt(12 * all * W);
        const raw = u - q * n;
        const error = (raw * raw > 12 * all * W ? Math.sign(raw) * limit : raw) * (1 / all);
        share = share + shares.a * trust * error;
        sharePassing = sharePassing + shares.b * trust * error;
        shares.shrink(W * (1 / all), trust);
        if (D > 0) {
          shift = shift + D * error;
          shiftDoubt = shiftDoubt * (1 - D * (W * (1 / all)));
        }
      }

      const mean = Math.max(meanNow(), 0.004);
      const all = relativeNow() * mean + counting;
      const raw = n - mean;
      const unit = all * mean;
      if (!(n === 0 && mean >= 8 && raw * raw >= 16 * unit)) {
        const error = (raw * raw > clip * unit ? Math.sign(raw) * Math.sqrt(clip * unit) : raw) * (1 / all);
        const part = mean * (1 / all);
        level = level * Math.max(1 + main.a * error, 0.05);
        passing = passing * Math.max(1 + main.b * error, 0.05);
        weekday.factor = weekday.factor * Math.max(1 + weekday.doubt * error, 0.05);
        main.shrink(part);
        weekday.doubt = weekday.doubt * (1 - weekday.doubt * part);
        if (P > 0.5) {
          const L = P * liftDoubt;
          lift = lift * Math.max(1 + L * error, 0.05);
          liftDoubt = liftDoubt * (1 - L * part);
        }
        const surprise = raw * raw;
        if (surprise > jump * unit) {
          main.doubt = main.doubt + (surprise > 2 * jump * unit ? 0.3 : 0.3 * (surprise / (jump * unit) - 1));
          if (mean < 0.5 && n > 3) level = level * ((0.5 * n) / mean);
        }
      }
    }
    record.status.push(status);
    record.total.push(n);
    record.unflagged.push(u);

    weekday.doubt = weekday.doubt + weekdayADay;
    passing = 1 + (passing - 1) * keep;
    main.pass(levelADay, passingADay, keep);
    sharePassing = sharePassing * shareKeep;
    shares.pass(shareADay, sharePassingADay, shareKeep);
  }
  stream.finish();
  return record;
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
  const decode = [plain, modelled, magnitudes, modelled4][(first % 16) - 1];
  if (!decode || days === undefined) throw new Error('the version is not known');
  return { ...decode(content, days), rev };
}
