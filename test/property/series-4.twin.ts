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

const DISTANCES = [
  { from: 0, width: 2 },
  { from: 32, width: 3 },
  { from: 56, width: 6 },
  { from: 92, width: 70 },
];

function parts(n: number, logit: number, doubt: number): number[] {
  const cell = Math.floor(16 * (hold(logit, -10, 10) + 10));
  const distance = Math.max(cell - 160, 159 - cell);
  const { from, width } = DISTANCES.findLast((run) => run.from <= distance) ?? { from: NaN, width: NaN };
  const middle = (from + width * Math.floor((distance - from) / width) + width / 2) / 16;
  const kind = [2 ** -5, 2 ** -4, 2 ** -3, 2 ** -2, 2 ** -1, 1].filter((limit) => doubt >= limit).length;
  return remembered(`part 4 ${n} ${middle} ${kind}`, () => {
    const share = 1 / (1 + exp(Math.min(middle, 5.5)));
    const scatter = [0, 0.046875, 0.09375, 0.1875, 0.375, 0.75, 1.5][kind] ?? NaN;
    const rho = Math.min(share * (1 - share) * scatter, 0.3);
    const size = 1 / rho - 1;
    const p = [1];
    for (let k = 0; k < n; k++) {
      const ratio =
        rho > 0
          ? ((n - k) * (k + share * size)) / ((k + 1) * (n - k - 1 + (1 - share) * size))
          : ((n - k) * share) / ((k + 1) * (1 - share));
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
  const weekdays = Array.from({ length: 7 }, () => 1);
  let weekdayDoubt = weekday0;
  const main = new Pair(doubt0, passingADay / (1 - keep * keep));
  const shares = new Pair(share0, sharePassingADay / (1 - shareKeep * shareKeep));
  // Of promotion weeks, and of the others: those never change.
  const lifts = [
    { lift: 1, doubt: 0, shift: 0, shiftDoubt: 0 },
    { lift: 1.2, doubt: 0.012, shift: -1, shiftDoubt: 0.12 },
  ];
  let [week] = lifts;
  let doubtOfWeek = 0;

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
    if (t === 0 || t % 7 === (promo > 0 ? promo - 1 : 0)) {
      if (t > 0) level = Math.max(level, 2 ** -12);
      week = lifts[promo > 0 && stream.symbol([8192, 24576]) === 0 ? 1 : 0];
      doubtOfWeek = shares.doubt + shares.passingDoubt + 2 * shares.joint + shareNoise + (week?.shiftDoubt ?? NaN);
    }
    if (!week) throw new Error('there is a week');
    const factor = weekdays[t % 7] ?? NaN;
    const status = statuses ? statuses.next(stream, statusContext(record.status)) : 0;
    let [n, u] = [0, 0];
    if (status === 0) {
      const dayOfYear = days === 366 ? (t < 59 ? t : t - 1) : t % 365;
      const h = HOLIDAYS.has(dayOfYear) ? exp(strength * ln(HOLIDAYS.get(dayOfYear) ?? NaN)) : 1;
      const mean = hold(level * passing * (factor * h * week.lift), 0.004, 2 ** 30);
      const [a, b, w] = [main.a, main.b, weekdayDoubt];
      const all = counting + (a + b + w + week.doubt + noise + 0.2 * (h - 1) * (h - 1)) * mean;
      n = count(mean, all, { c: mean, lean: 1 });
      if (n < 0 || n >= 2 ** 30) throw new Error('a count is out of range');
      if (same) u = n;
      else if (n > 0) {
        const logit = share + sharePassing + week.shift;
        const q = logistic(logit);
        const S = q * (1 - q);
        const U = shares.doubt + shares.passingDoubt + 2 * shares.joint + shareNoise + week.shiftDoubt;
        const r = Math.min(S * U, 0.3);
        const T = n * r;
        const flagged = logit >= 0;
        const lesser = Math.max(flagged ? 1 - q : q, 1 / 256);
        const z =
          n <= 20
            ? stream.symbol(parts(n, logit, doubtOfWeek))
            : count(n * lesser, (1 + T - r) * (1 - lesser), { c: n * lesser * (1 - lesser), lean: 1 - 2 * lesser });
        if (z < 0 || z > n) throw new Error('a part exceeds its whole');
        u = flagged ? n - z : z;

        const W = n * S;
        const raw = u - q * n;
        const most = 12 * (1 + T) * W;
        const error = (raw * raw > most ? Math.sign(raw) * Math.sqrt(most) : raw) * (1 / (1 + T));
        const part = W * (1 / (1 + T));
        share = share + shares.a * error;
        sharePassing = (sharePassing + shares.b * error) * shareKeep;
        shares.shrink(part);
        shares.doubt = shares.doubt + shareADay;
        shares.passingDoubt = shares.passingDoubt * (shareKeep * shareKeep) + sharePassingADay;
        shares.joint = shares.joint * shareKeep;
        week.shift = week.shift + week.shiftDoubt * error;
        week.shiftDoubt = week.shiftDoubt * (1 - week.shiftDoubt * part);
      }

      let part = mean * (1 / all);
      let e = (n - mean) * (1 / all);
      let more = 0;
      if (e * e > Math.min(16, jump, clip * clip) * part) {
        const s = (e * e) / part;
        if (n === 0 && mean >= 8 && s >= 16) [e, part] = [0, 0];
        else {
          if (s > clip * clip) e = Math.sign(e) * Math.sqrt(clip * clip * part);
          if (s > jump) {
            more = s > 2 * jump ? 0.3 : 0.3 * (s / jump - 1);
            if (mean < 0.5 && n > 3) level = level * ((0.5 * n) / mean);
          }
        }
      }
      level = level * (1 + a * e);
      passing = passing * (1 + b * e);
      weekdays[t % 7] = factor * (1 + w * e);
      week.lift = week.lift * (1 + week.doubt * e);
      main.doubt = main.doubt + more - a * part * a;
      main.passingDoubt = main.passingDoubt - b * part * b;
      main.joint = main.joint - a * part * b;
      weekdayDoubt = w * (1 - w * part * (1 / 7));
      week.doubt = week.doubt * (1 - week.doubt * part);
    }
    record.status.push(status);
    record.total.push(n);
    record.unflagged.push(u);

    weekdayDoubt = weekdayDoubt + weekdayADay * (1 / 7);
    passing = 1 + (passing - 1) * keep;
    main.doubt = main.doubt + levelADay;
    main.passingDoubt = main.passingDoubt * (keep * keep) + passingADay;
    main.joint = main.joint * keep;
  }
  stream.finish();
  return record;
}
