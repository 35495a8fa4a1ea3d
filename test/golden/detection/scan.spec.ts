import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  type Coordinates,
  permutationScan,
  poissonScan,
  SCANNING,
  type ScanOptions,
  type ScanResult,
} from '#detection';

/** Outputs of SaTScan 10.3.2, see ../shared/reference/detection/golden/README.md. */
const PATH = join(resolve('../shared/reference/detection/golden'), 'scan.json');
const isThere = existsSync(PATH);

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

const tests = isThere ? (JSON.parse(readFileSync(PATH, 'utf8')) as { tests: Test[] }).tests : [];

function tableOf<K extends 'cases' | 'geo' | 'population'>(test: Test, name: K): Exclude<Test[K], SameAs> {
  const table = test[name];
  if (table !== undefined && 'sameAs' in table)
    return tableOf(
      tests.find(({ id }) => id === table.sameAs)!,
      name,
    );
  return table as Exclude<Test[K], SameAs>;
}

const dayOf = (text: string): number => Date.parse(text.replaceAll('/', '-')) / 86_400_000;

function scan(test: Test): { readonly result: ScanResult; readonly names: readonly string[] } {
  const { params, coordinates } = test;
  const geo = tableOf(test, 'geo');
  const names = geo.map(([name]) => name);
  const at = new Map(names.map((name, i) => [name, i]));
  const first = params.start === undefined ? 0 : dayOf(params.start);
  const days = params.end === undefined ? 1 : dayOf(params.end) - first + 1;
  const cases = geo.map(() => new Float64Array(days));
  for (const [name, count, date] of tableOf(test, 'cases'))
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
  const population = tableOf(test, 'population');
  if (population === undefined) return { result: permutationScan(counts, options), names };
  const people = names.map(() => 0);
  for (const [name, , of] of population) people[at.get(name)!]! += of;
  return { result: poissonScan(counts, people, options), names };
}

describe('scan statistics against SaTScan', () => {
  if (!isThere) it.skip('agree with SaTScan (SKIPPED: no ../shared/reference)', () => undefined);
  else {
    it('has cases of both models, of space alone, and of low rates', () => {
      expect(new Set(tests.map(({ params }) => params.model))).toEqual(new Set(['discrete Poisson', 'space-time permutation'])); // prettier-ignore
      expect(tests.some(({ params }) => params.analysis === 'purely spatial')).toBe(true);
      expect(tests.some(({ params }) => params.scan === 'high and low')).toBe(true);
    });

    it.each(tests)('$id: every cluster, with its members, days, ratio, and p within Monte Carlo error', (test) => {
      const { result, names } = scan(test);
      expect(result.clusters.map(({ members }) => members.map((place) => names[place]))).toEqual(
        test.clusters.map(({ members }) => members),
      );
      for (const [i, wanted] of test.clusters.entries()) {
        const found = result.clusters[i]!;
        expect(found.observed).toBe(wanted.observed);
        expect(Math.abs(found.expected - wanted.expected)).toBeLessThanOrEqual(0.005001);
        expect(Math.abs(found.llr - wanted.llr)).toBeLessThanOrEqual(1e-6);
        const radius = Number(/\/ ([\d.]+)/.exec(wanted.center_radius)![1]);
        expect(Math.abs(found.radius - radius)).toBeLessThanOrEqual(0.005001);
        // Two independent estimates of 999 replicates each, five standard errors apart at most.
        const error = Math.sqrt((2 * wanted.pValue * (1 - wanted.pValue)) / 999);
        expect(Math.abs(found.p - wanted.pValue)).toBeLessThanOrEqual(5 * error);
        if (wanted.timeFrame === undefined) continue;
        const [from, to] = wanted.timeFrame.split(' to ').map((date) => Date.parse(date) / 86_400_000);
        expect(found.days).toBe(Math.round(to! - from! + 1));
      }
      // Standard errors of the median and the 95 % point of such maxima are near 0.06 and 0.15; five of a difference.
      expect(Math.abs(result.maxima[499]! - test.simulatedMaxLLR.q50)).toBeLessThan(0.4);
      expect(Math.abs(result.maxima[949]! - test.simulatedMaxLLR.q95)).toBeLessThan(1);
    });
  }
});
