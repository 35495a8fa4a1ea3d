import { describe, expect, it } from '@jest/globals';
import { VERDICT } from '../detector.js';
import { seededRandom } from '../random.js';
import { fitSeason } from './season.js';
import { seasonalEwma } from './seasonal-ewma.js';

const OPTIONS = seasonalEwma.defaults;

/** Days of Poisson counts about a level with a yearly wave and busy Mondays (day 4 is one). */
function world(days: number, { level, seed }: { level: number; seed: number }): { values: Float64Array; means: Float64Array } {
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: days }, (_, at) =>
    level * Math.exp(0.5 * Math.cos((2 * Math.PI * at) / 365.25) + (at % 7 === 4 ? 0.4 : 0)));
  const draw = (mean: number): number => {
    let count = -1;
    for (let at = 0; at < mean; count++) at -= Math.log((random.next() + 1) / 2 ** 32);
    return Math.max(0, count);
  };
  return { values: means.map(draw), means };
} // prettier-ignore

describe('the season', () => {
  it('finds the means that counts were drawn with', () => {
    const { values, means } = world(1100, { level: 40, seed: 1 });
    const season = fitSeason({ start: 0, values }, { from: 0, end: 1000 })!;
    for (let at = 1000; at < 1100; at++) expect(Math.abs(season.meanAt(at) / means[at]! - 1)).toBeLessThan(0.08);
    expect(Math.abs(season.dispersion - 1)).toBeLessThan(0.2);
  });

  it('passes over days without a value, and needs some with one', () => {
    const { values } = world(800, { level: 40, seed: 2 });
    const holes = values.map((value, at) => (at % 10 === 3 ? NaN : value));
    const season = fitSeason({ start: 0, values: holes }, { from: 0, end: 800 })!;
    const whole = fitSeason({ start: 0, values }, { from: 0, end: 800 })!;
    expect(Math.abs(season.meanAt(810) / whole.meanAt(810) - 1)).toBeLessThan(0.05);
    expect(fitSeason({ start: 0, values: new Float64Array(800) }, { from: 0, end: 800 })).toBeUndefined();
    expect(fitSeason({ start: 0, values: values.slice(0, 40) }, { from: 0, end: 40 })).toBeUndefined();
  });
});

describe('the seasonal EWMA', () => {
  const { values } = world(900, { level: 30, seed: 3 });

  it('raises an alarm by the third day of a rise by half, and seldom without one', () => {
    const raised = values.map((value, at) => (at >= 880 && at < 890 ? Math.round(value * 1.6) : value));
    const { verdict } = seasonalEwma.detect({ start: 0, values: raised }, OPTIONS, { first: 880, end: 883 });
    expect([...verdict.subarray(880, 883)]).toContain(VERDICT.alarm);
    const quiet = seasonalEwma.detect({ start: 0, values }, OPTIONS, { first: 400, end: 900 });
    const alarms = quiet.verdict.filter((of) => of === VERDICT.alarm).length;
    // A hundredth of 500 days; more than 15 has a probability below 1 in 10,000.
    expect(alarms).toBeLessThanOrEqual(15);
  });

  it('follows a lasting change of level within some weeks', () => {
    const moved = values.map((value, at) => (at >= 780 ? Math.round(value * 1.4) : value));
    const { verdict, expected } = seasonalEwma.detect({ start: 0, values: moved }, OPTIONS, { first: 780, end: 900 });
    const alarmsIn = (from: number, to: number): number => verdict.subarray(from, to).filter((of) => of === VERDICT.alarm).length; // prettier-ignore
    expect(alarmsIn(780, 794)).toBeGreaterThan(7);
    expect(alarmsIn(870, 900)).toBeLessThan(8);
    const plain = seasonalEwma.detect({ start: 0, values }, OPTIONS, { first: 890, end: 891 }).expected[890]!;
    expect(expected[890]! / plain).toBeGreaterThan(1.2);
  });

  it('a day has the verdict and the numbers that its reach alone gives it', () => {
    const options = { ...OPTIONS, train: 400, leastTrain: 200 };
    const whole = seasonalEwma.detect({ start: 0, values }, options, { first: 890, end: 895 });
    const day = 892;
    const alone = seasonalEwma.detect({ start: 0, values }, options, { first: day, end: day + 1 });
    expect(alone.verdict[day]).toBe(whole.verdict[day]);
    expect(alone.statistic[day]).toBeCloseTo(whole.statistic[day]!, 2);
    expect(alone.verdict[day - 1]).toBe(VERDICT.unknown);
  });

  it('there is an alarm exactly where the value is above the bound, and p is below alpha', () => {
    const found = seasonalEwma.detect({ start: 0, values }, { ...OPTIONS, alpha: 0.2 }, { first: 400, end: 900 });
    let alarms = 0;
    for (let at = 400; at < 900; at++) {
      const isAlarm = found.verdict[at] === VERDICT.alarm;
      expect(isAlarm).toBe(values[at]! > found.upperbound[at]!);
      expect(isAlarm).toBe(found.pValueAt(at) < 0.2);
      if (isAlarm) alarms++;
    }
    expect(alarms).toBeGreaterThan(40);
  });

  it('a year is too short for it, and days without a value are unknown', () => {
    const short = seasonalEwma.detect({ start: 0, values: values.slice(0, 371) }, OPTIONS);
    expect([...short.verdict].every((of) => of === VERDICT.unknown)).toBe(true);
    const gap = values.map((value, at) => (at === 850 ? NaN : value));
    const found = seasonalEwma.detect({ start: 0, values: gap }, OPTIONS, { first: 850, end: 852 });
    expect([found.verdict[850], found.verdict[851] === VERDICT.unknown]).toEqual([VERDICT.unknown, false]);
  });
});
