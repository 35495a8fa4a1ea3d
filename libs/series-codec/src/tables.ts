import { betaBinomial, bell, negativeBinomial } from './distributions.js';
import { exp, octaveStep, stepFloor } from './exact-math.js';
import { PRECISION, pushRange, type Symbols, WHOLE } from './rans.js';

/**
 * Tables of cumulated frequencies, each made when it is first needed and kept. All lie in one buffer, in lines of 64
 * bytes, as a processor's cache holds them: decoding is bound by how many lines it touches, so that tables are few and
 * short. A table's first line holds, for each 64th part of the range, the first symbol that reaches into it; from its second
 * line on stand the cumulated frequencies, 0 … {@link WHOLE}, in 16 bits each, and twice {@link BEYOND} after them.
 */
const LINE = 64;
const buffer = new ArrayBuffer(1 << 21); // room for every table there can be; the system commits what is touched
export const jumps = new Uint8Array(buffer);
export const cumulated = new Uint16Array(buffer);
/** Where the next table begins; line 0 stays empty, so that 0 can say "not made yet". */
let line = 1;

export const JUMP_SHIFT = PRECISION - 6;
/** Above every slot: a reader that looks two symbols on stops there. */
const BEYOND = 0xffff;
/** Probability of surprises in every table. */
const WIDE_SHARE = 0.001;

/** Weights (adding up to about 1) become frequencies of at least 1 that add up to WHOLE; what rounding leaves goes to the largest. */
export function frequenciesOf(weights: readonly number[]): number[] {
  const spare = WHOLE - weights.length;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const frequencies = weights.map((weight) => 1 + Math.floor((weight / sum) * spare));
  const most = frequencies.indexOf(Math.max(...frequencies));
  frequencies[most]! += WHOLE - frequencies.reduce((all, frequency) => all + frequency, 0);
  return frequencies;
}

function store(weights: readonly number[]): number {
  const frequencies = frequenciesOf(weights);
  const table = line;
  const first = cumulatedAt(table);
  let total = 0;
  frequencies.forEach((frequency, symbol) => {
    cumulated[first + symbol] = total;
    total += frequency;
  });
  const last = first + frequencies.length;
  cumulated[last] = total;
  cumulated[last + 1] = cumulated[last + 2] = BEYOND;
  let symbol = 0;
  for (let part = 0; part < LINE; part++) {
    while (cumulated[first + symbol + 1]! <= part << JUMP_SHIFT) symbol++;
    jumps[table * LINE + part] = symbol;
  }
  lasts[table] = frequencies.length - 1;
  line = Math.ceil((2 * (last + 3)) / LINE);
  return table;
}

/** Where the cumulated frequencies of a table begin. */
const cumulatedAt = (table: number): number => (table + 1) * (LINE / 2);

/** Symbols of each table, by its line; asked by the writer alone. */
const lasts = new Uint8Array(buffer.byteLength / LINE);
export const lastSymbol = (table: number): number => lasts[table]!;

export function pushSymbol(symbols: Symbols, table: number, symbol: number): void {
  const at = cumulatedAt(table) + symbol;
  pushRange(symbols, cumulated[at]!, cumulated[at + 1]! - cumulated[at]!);
}

/** The middle of `width` steps of {@link octaveStep} that begin at `step`. */
const middleOf = (step: number, width: number): number => (stepFloor(step) + stepFloor(step + width)) / 2;

/** Classes of neighbouring steps: `classes[step − least]`, and the middle of each class. */
interface Classes {
  readonly least: number;
  readonly classes: Uint8Array;
  readonly middles: readonly number[];
}

/** Runs of steps from `least` on, so many `octaves` of so many classes each (1, 2, 4 or 8). */
function classed(least: number, ...runs: readonly (readonly [octaves: number, perOctave: number])[]): Classes {
  const classes: number[] = [];
  const middles: number[] = [];
  for (const [octaves, perOctave] of runs) {
    const width = 8 / perOctave;
    for (let i = 0; i < octaves * perOctave; i++) {
      for (let step = 0; step < width; step++) classes.push(middles.length);
      middles.push(middleOf(least + classes.length - width, width));
    }
  }
  return { least, classes: Uint8Array.from(classes), middles };
}

// --- counts around a small mean ------------------------------------------------------------------------------------

/** Means from this on are coded with bells. */
export const LARGE_MEAN = 16;
/** The smaller the mean, the less it matters where it lies exactly. */
export const MEANS = classed(octaveStep(2 ** -8), [4, 2], [3, 4], [5, 8]);
/** Variance ÷ mean: below 1, then four an octave to 64. */
export const DISPERSIONS = 25;
/**
 * Where the table of a count lies, by class of the mean × DISPERSIONS + that of the dispersion; 0: not made yet. Symbols: escape, 0, 1, 2, …
 */
