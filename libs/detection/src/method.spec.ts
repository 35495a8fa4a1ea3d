import { describe, expect, it } from '@jest/globals';
import { VERDICT } from './detector.js';
import { rowAt } from './method.js';
import { METHODS } from './methods.js';

const c2 = METHODS.get('ears-c2')!;
const DAYS = 40;
const steady = (): Float64Array => Float64Array.from({ length: DAYS }, (_, day) => 10 + (day % 3));
const last = DAYS - 1;

/** The verdict and reason of the last day. */
function lastOf(given: { values: Float64Array; completeness?: Float64Array; excluded?: Uint8Array }): string[] {
  const series = { start: 20_000, ...given };
  const { verdict, reason } = rowAt(c2.run(series), series, last);
  return [verdict, reason];
}

const at = (day: number, value: number, of = steady()): Float64Array => of.fill(value, day, day + 1);

describe('a method of the table', () => {
  it('has an id, bounds for each parameter, and defaults within them', () => {
    for (const [id, method] of METHODS) {
      expect(method.id).toBe(id);
      expect(() => method.reach()).not.toThrow();
      for (const parameter of Object.values(method.parameters)) {
        expect(parameter.read(parameter.default)).toBe(parameter.default);
        expect(parameter.read(parameter.reference)).toBe(parameter.reference);
      }
    }
  });

  it('calls a day unknown, and says why', () => {
    expect(lastOf({ values: at(last, NaN) })).toEqual(['unknown', 'noValue']);
    expect(lastOf({ values: steady().fill(NaN, 5, last) })).toEqual(['unknown', 'shortBaseline']);
    expect(lastOf({ values: at(last, 11) })).toEqual(['none', 'none']);
    expect(lastOf({ values: at(last, 60) })).toEqual(['alarm', 'none']);
  });

  it('a day that is not complete is unknown, unless what there is of it is an alarm already', () => {
    const completeness = at(last, 0.5, new Float64Array(DAYS).fill(1));
    expect(lastOf({ values: at(last, 6), completeness })).toEqual(['unknown', 'incomplete']);
    expect(lastOf({ values: at(last, 60), completeness })).toEqual(['alarm', 'none']);
  });

  it('a day that is excluded, or not complete, is in no baseline', () => {
    const burst = at(30, 500, at(last, 20));
    expect(lastOf({ values: burst })).toEqual(['none', 'none']);
    expect(lastOf({ values: burst, excluded: Uint8Array.from({ length: DAYS }, (_, day) => Number(day === 30)) })).toEqual(['alarm', 'none']); // prettier-ignore
    expect(lastOf({ values: burst, completeness: at(30, 0.9, new Float64Array(DAYS).fill(1)) })).toEqual(['alarm', 'none']); // prettier-ignore
  });

  it('no method raises an alarm on a day of zero', () => {
    const values = at(
      last,
      0,
      Float64Array.from({ length: DAYS }, (_, day) => -20 - (day % 2)),
    );
    expect(c2.run({ start: 0, values }, { compat: true }).verdict[last]).toBe(VERDICT.alarm);
    expect(lastOf({ values })).toEqual(['none', 'none']);
  });

  it('refuses what is not a parameter, and what is out of bounds', () => {
    const series = { start: 0, values: steady() };
    expect(() => c2.run(series, { baseline: 1 })).toThrow('baseline: expected 2 to 3660');
    expect(() => c2.run(series, { baseline: 7.5 })).toThrow('baseline');
    expect(() => c2.run(series, { alpha: 'much' })).toThrow('alpha');
    expect(() => c2.run(series, { window: 7 })).toThrow('window: no such parameter; there are baseline');
  });

  it('with compat, has the parameters of the reference for those that are not given', () => {
    const series = { start: 0, values: steady() };
    expect(c2.run(series, { compat: true }).expected[9]).not.toBeNaN();
    expect(c2.run(series).expected[9]).toBeNaN();
    expect([c2.reach(), c2.reach({ compat: true }), c2.reach({ baseline: '14' })]).toEqual([30, 9, 16]);
  });
});
