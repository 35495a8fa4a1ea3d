import { type Random, seededRandom } from '../random.js';
import { accumulate, type Chance, multinomial, permutedDays } from './chance.js';
import { clustersOf, type ScanCluster } from './clusters.js';
import { plainMaximum, tabulatedMaximum } from './maximum.js';
import { type CircleLimits, type Coordinates, neighbours } from './neighbours.js';
import { bestAround, type Windows } from './windows.js';

/** Circles times days that a scan looks at, at most: 60 million, a quarter of a gigabyte of tables. */
const MOST_WINDOWS = 60_000_000;
/** Replicates done the plain way first, to know what maxima look like. */
const PILOTS = 5;

/** Where cases fell, day by day. */
export interface ScanCounts {
  readonly places: readonly Coordinates[];
  /** Per place, cases a day: whole numbers, as many days everywhere; the last is today. One day is a scan of space alone. */
  readonly cases: readonly (readonly number[] | Float64Array | Int32Array)[];
}

export interface ScanOptions extends CircleLimits {
  /** Days of the longest window. All windows end today: what is over is no longer looked for. */
  readonly maxDays: number;
  readonly minCases: number;
  /** `both` looks for too few cases as well. */
  readonly rates: 'high' | 'both';
  /** Monte Carlo replicates; the least p is 1 ÷ (replicates + 1). */
  readonly replicates: number;
  /** The same seed, the same p. */
  readonly seed: number;
}

/** Defaults of SaTScan, and a week as it is advised for daily surveillance. */
export const SCANNING: ScanOptions = {
  geometry: 'sphere',
  maxShare: 0.5,
  maxRadius: Infinity,
  maxDays: 7,
  minCases: 2,
  rates: 'high',
  replicates: 999,
  seed: 1,
};

export interface ScanResult {
  /** Most unusual first; no two share a place; those that every replicate beats are left out. */
  readonly clusters: readonly ScanCluster[];
  /** The largest ratio of each replicate, in ascending order. */
  readonly maxima: Float64Array;
}

/**
 * Prospective space-time permutation scan: needs cases alone, and takes both what is usual of each place and of each day
 * from them. Kulldorff, Heffernan, Hartman, Assunção, Mostashari, "A space-time permutation scan statistic for disease
 * outbreak detection", PLoS Medicine 2 (2005) e59. As SaTScan 10.3.2 computes it.
 *
 * Cases that come in bulk (units sold) vary more than the permutation has them: p is then too small.
 */
export function permutationScan({ places, cases }: ScanCounts, options: ScanOptions): ScanResult {
  const { totals, all } = casesOf(cases, places.length);
  const days = cases[0]?.length ?? 0;
  const spans = spansOf(options, days);
  const byAge = Array.from({ length: spans }, (_, age) => cases.reduce((sum, of) => sum + of[days - 1 - age]!, 0));
  let sum = 0;
  const factors = Float64Array.from(byAge, (n) => (sum += n) / all);
  const weights = Float64Array.from(totals);
  return scan({ places, cases }, weights, { options, factors, all, chance: (random) => permutedDays(totals, byAge, random) });
} // prettier-ignore

/**
 * Prospective Poisson scan against `population`, one number a place: expected cases are in proportion to it, and the same
 * every day. Kulldorff, "Prospective time periodic geographical disease surveillance using a scan statistic", JRSS A 164
 * (2001) 61–72; with one day it is the scan of space of Kulldorff 1997. As SaTScan 10.3.2 computes it.
 */
export function poissonScan({ places, cases }: ScanCounts, population: readonly number[], options: ScanOptions): ScanResult {
  const { all } = casesOf(cases, places.length);
  if (population.length !== places.length || population.some((of) => !(of >= 0))) throw new RangeError('a population of each place expected'); // prettier-ignore
  const weights = Float64Array.from(population);
  const people = weights.reduce((sum, of) => sum + of, 0);
  const days = cases[0]?.length ?? 0;
  const spans = spansOf(options, days);
  const factors = Float64Array.from({ length: spans }, (_, span) => (all / people) * ((span + 1) / days));
  return scan({ places, cases }, weights, { options, factors, all, chance: (random) => multinomial(weights, { cases: all, days, spans }, random) });
} // prettier-ignore

function casesOf(cases: ScanCounts['cases'], places: number): { totals: number[]; all: number } {
  const days = cases[0]?.length ?? 0;
  if (cases.length !== places || places === 0 || days === 0) throw new RangeError('cases of each place expected');
  const totals = cases.map((of) => {
    if (of.length !== days) throw new RangeError('places with different days');
    let total = 0;
    for (const n of of) {
      if (!(Number.isInteger(n) && n >= 0)) throw new RangeError(`${n} cases, expected a whole number`);
      total += n;
    }
    return total;
  });
  return { totals, all: totals.reduce((sum, of) => sum + of, 0) };
}

function spansOf({ maxDays, maxShare, replicates }: ScanOptions, days: number): number {
  if (!(Number.isInteger(maxDays) && maxDays >= 1)) throw new RangeError(`windows of ${maxDays} days, expected 1 or more`); // prettier-ignore
  if (!(maxShare > 0 && maxShare <= 0.5)) throw new RangeError(`circles of ${maxShare} of all, expected at most 0.5`);
  if (!(Number.isInteger(replicates) && replicates >= 1)) throw new RangeError(`${replicates} replicates, expected 1 or more`); // prettier-ignore
  return Math.min(maxDays, days);
}

interface Model {
  readonly options: ScanOptions;
  readonly factors: Float64Array;
  readonly all: number;
  readonly chance: (random: Random) => Chance;
}

function scan({ places, cases }: ScanCounts, weights: Float64Array, model: Model): ScanResult {
  const { options, factors, all } = model;
  const spans = factors.length;
  const maxima = new Float64Array(options.replicates);
  if (all === 0) return { clusters: [], maxima };
  const circles = neighbours(places, weights, { ...options, limit: Math.floor(MOST_WINDOWS / spans) });
  const windows: Windows = { circles, factors, all, minCases: options.minCases, rates: options.rates };
  const days = cases[0]!.length;
  const counts = new Int32Array(places.length * spans);
  for (const [place, of] of cases.entries())
    for (let age = 0; age < spans; age++) counts[place * spans + age] = of[days - 1 - age]!;
  accumulate(counts, spans);
  const found = places.flatMap((_, centre) => bestAround(windows, counts, { centre, above: 0 }) ?? []);

  const draw = model.chance(seededRandom(options.seed));
  let maximum = plainMaximum(windows);
  for (let replicate = 0; replicate < maxima.length; replicate++) {
    if (replicate === PILOTS) {
      const above = 0.8 * maxima.subarray(0, PILOTS).reduce((least, of) => Math.min(least, of), Infinity);
      maximum = tabulatedMaximum(windows, above) ?? maximum;
    }
    draw(counts);
    maxima[replicate] = maximum(counts);
  }
  maxima.sort();
  return { clusters: clustersOf(windows, { found, maxima }), maxima };
}
