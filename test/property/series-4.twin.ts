/**
 * The part of the twin that reads content version 4, from docs/series-codec.md and not from the library.
 */
import {
  exp,
  floorOf,
  hold,
  HOLIDAYS,
  ln,
  Pair,
  remembered,
  statusContext,
  statusTable,
  step,
  Stream,
  sumOf,
  type TwinRecord,
} from './series.twin.js';

const EPSILON = 0.001;

// --- classes ---------------------------------------------------------------------------------------------------------

interface ClassOf {
  readonly index: number;
  readonly middle: number;
}

/** The class of x among runs of [first step, steps a class]: the last run whose first step is not above the step of x. */
function classOf(x: number, runs: readonly (readonly [from: number, width: number])[]): ClassOf {
  const s = step(x);
  const [from, width] = runs.findLast(([first]) => first <= s) ?? [NaN, NaN];
  const least = from + width * Math.floor((s - from) / width);
  return { index: least, middle: (floorOf(least) + floorOf(least + width)) / 2 };
}

const octaves = (n: number): number => 8 * n;

// --- tables ----------------------------------------------------------------------------------------------------------

/** Symbols: escape, 0, 1, 2, … */
function counts(m: number, dispersion: number): number[] {
  const mean = classOf(m, [
    [octaves(-8), 4],
    [octaves(-4), 2],
    [octaves(-1), 1],
  ]);
  const v = dispersion < 1 ? { index: -1, middle: 1 } : classOf(Math.min(dispersion, 63.9), [[0, 2]]);
  return remembered(`count 4 ${mean.index} ${v.index}`, () => {
    const [mu, over] = [mean.middle, v.middle - 1];
    const ratio = (k: number): number => (over > 0 ? ((k + mu / over) / (k + 1)) * (over / v.middle) : mu / (k + 1));
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
    return [Math.max(1 - sumOf(weights), 1e-9), ...weights];
  });
}

