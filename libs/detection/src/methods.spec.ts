import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VERDICT } from './detector.js';
import { type Observed, rowAt } from './method.js';
import { METHODS } from './methods.js';

/** Settings with which short series are judged too; those of the reference where nothing is said. */
const QUICK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'farrington-flexible': { b: 1, noPeriods: 3, pastWeeksNotIncluded: 5 },
  'farrington-1996': { b: 1 },
  'rnssp-farrington': { B: 1, g: 5, p: 3 },
  'negative-binomial': { leastTrain: 100, train: 365, refit: 60 },
  'seasonal-ewma': { leastTrain: 100, train: 365, refit: 60, level: 28 },
  'rnssp-nbinom': { baseline: 60 },
  serfling: { baseline: 104 },
  cusum: { train: 40 },
  glr: { train: 120 },
  cdc: { b: 1 },
};

/** One that looks back as far as a day weighs 10⁻⁴ agrees to that. */
const DIGITS: Readonly<Record<string, number>> = { 'seasonal-ewma': 3 };

/** Farrington of Rnssp, CDC and their like are of weeks. */
const WEEKLY = new Set(['farrington-1996', 'rnssp-farrington', 'rnssp-nbinom', 'serfling', 'cdc', 'rki-2', 'rki-3']);
const POINTS = 150;
const START = 19_723;

const frameOf = (id: string): Omit<Observed, 'values'> =>
  WEEKLY.has(id) ? { start: START, stepDays: 7, perYear: 52 } : { start: START };

/** Years of days for the one that looks back a year in days; else few points. */
const pointsOf = (id: string): number => (id === 'farrington-flexible' ? 460 : POINTS);

/** A steady series with a weekday and a little noise that repeats. */
function steady(id: string, points = pointsOf(id)): Observed {
  const values = Float64Array.from({ length: points }, (_, at) => 20 + ((at * 7) % 5) + (at % 7 === 3 ? 4 : 0) + ((at * at) % 3)); // prettier-ignore
  return { ...frameOf(id), values, population: values.map(() => 1000) }; // prettier-ignore
}

function withValue(series: Observed, from: number, value: number): Observed {
  return { ...series, values: series.values.slice().fill(value, from) };
}

const IDS = [...METHODS.keys()];
const run = (id: string, series: Observed, more: Readonly<Record<string, unknown>> = {}) =>
  METHODS.get(id)!.run(series, { ...QUICK[id], ...more });

