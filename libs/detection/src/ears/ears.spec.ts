import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Detection, type Series, VERDICT } from '../detector.js';
import { earsC1 } from './c1.js';
import { DAILY_C2, earsC2 } from './c2.js';
import { earsC3 } from './c3.js';
import { slowEars } from './ears.twin.js';
import type { EarsOptions } from './options.js';

const seriesOf = (values: readonly (number | null)[]): Series => ({
  start: 19_723,
  values: Float64Array.from(values, (value) => value ?? NaN),
});

const DETECTORS = {
  C1: (series: Series, options: EarsOptions): Detection => earsC1.detect(series, options),
  C2: (series: Series, options: EarsOptions): Detection => earsC2.detect(series, options),
  C3: (series: Series, options: EarsOptions): Detection => earsC3.detect(series, { ...options, formula: 'published' }),
} as const;
const METHODS = ['C1', 'C2', 'C3'] as const;
const C3_DEFAULTS = { ...earsC3.defaults, formula: 'published' } as const;

/** Equal to nine digits of the larger of the numbers and the size of what was added up. */
function expectNear(found: number, expected: number, size: number): void {
  if (found === expected) return;
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(expected), size));
}

describe('EARS', () => {
  it('C1 compares a day with the seven before it', () => {
    // Mean 4, squares of the departures 9 4 1 0 1 4 9: variance 28 / 6.
    const { verdict, upperbound, expected, statistic } = earsC1.detect(seriesOf([1, 2, 3, 4, 5, 6, 7, 11]), earsC1.defaults); // prettier-ignore
    const sd = Math.sqrt(28 / 6);
    expect(expected[7]).toBe(4);
    expect(statistic[7]).toBeCloseTo(7 / sd, 12);
    expect(upperbound[7]).toBeCloseTo(4 + 3.090232306167813 * sd, 12);
    expect([...verdict]).toEqual([...new Array<number>(7).fill(VERDICT.unknown), VERDICT.alarm]);
  });

  it('C2 leaves out the two days before, so that yesterday does not hide today', () => {
    const growing = [1, 2, 3, 4, 5, 6, 7, 40, 40, 40];
    expect(earsC2.detect(seriesOf(growing), earsC2.defaults).verdict[9]).toBe(VERDICT.alarm);
    expect(earsC1.detect(seriesOf(growing), earsC1.defaults).verdict[9]).toBe(VERDICT.none);
  });

  it('C3 adds up three days of which none is enough for C2', () => {
    // Mean 2 and standard deviation 1 in each of the three baselines: C2 is 2 on each day, and adds 1.
    const growing = [1, 3, 1, 3, 2, 1, 3, 1, 3, 4, 4, 4];
    const { verdict, statistic } = earsC3.detect(seriesOf(growing), C3_DEFAULTS);
    expect(statistic[11]).toBeCloseTo(3, 12);
    expect(verdict[11]).toBe(VERDICT.alarm);
    expect(earsC2.detect(seriesOf(growing), earsC2.defaults).verdict[11]).toBe(VERDICT.none);
  });

  it('a zero is a value, and a day without one is unknown and silences the days whose baseline holds it', () => {
    const values = [1, 2, 0, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4];
    expect(earsC1.detect(seriesOf(values), earsC1.defaults).verdict[7]).not.toBe(VERDICT.unknown);
    const gap = values.map((value, day) => (day === 9 ? null : value));
    const unknown = (detection: Detection): number[] =>
      [...detection.verdict.keys()].filter((day) => detection.verdict[day] === VERDICT.unknown);
    expect(unknown(earsC1.detect(seriesOf(gap), earsC1.defaults))).toEqual([0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16]); // prettier-ignore
    expect(unknown(earsC2.detect(seriesOf(gap), earsC2.defaults))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18]); // prettier-ignore
    expect(unknown(earsC2.detect(seriesOf(gap), { ...earsC2.defaults, leastPresent: 0.8 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9]); // prettier-ignore
  });

  it('a constant baseline: any increase is an alarm with minSigma 0, and none that minSigma covers', () => {
    const flat = [...new Array<number>(10).fill(5), 6, 5, 5, 5];
    for (const method of METHODS) {
      const { verdict } = DETECTORS[method](seriesOf(flat), { ...C3_DEFAULTS, baseline: 5 });
      expect(verdict[10]).toBe(VERDICT.alarm);
      expect(verdict[9]).toBe(VERDICT.none);
      const quiet = DETECTORS[method](seriesOf(flat), { ...C3_DEFAULTS, baseline: 5, minSigma: 1 });
      expect([...quiet.verdict]).not.toContain(VERDICT.alarm);
    }
  });

  it('never raises an alarm on a day of zero counts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 40 }), fc.constantFrom(...METHODS), (values, method) => {
        const { verdict } = DETECTORS[method](seriesOf(values), { ...C3_DEFAULTS, baseline: 3 });
        for (const [day, value] of values.entries()) if (value === 0) expect(verdict[day]).not.toBe(VERDICT.alarm);
      }),
    );
  });

  const values = fc.oneof(
    fc.array(fc.option(fc.nat(30), { freq: 8 }), { maxLength: 60 }),
    fc.array(fc.option(fc.nat(2 ** 32 - 1), { freq: 12 }), { maxLength: 60 }),
    fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { freq: 12 }), { maxLength: 60 }),
  );
  it.each(METHODS)('%s: one value that is not a small whole number, wherever it stands, is a value like any other', (method) => {
    const counts = fc.array(fc.nat(30), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(counts, fc.nat(59), fc.constantFrom(0.5, 1e9, -3), (given, where, odd) => {
        const mixed = given.map((value, day) => (day === where ? odd : value));
        const asked = { ...C3_DEFAULTS, baseline: 7, minSigma: 0.5 };
        const { verdict, upperbound } = DETECTORS[method](seriesOf(mixed), asked);
        for (const [day, value] of mixed.entries()) {
          const slow = slowEars(mixed, day, { method, ...asked });
          expect(verdict[day] === VERDICT.unknown).toBe(slow === undefined);
          if (!slow || method === 'C3') continue;
          expectNear(upperbound[day]!, slow.upperbound, 30);
          if (Math.abs(value - slow.upperbound) > 1e-6) expect(verdict[day] === VERDICT.alarm).toBe(value > slow.upperbound);
        }
      }),
    );
  }); // prettier-ignore

  it('what is found of one series stays as it is while others are judged', () => {
    const wanted = new Map<Detection, readonly number[]>();
    for (let seed = 1; seed <= 40; seed++) {
      const length = 200 + 97 * (seed % 7);
      const values = Array.from({ length }, (_, day) => (day * seed * 7919) % 31);
      const found = earsC2.detect(seriesOf(values), earsC2.defaults);
      wanted.set(found, [...found.upperbound, ...found.verdict]);
    }
    for (const [{ upperbound, verdict }, before] of wanted) expect([...upperbound, ...verdict]).toEqual(before);
  });

  const options = fc.record({
    baseline: fc.integer({ min: 2, max: 12 }),
    minSigma: fc.constantFrom(0, 0.5, 3),
    alpha: fc.constantFrom(0.001, 0.025, 0.2),
    leastPresent: fc.constantFrom(1, 0.75, 0.3),
  });

  it.each(METHODS)('%s agrees with its slow twin on any series', (method) => {
    fc.assert(
      fc.property(values, options, (given, asked) => {
        const { verdict, upperbound, statistic } = DETECTORS[method](seriesOf(given), asked);
        const size = given.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
        for (const day of given.keys()) {
          const slow = slowEars(given, day, { method, ...asked });
          expect(verdict[day] === VERDICT.unknown).toBe(slow === undefined);
          if (!slow) continue;
          const near = Math.abs(slow.upperbound - given[day]!) <= 1e-9 * size;
          if (!near) expect(verdict[day] === VERDICT.alarm).toBe(given[day]! > slow.upperbound);
          // A baseline whose deviation is rounding alone has no bound or statistic to compare; its verdict has been.
          const isRounding = Math.abs(statistic[day]!) > 1e6;
          if (!isRounding && method !== 'C3') {
            expectNear(upperbound[day]!, slow.upperbound, size);
            expectNear(statistic[day]!, slow.statistic, 1);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(METHODS)('%s: counts that are all larger by a number, or by a factor, have the same alarms', (method) => {
    const small = fc.array(fc.nat(50), { minLength: 20, maxLength: 50 });
    fc.assert(
      fc.property(small, fc.nat(100_000), fc.integer({ min: 1, max: 1000 }), (given, shift, factor) => {
        const asked = { ...C3_DEFAULTS, baseline: 6, minSigma: 1 };
        const plain = DETECTORS[method](seriesOf(given), asked);
        const shifted = DETECTORS[method](seriesOf(given.map((value) => value + shift)), asked);
        const scaled = DETECTORS[method](seriesOf(given.map((value) => value * factor)), { ...asked, minSigma: factor });
        for (const [day, value] of given.entries()) {
          if (plain.verdict[day] === VERDICT.unknown) continue;
          if (method !== 'C3') {
            expectNear(shifted.upperbound[day]!, plain.upperbound[day]! + shift, shift);
            expectNear(scaled.upperbound[day]!, plain.upperbound[day]! * factor, 1);
          }
          const isClear = Math.abs(value - plain.upperbound[day]!) > 1e-6 && value > 0;
          if (isClear) expect([shifted.verdict[day], scaled.verdict[day]]).toEqual([plain.verdict[day], plain.verdict[day]]);
        }
      }),
    );
  }); // prettier-ignore

  it('a day has the verdict that its reach alone gives it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 40, maxLength: 70 }),
        fc.integer({ min: 0, max: 1 }),
        (given, c) => {
          const [detector, method] = c === 0 ? [earsC1, 'C1' as const] : [earsC2, 'C2' as const];
          const reach = detector.reach(detector.defaults);
          const whole = DETECTORS[method](seriesOf(given), detector.defaults);
          const cut = DETECTORS[method](seriesOf(given.slice(-reach - 1)), detector.defaults);
          expect(cut.upperbound.at(-1)).toBe(whole.upperbound.at(-1));
          expect(cut.verdict.at(-1)).not.toBe(VERDICT.unknown);
          const short = DETECTORS[method](seriesOf(given.slice(-reach)), detector.defaults);
          expect(short.verdict.at(-1)).toBe(VERDICT.unknown);
        },
      ),
    );
    const c3 = seriesOf(Array.from({ length: 12 }, (_, day) => day % 4));
    expect(earsC3.reach(earsC3.defaults)).toBe(11);
    expect(earsC3.detect(c3, C3_DEFAULTS).verdict[11]).not.toBe(VERDICT.unknown);
    expect(earsC3.detect(c3, C3_DEFAULTS).verdict[10]).toBe(VERDICT.unknown);
  });

  it('the daily setting lets two weekdays of four weeks be missing, and not more', () => {
    const days = (missing: number): (number | null)[] =>
      Array.from({ length: 31 }, (_, day) => (day < missing ? null : 3 + (day % 3)));
    expect(earsC2.detect(seriesOf(days(8)), DAILY_C2).verdict[30]).toBe(VERDICT.none);
    expect(earsC2.detect(seriesOf(days(9)), DAILY_C2).verdict[30]).toBe(VERDICT.unknown);
  });

  it.each([
    { ...earsC2.defaults, baseline: 1 },
    { ...earsC2.defaults, baseline: 7.5 },
    { ...earsC2.defaults, alpha: 0 },
    { ...earsC2.defaults, minSigma: -1 },
    { ...earsC2.defaults, leastPresent: 1.1 },
  ])('refuses %j', (asked) => {
    for (const method of METHODS) expect(() => DETECTORS[method](seriesOf([1, 2]), asked)).toThrow(RangeError);
  });
});