function parts(n: number, share: number, correlation: number): number[] {
  const q = classOf(share, [
    [octaves(-8), 4],
    [octaves(-4), 2],
    [octaves(-2), 1],
  ]);
  const kind = [2 ** -6, 2 ** -5, 2 ** -4, 2 ** -3, 2 ** -2].filter((limit) => correlation >= limit).length;
  return remembered(`part 4 ${n} ${q.index} ${kind}`, () => {
    const rho = [0, 0.0234375, 0.046875, 0.09375, 0.1875, 0.3][kind] ?? NaN;
    const middle = Math.min(q.middle, 0.5);
    const size = 1 / rho - 1;
    const p = [1];
    for (let k = 0; k < n; k++) {
      const ratio =
        rho > 0
          ? ((n - k) * (k + middle * size)) / ((k + 1) * (n - k - 1 + (1 - middle) * size))
          : ((n - k) * middle) / ((k + 1) * (1 - middle));
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

/** The exponent of x: ⌊log2 x⌋, and −1023 for 0. */
const exponent = (x: number): number => (x === 0 ? -1023 : Math.floor(step(x) / 8));

function bell(m: number, V: number, { c, lean }: { c: number; lean: number }): Bell {
  const octave = exponent(V);
  const bits = octave < 6 ? 0 : Math.floor((octave - 4) / 2);
  const scaled = Math.max(V / 4 ** bits, 2 ** -5);
  const variance = classOf(scaled, [[octaves(-5), 2]]);
  const leaning = (2 * V - c) * lean;
  const skew = hold(Math.floor((exponent(leaning * leaning) - exponent(c * c * V) + 9) / 2), 0, 4);
  const gamma = [0, 0.125, 0.25, 0.5, 0.8][skew] ?? NaN;
  const sigma = Math.sqrt(variance.middle);
  const centre = Math.floor(m + 0.5);
  const quarter = Math.min(Math.floor((m - centre + 0.5) * 4), 3);
  const offset = scaled < 16 ? (quarter + 0.5) / 4 - 0.5 : 0;
  const reach = Math.ceil(6 * sigma) + 1;
  const table = remembered(`bell 4 ${variance.index} ${skew} ${offset}`, () => {
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
    return [EPSILON, ...weights];
  });
  return { table, reach, bits, centre };
}

// --- the opening -----------------------------------------------------------------------------------------------------

const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const WEIGHTS = {
  hasStatus: [3, 1],
  same: [3, 1],
  level: Array.from({ length: 64 }, (_, i) => (i < 36 ? 3 : 1)),
  noise: [4, 1, 1, 1, 2, 2, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1],
  counting: [8, 1, 1, 1],
  holidays: ones(4),
  dynamics: [3, 2, 3, 3, 2, 2, 1, 1],
  promotion: [3, ...ones(7)],
  share: [1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 3, 2, 1, 1, 1],
  sharing: [4, 2, 1, 1],
};

// --- the model -------------------------------------------------------------------------------------------------------

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
// level, level a part, passing a part, kept, noise
const SHARING = [
  [0.15, 0.000002, 0.004, 0.8, 0.00004],
  [0.15, 0.00001, 0.008, 0.8, 0.00025],
  [0.2, 0.00014, 0.00729, 0.5, 0.014],
  [0.153, 0.0005, 0.02, 0.8, 0.1],
];
const COUNTING = [1, 0.3, 0.06, 0.004];
const STRENGTH = [0, 0.45, 0.75, 1.1];
const [YES, NO] = [64 / 65, 1 / 65];

function logistic(x: number): number {
  const place = (hold(x, -10, 10) + 10) * 16;
  const i = Math.floor(place);
  const at = (j: number): number => 1 / (1 + exp(10 - j / 16));
  return at(i) + (at(i + 1) - at(i)) * (place - i);
}

export function modelled4(bytes: Uint8Array, days: number): Omit<TwinRecord, 'rev'> {
  const stream = new Stream(bytes);
  const opened = (name: keyof typeof WEIGHTS): number =>
    stream.symbol(remembered(`weights of ${name}`, () => WEIGHTS[name]));
  const statuses = opened('hasStatus') === 1 ? statusTable() : undefined;
  const same = opened('same') === 1;
  let level = 2 ** ((opened('level') - 8) / 2);
  // An odd step is √2 times a power of two, as the document writes it.
  level = Math.log2(level) % 1 === 0 ? level : 1.4142135623730951 * 2 ** Math.floor(Math.log2(level));
  const noiseStep = opened('noise');
  const noise = noiseStep === 0 ? 0 : 2 ** (noiseStep - 12);
  const counting = COUNTING[opened('counting')] ?? NaN;
  const strength = STRENGTH[opened('holidays')] ?? NaN;
  const [doubt0 = 0, levelADay = 0, passingADay = 0, keep = 0, weekday0 = 0, weekdayADay = 0, jump = 0, clip = 0] =
    DYNAMICS[opened('dynamics')] ?? [];
  const promo = same ? 0 : opened('promotion');
  let share = same ? -3.5 : (opened('share') - 7) / 2;
  const [share0 = 0, shareADay = 0, sharePassingADay = 0, shareKeep = 0, shareNoise = 0] =
    SHARING[same ? 0 : opened('sharing')] ?? [];

  let [passing, sharePassing] = [1, 0];
  const weekdays = Array.from({ length: 7 }, () => ({ factor: 1, doubt: weekday0 }));
  const main = new Pair(doubt0, passingADay / (1 - keep * keep));
  const shares = new Pair(share0, sharePassingADay / (1 - shareKeep * shareKeep));
  let [lift, liftDoubt, shift, shiftDoubt] = [1.2, 0.012, -1, 0.12];
  let odds = -1.0986122886681098;
  let P = promo > 0 ? 0.25 : 0;
  let known = promo === 0;
  let on = false;

  const record: Omit<TwinRecord, 'rev'> = { total: [], unflagged: [], status: [] };
  /** Codes a count of mean m and dispersion (variance ÷ mean) d. */
  const count = (m: number, d: number, around: { c: number; lean: number }): number => {
    if (m < 16 && d >= 0.85) {
      const symbol = stream.symbol(counts(m, d));
      return symbol === 0 ? stream.escaped() : symbol - 1;
    }
    const { table, reach, bits, centre } = bell(m, m * d, around);
    const symbol = stream.symbol(table);
    if (symbol === 0) return stream.escaped();
    return centre + (symbol - 1 - reach) * 2 ** bits + stream.raw(bits) - Math.floor(2 ** bits / 2);
  };

  for (let t = 0; t < days; t++) {
    const weekday = weekdays[t % 7] ?? { factor: NaN, doubt: NaN };
    if (promo > 0 && t % 7 === promo - 1) [odds, P, known, on] = [-1.0986122886681098, 0.25, false, false];
    const status = statuses ? statuses.next(stream, statusContext(record.status)) : 0;
    let [n, u] = [0, 0];
    if (status === 0) {
      const dayOfYear = days === 366 ? (t < 59 ? t : t - 1) : t % 365;
      const h = HOLIDAYS.has(dayOfYear) ? exp(strength * ln(HOLIDAYS.get(dayOfYear) ?? NaN)) : 1;
      const base = level * passing * weekday.factor * h;
      const doubt = main.doubt + main.passingDoubt + 2 * main.joint + weekday.doubt + noise + 0.2 * (h - 1) * (h - 1);
      const G = lift - 1;
      const meanNow = (): number => hold(base * (1 + P * G), 0.004, 2 ** 30);
      const relativeNow = (): number => doubt + P * ((1 - P) * G * G + P * liftDoubt);
      const m = meanNow();
      n = count(m, counting + relativeNow() * m, { c: m, lean: 1 });
      if (n < 0 || n >= 2 ** 30) throw new Error('a count is out of range');
      if (same) u = n;
      else if (n > 0) {
        const U = shares.doubt + shares.passingDoubt + 2 * shares.joint + shareNoise;
        const regime = (promoted: boolean): { q: number; r: number; d: number; V: number } => {
          const q = logistic(promoted ? share + sharePassing + shift : share + sharePassing);
          const S = q * (1 - q);
          const r = Math.min(S * (promoted ? U + shiftDoubt : U), 0.3);
          const d = 1 + (n - 1) * r;
          return { q, r, d, V: n * S * d };
        };
        const plain = regime(false);
        const promoted = regime(true);
        let { q, r, d } = on ? promoted : plain;
        if (!known) {
          const gap = (plain.q - promoted.q) * n;
          if (gap * gap > 12 * (plain.V + promoted.V)) {
            const frequency = Math.floor(32768 * P);
            on = stream.symbol([frequency, 32768 - frequency]) === 0;
            known = true;
            P = on ? YES : NO;
            ({ q, r, d } = on ? promoted : plain);
          } else {
            q = plain.q + P * (promoted.q - plain.q);
            const V = plain.V + P * (promoted.V - plain.V + (1 - P) * gap * gap);
            d = V / (n * q * (1 - q));
            r = n > 1 && d > 1 ? (d - 1) / (n - 1) : 0;
          }
        }
        const lesser = Math.max(q > 0.5 ? 1 - q : q, 1 / 256);
        const z =
          n <= 20
            ? stream.symbol(parts(n, lesser, r))
            : count(n * lesser, d * (1 - lesser), { c: n * lesser * (1 - lesser), lean: 1 - 2 * lesser });
        if (z < 0 || z > n) throw new Error('a part exceeds its whole');
        u = q > 0.5 ? n - z : z;

        let trust = 1;
        if (!known) {
          const a = u - plain.q * n;
          const b = u - promoted.q * n;
          odds =
            odds + (0.5 * ((a * a) / plain.V - (b * b) / promoted.V) + (plain.V - promoted.V) / (plain.V + promoted.V));
          P = logistic(odds);
          if (Math.abs(odds) > 4.1588830833596715) {
            known = true;
            on = odds > 0;
            P = on ? YES : NO;
          }
          q = plain.q + P * (promoted.q - plain.q);
          trust = 1 - 3.2 * P * (1 - P);
        }
        const W = n * q * (1 - q);
        const D = P > 0.5 ? P * shiftDoubt : 0;
        const all = (shares.a + shares.b + shareNoise + D) * W + 1;
        const raw = u - q * n;
        const error = (raw * raw > 12 * all * W ? Math.sign(raw) * Math.sqrt(12 * all * W) : raw) * (1 / all);
        share = share + shares.a * trust * error;
        sharePassing = (sharePassing + shares.b * trust * error) * shareKeep;
        shares.shrink(W * (1 / all), trust);
        shares.doubt = shares.doubt + shareADay;
        shares.passingDoubt = shares.passingDoubt * (shareKeep * shareKeep) + sharePassingADay;
        shares.joint = shares.joint * shareKeep;
        if (D > 0) {
          shift = shift + D * error;
          shiftDoubt = shiftDoubt * (1 - D * (W * (1 / all)));
        }
      }

      const mean = meanNow();
      const all = relativeNow() * mean + counting;
      const raw = n - mean;
      const unit = all * mean;
      if (!(n === 0 && mean >= 8 && raw * raw >= 16 * unit)) {
        const most = clip * clip * unit;
        const error = (raw * raw > most ? Math.sign(raw) * Math.sqrt(most) : raw) * (1 / all);
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
    main.doubt = main.doubt + levelADay;
    main.passingDoubt = main.passingDoubt * (keep * keep) + passingADay;
    main.joint = main.joint * keep;
  }
  stream.finish();
  return record;
}