describe('every method', () => {
  it('is in the table', () => {
    expect(IDS.length).toBeGreaterThanOrEqual(24);
  });

  it.each(IDS)('%s: a steady series has no alarm at its end, and a large jump has', (id) => {
    const series = steady(id);
    const last = series.values.length - 1;
    const quiet = rowAt(run(id, series), series, last);
    expect(quiet.verdict).toBe('none');
    // Seven days, or a week: methods that look at one day find it too.
    const jump = withValue(series, WEEKLY.has(id) ? last : last - 6, 400);
    const verdicts = Array.from({ length: 7 }, (_, back) => rowAt(run(id, jump), jump, last - back).verdict);
    expect(verdicts).toContain('alarm');
  });

  it.each(IDS)('%s: the more unusual a day, the higher its score', (id) => {
    const series = steady(id);
    const last = series.values.length - 1;
    const scores = [25, 30, 60, 200].map((value) => run(id, withValue(series, last, value)).score[last]!);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores.at(-1)).toBeGreaterThan(scores[0]!);
  });

  it.each(IDS)('%s: a missing day is unknown, and a missing week is survived', (id) => {
    const series = steady(id);
    const last = series.values.length - 1;
    const gap = withValue(series, last, NaN);
    expect(rowAt(run(id, gap), gap, last)).toMatchObject({ verdict: 'unknown', reason: 'noValue' });
    const holes = { ...series, values: series.values.slice().fill(NaN, last - 40, last - 39) };
    // Four weeks of which one is missing make no sum.
    if (id !== 'cdc') expect(rowAt(run(id, holes), holes, last).verdict).not.toBe('unknown');
  });

  it.each(IDS)('%s: zeros alone raise no alarm', (id) => {
    const series = withValue(steady(id), 0, 0);
    expect([...run(id, series).verdict]).not.toContain(VERDICT.alarm);
  });

  it.each(IDS)('%s: days that are excluded leave no trace in the judgement of the last', (id) => {
    const series = steady(id);
    const last = series.values.length - 1;
    const [from, to] = [last - 30, last - 28];
    const excluded = Uint8Array.from(series.values, (_, at) => Number(at >= from && at < to));
    const judge = (value: number): string => {
      const values = series.values.slice().fill(value, from, to);
      const { verdict, expected } = rowAt(run(id, { ...series, values, excluded }), { ...series, values }, last);
      return `${verdict} ${expected.toFixed(9)}`;
    };
    expect(judge(900)).toBe(judge(1));
  });

  it.each(IDS)('%s: what is judged of a day does not depend on the days that are asked for', (id) => {
    const series = steady(id);
    const end = series.values.length;
    const method = METHODS.get(id)!;
    const whole = method.run(series, QUICK[id]);
    const part = method.run(series, QUICK[id], { first: end - 3, end });
    for (let at = end - 3; at < end; at++) {
      expect(part.verdict[at]).toBe(whole.verdict[at]);
      expect(part.expected[at]).toBeCloseTo(whole.expected[at]!, 9);
      if (id !== 'outbreak-p') expect(part.statistic[at]).toBeCloseTo(whole.statistic[at]!, DIGITS[id] ?? 9);
    }
    expect(part.verdict[end - 4]).toBe(VERDICT.unknown);
  });

  it.each(IDS)('%s: the steps that it reaches back are enough', (id) => {
    const method = METHODS.get(id)!;
    const reach = method.reach(QUICK[id]);
    // The fits of the latter begin at positions counted from the beginning of the series.
    if (reach === Infinity || id === 'seasonal-ewma') return;
    const series = steady(id, reach + 80);
    const last = series.values.length - 1;
    const from = last - reach;
    const step = series.stepDays ?? 1;
    const cut = {
      ...series,
      start: START + from * step,
      values: series.values.slice(from),
      population: series.values.slice(from).fill(1000),
    };
    const whole = rowAt(method.run(series, QUICK[id], { first: last, end: last + 1 }), series, last);
    const part = rowAt(method.run(cut, QUICK[id], { first: reach, end: reach + 1 }), cut, reach);
    expect(part.verdict).toBe(whole.verdict);
    expect(whole.verdict).not.toBe('unknown');
    expect(part.expected).toBeCloseTo(whole.expected, DIGITS[id] ?? 6);
    expect(part.statistic).toBeCloseTo(whole.statistic, DIGITS[id] ?? 6);
  });

  it.each(IDS)('%s: never throws, and never says NaN where it judges', (id) => {
    const value = fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, { weight: 2, arbitrary: fc.constant(NaN) }, fc.constantFrom(0, 1e7)); // prettier-ignore
    const size =
      id === 'farrington-flexible' ? { minLength: 370, maxLength: 400 } : { minLength: 0, maxLength: POINTS };
    const share = fc.constantFrom(1, 1, 1, 0.4, NaN);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, share), size), (given) => {
        const values = Float64Array.from(given, ([one]) => one);
        const completeness = Float64Array.from(given, ([, one]) => one);
        const series = { ...frameOf(id), values, completeness, population: values.map(() => 1e8) }; // prettier-ignore
        const found = run(id, series);
        for (let at = 0; at < values.length; at++) {
          const { verdict, reason, score, statistic, expected } = rowAt(found, series, at);
          expect(verdict === 'unknown').toBe(reason !== 'none');
          if (verdict === 'unknown') continue;
          expect([score, statistic, expected].map(Number.isNaN)).toEqual([false, false, false]);
          if (values[at] === 0) expect(verdict).toBe('none');
        }
      }),
      { numRuns: id === 'negative-binomial' || id === 'farrington-flexible' ? 8 : 40 },
    );
  });
});
