import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAILY_C2, earsC2 } from '../ears/c2.js';
import { VERDICT } from '../detector.js';
import { methodOf } from '../method.js';
import { detectAsOf } from './as-of.js';
import { MATCHING, matchedSeries } from './matched-series.js';

const DAYS = 40;
const C2 = { method: methodOf(earsC2), parameters: { leastPresent: 0.7 } };

/** Ten reporters of different size that vary by weekday; `today` is what each reports on the last day. */
function region(today: (reporter: number, usual: number) => number): Float64Array[] {
  return Array.from({ length: 10 }, (_, reporter) => {
    const usual = (day: number): number => 4 * (reporter + 1) + ((day * 5 + reporter) % 7);
    const counts = Float64Array.from({ length: DAYS + 1 }, (_, day) => usual(day));
    counts[DAYS] = today(reporter, usual(DAYS));
    return counts;
  });
}

const hasReported = (reporter: number): boolean => reporter % 2 === 0;

describe('an incomplete day, judged by matched reporters', () => {
  it('raises no false alarm and hides no drop when half has reported the usual', () => {
    const found = detectAsOf({ start: 0, counts: region((i, usual) => (hasReported(i) ? usual : NaN)) }, C2);
    expect(found.judged).toBe('quiet');
    expect(found.completeness).toBe(0.5);
    expect(Math.abs(found.value / found.expected - 1)).toBeLessThan(0.2);
  });

  it('shows a real rise among the half that has reported, where the plain sum shows a drop', () => {
    const counts = region((i, usual) => (hasReported(i) ? usual * 1.5 : NaN));
    expect(detectAsOf({ start: 0, counts }, C2).judged).toBe('alarm');
    const sum = Float64Array.from({ length: DAYS + 1 }, (_, day) =>
      counts.reduce((total, series) => total + (Number.isNaN(series[day]!) ? 0 : series[day]!), 0),
    );
    expect(earsC2.detect({ start: 0, values: sum }, DAILY_C2).verdict[DAYS]).toBe(VERDICT.none);
  });

  it('waits while fewer have reported than the least share, by weight', () => {
    const counts = region((i) => (i < 2 ? 1000 : NaN));
    const weights = [3, 3, 1, 1, 1, 1, 1, 1, 1, 1];
    expect(detectAsOf({ start: 0, counts, weights }, C2).judged).toBe('alarm');
    const found = detectAsOf({ start: 0, counts, weights: weights.map((_, i) => (i < 2 ? 1 : 2)) }, C2);
    expect(found).toMatchObject({ judged: 'early', completeness: 2 / 18, value: NaN });
  });

  it('cannot tell where those who have reported have no past', () => {
    const counts = region((_, usual) => usual).map((series) => series.fill(NaN, 0, DAYS));
    expect(detectAsOf({ start: 0, counts }, C2)).toMatchObject({ judged: 'unknown', completeness: 1, matched: 0 });
    const short = region((_, usual) => usual).map((series) => series.slice(-10));
    expect(detectAsOf({ start: 0, counts: short }, C2)).toMatchObject({ judged: 'unknown', matched: 10 });
  });

  it('a complete day of reporters that were never missed is the detector over their sum', () => {
    const count = fc.nat(30);
    const series = fc.array(fc.array(count, { minLength: 35, maxLength: 35 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(series, (lists) => {
        const found = detectAsOf({ start: 0, counts: lists.map((list) => Float64Array.from(list)) }, C2);
        const sum = Float64Array.from({ length: 35 }, (_, day) => lists.reduce((total, list) => total + list[day]!, 0));
        const plain = earsC2.detect({ start: 0, values: sum }, DAILY_C2);
        expect(found.judged).toBe(plain.verdict[34] === VERDICT.alarm ? 'alarm' : 'quiet');
        expect([found.value, found.upperbound]).toEqual([sum[34], plain.upperbound[34]]);
        expect([found.completeness, found.matched]).toEqual([1, lists.length]);
      }),
    );
  });

  it('does not depend on the counts of who has not reported today', () => {
    const other = (scale: number): ReturnType<typeof detectAsOf> => {
      const counts = region((i, usual) => (hasReported(i) ? usual : NaN));
      return detectAsOf({ start: 0, counts: counts.map((s, i) => (hasReported(i) ? s : s.map((n) => n * scale))) }, C2);
    };
    const { usualShare: _one, ...found } = other(1);
    const { usualShare: _two, ...scaled } = other(9);
    expect(scaled).toEqual(found);
  });
});

describe('the series of matched reporters', () => {
  const full = (value: number): Float64Array => new Float64Array(9).fill(value);

  it('raises a past day that lacks a small reporter by what that usually counts', () => {
    const [large, small] = [full(30), full(10)];
    small[4] = NaN;
    const { series, matched } = matchedSeries({ start: 0, counts: [large, small] }, MATCHING);
    expect(matched).toEqual([0, 1]);
    expect([...series.values]).toEqual(new Array(9).fill(40));
  });

  it('has no value on a past day that lacks a large one', () => {
    const [large, small] = [full(30), full(10)];
    large[4] = NaN;
    const { series } = matchedSeries({ start: 0, counts: [large, small] }, MATCHING);
    expect(series.values[4]).toBeNaN();
    expect(series.values[5]).toBe(40);
  });

  it('leaves out who was there too seldom, but counts it as having reported', () => {
    const fresh = full(500);
    fresh.fill(NaN, 0, 3);
    const { series, matched, completeness } = matchedSeries({ start: 0, counts: [full(2), fresh] }, MATCHING);
    expect([matched, completeness]).toEqual([[0], 1]);
    expect([...series.values]).toEqual(new Array(9).fill(2));
  });

  it('takes earlier days from the totals of the region, by the usual share of who has reported', () => {
    const late = full(10);
    late[8] = NaN;
    const earlier = Float64Array.of(80, NaN, 120);
    const { series } = matchedSeries({ start: 100, counts: [full(30), late], earlier }, MATCHING);
    expect(series.start).toBe(97);
    expect([...series.values]).toEqual([60, NaN, 90, ...new Array<number>(9).fill(30)]);
  });

  it('a reported zero is a value, and a region of zeros has a past', () => {
    const { series, usualShare } = matchedSeries({ start: 0, counts: [full(0), full(0)] }, MATCHING);
    expect([...series.values]).toEqual(new Array(9).fill(0));
    expect(usualShare).toBeNaN();
  });

  it.each([[[]], [[new Float64Array(0)]], [[new Float64Array(2), new Float64Array(3)]]])('refuses %j', (counts) => {
    expect(() => matchedSeries({ start: 0, counts }, MATCHING)).toThrow(RangeError);
  });

  it('refuses weights of others', () => {
    expect(() => matchedSeries({ start: 0, counts: [full(1)], weights: [1, 2] }, MATCHING)).toThrow(RangeError);
  });
});
