import {
  type Coordinates,
  permutationScan,
  poissonScan,
  SCANNING,
  type ScanOptions,
  type ScanResult,
} from '#detection';
import { type Checked, comparison, type GoldenFile, readGolden } from './golden.js';

interface SameAs {
  readonly sameAs: string;
}

interface Test {
  readonly id: string;
  readonly params: {
    readonly model: string;
    readonly analysis: string;
    readonly scan?: string;
    readonly start?: string;
    readonly end?: string;
    readonly maxTemporalDays?: number;
    readonly maxSpatialPctOfPopulation?: number;
    readonly maxSpatialPctOfCases?: number;
    readonly maxRadius?: number;
  };
  readonly coordinates: string;
  readonly cases: readonly [string, number, string][] | SameAs;
  readonly geo: readonly [string, number, number][] | SameAs;
  readonly population?: readonly [string, string, number][] | SameAs;
  readonly clusters: readonly {
    readonly members: readonly string[];
    readonly center_radius: string;
    readonly timeFrame?: string;
    readonly observed: number;
    readonly expected: number;
    readonly llr: number;
    readonly pValue: number;
  }[];
  readonly simulatedMaxLLR: { readonly q50: number; readonly q95: number };
}

function tableOf<K extends 'cases' | 'geo' | 'population'>(
  tests: readonly Test[],
  test: Test,
  name: K,
): Exclude<Test[K], SameAs> {
  const table = test[name];
  if (table !== undefined && 'sameAs' in table)
    return tableOf(
      tests,
      tests.find(({ id }) => id === table.sameAs)!,
      name,
    );
  return table as Exclude<Test[K], SameAs>;
}

const dayOf = (text: string): number => Date.parse(text.replaceAll('/', '-')) / 86_400_000;

function scan(tests: readonly Test[], test: Test): { readonly result: ScanResult; readonly names: readonly string[] } {
  const { params, coordinates } = test;
  const geo = tableOf(tests, test, 'geo');
  const names = geo.map(([name]) => name);
  const at = new Map(names.map((name, i) => [name, i]));
  const first = params.start === undefined ? 0 : dayOf(params.start);
  const days = params.end === undefined ? 1 : dayOf(params.end) - first + 1;
  const cases = geo.map(() => new Float64Array(days));
  for (const [name, count, date] of tableOf(tests, test, 'cases'))
    cases[at.get(name)!]![params.start === undefined ? 0 : dayOf(date) - first]! += count;
  const options: ScanOptions = {
    ...SCANNING,
    geometry: coordinates.startsWith('lat') ? 'sphere' : 'plane',
    maxShare: (params.maxSpatialPctOfCases ?? params.maxSpatialPctOfPopulation ?? 50) / 100,
    maxRadius: params.maxRadius ?? Infinity,
    maxDays: params.maxTemporalDays ?? 1,
    rates: params.scan === 'high and low' ? 'both' : 'high',
  };
  const counts = { places: geo.map(([, x, y]): Coordinates => [x, y]), cases };
  const population = tableOf(tests, test, 'population');
  if (population === undefined) return { result: permutationScan(counts, options), names };
  const people = names.map(() => 0);
  for (const [name, , of] of population) people[at.get(name)!]! += of;
  return { result: poissonScan(counts, people, options), names };
}

/** What SaTScan prints to two places. */
const PRINTED = 0.005001;

/** Two independent estimates of 999 replicates each are this far apart at most: five standard errors. */
const apart = (p: number): number => 5 * Math.sqrt((2 * p * (1 - p)) / 999);

function check(tests: readonly Test[], test: Test): Checked {
  const { result, names } = scan(tests, test);
  const compare = comparison(test.id);
  const within = (column: string, { is, should, most }: { is: number; should: number; most: number }): void =>
    compare.words(column, [Math.abs(is - should) <= most ? 'near' : String(is)], ['near']);
  compare.words('clusters', [result.clusters.length], [test.clusters.length]);
  for (const [i, wanted] of test.clusters.entries()) {
    const found = result.clusters[i];
    if (!found) break;
    const at = `cluster ${i + 1}`;
    compare.words(`${at} members`, found.members.map((place) => names[place]!), wanted.members);
    compare.words(`${at} observed`, [found.observed], [wanted.observed]);
    compare.numbers(`${at} llr`, [found.llr], [wanted.llr], { tolerance: 1e-6 });
    within(`${at} expected`, { is: found.expected, should: wanted.expected, most: PRINTED });
    within(`${at} radius`, { is: found.radius, should: Number(/\/ ([\d.]+)/.exec(wanted.center_radius)![1]), most: PRINTED });
    within(`${at} p`, { is: found.p, should: wanted.pValue, most: apart(wanted.pValue) });
    if (wanted.timeFrame === undefined) continue;
    const [from, to] = wanted.timeFrame.split(' to ').map(dayOf);
    compare.words(`${at} days`, [found.days], [Math.round(to! - from! + 1)]);
  }
  // Standard errors of the median and the 95 % point of such maxima are near 0.06 and 0.15; five of a difference.
  within('median of maxima', { is: result.maxima[499]!, should: test.simulatedMaxLLR.q50, most: 0.4 });
  within('95 % point of maxima', { is: result.maxima[949]!, should: test.simulatedMaxLLR.q95, most: 1 });
  compare.except('expected cases and radii are printed with two places; p and the simulated maxima are within Monte Carlo error');
  return compare.done();
} // prettier-ignore

export const scans: GoldenFile = {
  file: 'scan.json',
  check: (folder) => {
    const { tests } = readGolden<{ tests: readonly Test[] }>(folder, 'scan.json');
    return tests.map((test) => check(tests, test));
  },
};
