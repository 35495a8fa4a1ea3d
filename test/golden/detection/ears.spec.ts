import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Series, type Detection, earsC1, earsC2, earsC3, VERDICT } from '#detection';

/** Outputs of R's surveillance::earsC, see ../shared/reference/detection/golden/README.md. */
const GOLDEN = resolve('../shared/reference/detection/golden');
const isThere = existsSync(join(GOLDEN, 'ears.json'));

interface Case {
  readonly id: string;
  readonly series: string;
  readonly params: {
    readonly method: 'C1' | 'C2' | 'C3';
    readonly baseline: number;
    readonly minSigma: number;
    readonly alpha: number;
  };
  readonly output: {
    /** Position of the first entry, from 1. */
    readonly first: number;
    readonly upperbound: readonly number[];
    readonly alarm: readonly (0 | 1)[];
    readonly baselineMean: readonly number[];
    readonly classicC3?: readonly number[];
  };
}

/** 1e-9 relative, as the README asks for. */
function expectEqual(found: Float64Array, expected: readonly number[], first: number): void {
  for (const [i, wanted] of expected.entries()) {
    const is = found[first - 1 + i]!;
    if (!(Math.abs(is - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)))) expect([i, is]).toEqual([i, wanted]);
  }
}

function detect(series: Series, { method, ...params }: Case['params'], formula: 'published' | 'surveillance'): Detection {
  const { baseline, minSigma, alpha } = params;
  const options = { baseline, minSigma, alpha, leastPresent: 1 };
  if (method === 'C3') return earsC3.detect(series, { ...options, formula });
  return (method === 'C1' ? earsC1 : earsC2).detect(series, options);
} // prettier-ignore

const read = <T>(name: string): T => JSON.parse(readFileSync(join(GOLDEN, name), 'utf8')) as T;
const cases = isThere ? read<{ cases: Case[] }>('ears.json').cases : [];
const observed = isThere ? read<Record<string, { observed: number[] }>>('series.json') : {};
const seriesOf = (name: string): Series => ({ start: 0, values: Float64Array.from(observed[name]!.observed) });

describe('EARS against R surveillance', () => {
  if (!isThere) it.skip('agrees with earsC (SKIPPED: no ../shared/reference)', () => undefined);
  else {
    it('has cases of every method', () => {
      expect(cases.length).toBeGreaterThanOrEqual(18);
      expect(new Set(cases.map(({ params }) => params.method))).toEqual(new Set(['C1', 'C2', 'C3']));
    });

    it.each(cases)('$id: bound, alarm and baseline are those of earsC', ({ series, params, output }) => {
      const { verdict, upperbound, expected } = detect(seriesOf(series), params, 'surveillance');
      const { first, upperbound: bounds, alarm, baselineMean } = output;
      expect(bounds.length).toBeGreaterThan(50);
      expectEqual(upperbound, bounds, first);
      expectEqual(expected, baselineMean, first);
      const found = verdict.subarray(first - 1, first - 1 + alarm.length);
      expect([...found]).toEqual(alarm.map((raised) => (raised === 1 ? VERDICT.alarm : VERDICT.none)));
      expect([...verdict.subarray(0, first - 1)].filter((of) => of === VERDICT.unknown).length).toBe(
        { C1: 0, C2: 2, C3: 4 }[params.method] + params.baseline,
      );
    });

    it.each(cases.filter(({ output }) => output.classicC3))('$id: the published C3', ({ series, params, output }) => {
      const { verdict, statistic, upperbound } = detect(seriesOf(series), params, 'published');
      const { values } = seriesOf(series);
      const z = 1.959963984540054;
      expect(params.alpha).toBe(0.025);
      expectEqual(statistic, output.classicC3!, output.first);
      for (const [i, sum] of output.classicC3!.entries()) {
        const day = output.first - 1 + i;
        expect(verdict[day]).toBe(sum > z && values[day]! > 0 ? VERDICT.alarm : VERDICT.none);
        expect(values[day]! > upperbound[day]!).toBe(verdict[day] === VERDICT.alarm);
      }
    });
  }
});