export const countTables = new Uint16Array(MEANS.middles.length * DISPERSIONS);

export function makeCountTable(key: number): number {
  const dispersion = key % DISPERSIONS;
  const weights = negativeBinomial(
    MEANS.middles[Math.floor(key / DISPERSIONS)]!,
    dispersion === 0 ? 1 : middleOf(2 * (dispersion - 1), 2),
    WIDE_SHARE,
  );
  const rest = 1 - weights.reduce((all, weight) => all + weight, 0);
  return (countTables[key] = store([Math.max(rest, 1e-9), ...weights]));
}

// --- a share of a small count ----------------------------------------------------------------------------------------

/** Up to this many, the part of a count has a table for the count itself. */
export const SMALL_WHOLE = 20;
/** Classes of the distance of a logit from 0 in sixteenths, and the middle of each: so many classes of such a width. */
function distances(...runs: readonly (readonly [classes: number, width: number])[]): {
  classes: number[];
  middles: number[];
} {
  const classes: number[] = [];
  const middles: number[] = [];
  for (const [count, width] of runs) {
    for (let i = 0; i < count; i++) {
      middles.push((classes.length + width / 2) / 16);
      for (let step = 0; step < width; step++) classes.push(middles.length - 1);
    }
  }
  return { classes, middles };
}
const DISTANCES = distances([16, 2], [8, 3], [6, 6], [1, 70]);
/** For each cell of the logistic function: the class of the lesser side's share; and the middles of these classes. */
export const LOGITS = {
  classes: Uint8Array.from(
    { length: 322 },
    (_, cell) => DISTANCES.classes[cell < 160 ? 159 - cell : cell - 160] ?? DISTANCES.middles.length - 1,
  ),
  middles: DISTANCES.middles.map((distance) => 1 / (1 + exp(Math.min(distance, 5.5)))),
};
/** Variances of the logit: below 2^−5, then by octaves. */
const SCATTERS = [0, 1.5 / 32, 1.5 / 16, 1.5 / 8, 1.5 / 4, 1.5 / 2, 1.5] as const;
export const SCATTER_CLASSES = SCATTERS.length;
/**
 * Where the table of the lesser part of n lies, by (n × number of LOGITS + class of its share) × SCATTER_CLASSES +
 * scatter. Symbols 0 … n; it has no escape, for all parts are in it.
 */
export const shareTables = new Uint16Array((SMALL_WHOLE + 1) * LOGITS.middles.length * SCATTER_CLASSES);

export function makeShareTable(key: number): number {
  const rest = Math.floor(key / SCATTER_CLASSES);
  const n = Math.floor(rest / LOGITS.middles.length);
  const share = LOGITS.middles[rest % LOGITS.middles.length]!;
  const correlation = Math.min(share * (1 - share) * SCATTERS[key % SCATTER_CLASSES]!, 0.3);
  return (shareTables[key] = store(betaBinomial(n, { share, correlation, wideShare: WIDE_SHARE })));
}

// --- bells --------------------------------------------------------------------------------------------------------

/** Variances of the tables lie between 2^−5 and 2^6, four classes an octave; larger ones are brought there by leaving low bits out. */
export const LEAST_VARIANCE = 2 ** -5;
const VARIANCES = classed(octaveStep(LEAST_VARIANCE), [11, 4]).middles;
/** Below this class (a variance of 16) the place of the mean between two integers matters: four tables in place of one. */
export const FINE_VARIANCES = 4 * 9;
const SKEWNESSES = [0, 0.125, 0.25, 0.5, 0.8] as const;
export const SKEWNESS_CLASSES = SKEWNESSES.length;
/** How far the bell of each variance reaches to each side. */
export const REACHES = Uint8Array.from(VARIANCES, (variance) => Math.ceil(6 * Math.sqrt(variance)) + 1);
/**
 * Where the table of a bell lies, by (class of the variance × SKEWNESS_CLASSES + skewness) × 4 + quarter in which the mean
 * lies around its nearest integer. Symbols: escape, −reach … reach.
 */
export const bellTables = new Uint16Array(VARIANCES.length * SKEWNESS_CLASSES * 4);

export function makeBellTable(key: number): number {
  const rest = Math.floor(key / 4);
  const variance = Math.floor(rest / SKEWNESS_CLASSES);
  const weights = bell({
    deviation: Math.sqrt(VARIANCES[variance]!),
    skewness: SKEWNESSES[rest % SKEWNESS_CLASSES]!,
    offset: variance < FINE_VARIANCES ? ((key % 4) + 0.5) / 4 - 0.5 : 0,
    reach: REACHES[variance]!,
    wideShare: WIDE_SHARE,
  });
  return (bellTables[key] = store([WIDE_SHARE, ...weights]));
}
