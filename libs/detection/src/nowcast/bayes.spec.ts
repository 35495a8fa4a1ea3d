import { describe, expect, it } from '@jest/globals';
import { drawLogBeta, drawLogGamma, drawPoisson } from '../numeric/draws.js';
import { seededRandom } from '../random.js';
import { bayesNowcast } from './bayes.js';
import { quantileOfCounts, uninformed } from './final-counts.js';
import { smoothedNowcast } from './smoothed.js';

const TRIANGLE = [
  Float64Array.of(6, 3, 1),
  Float64Array.of(8, 2, 2),
  Float64Array.of(5, 4, NaN),
  Float64Array.of(7, NaN, NaN),
];
const OPTIONS = { truncated: false, prior: 0.5, most: 200, draws: 4000, seed: 3 };
const meanOf = (counts: Float64Array): number => counts.reduce((sum, p, count) => sum + p * count, 0);

describe('draws', () => {
  it('have the means and variances of their distributions', () => {
    const random = seededRandom(9);
    const moments = (draw: () => number): [number, number] => {
      const all = Array.from({ length: 20_000 }, draw);
      const mean = all.reduce((a, b) => a + b, 0) / all.length;
      return [mean, all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length];
    };
    const expectMoments = (draw: () => number, mean: number, variance: number): void => {
      const [m, v] = moments(draw);
      expect(Math.abs(m - mean)).toBeLessThan(5 * Math.sqrt(variance / 20_000));
      expect(Math.abs(v / variance - 1)).toBeLessThan(0.15);
    };
    for (const shape of [0.3, 1, 7.5]) expectMoments(() => Math.exp(drawLogGamma(random, shape)), shape, shape);
    for (const mean of [0.4, 12, 250]) expectMoments(() => drawPoisson(random, mean), mean, mean);
    expect(drawPoisson(random, 0)).toBe(0);
    expectMoments(() => Math.exp(drawLogBeta(random, 2, 5)), 2 / 7, 10 / (49 * 8));
  });
});

describe('the nowcast of Höhle and an der Heiden', () => {
  it('without a level is a distribution with the mean of a beta negative binomial, and certain where all is known', () => {
    const { rows } = bayesNowcast(TRIANGLE, { ...OPTIONS, most: 100_000 });
    // Columns 26, 9 and 3 of all rows, half a report more each: of those with delay 0, 26.5 of 39.5.
    expect(rows[3]!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(meanOf(rows[3]!)).toBeCloseTo(7 + (8 * 13) / 25.5, 2);
    expect(rows[0]![10]).toBe(1);
  });

  it('the shares that have arrived are those of the columns, or of what rows could have known', () => {
    const { arrived } = bayesNowcast(TRIANGLE, OPTIONS);
    expect([...arrived].map((share) => share.toFixed(9))).toEqual([26.5 / 39.5, 36 / 39.5, 1].map((share) => share.toFixed(9)));
    const truncated = bayesNowcast(TRIANGLE, { ...OPTIONS, truncated: true, level: { mean: 12, variance: 60 } });
    // Delay 2: 3 of the 22 of two rows; delay 1: 9 of the 28 of three.
    const two = 20 / 23.5;
    expect(truncated.arrived[1]).toBeCloseTo(two, 9);
    expect(truncated.arrived[0]).toBeCloseTo((19.5 / 29) * two, 9);
  }); // prettier-ignore

  it('with a level nobody believes in is near that of none, and a firm one pulls', () => {
    const level = (mean: number, variance: number): number =>
      meanOf(bayesNowcast(TRIANGLE, { ...OPTIONS, level: { mean, variance } }).rows[3]!);
    const { rows } = bayesNowcast(TRIANGLE, OPTIONS);
    expect(Math.abs(level(1000, 1e6) - meanOf(rows[3]!))).toBeLessThan(0.5);
    expect(level(40, 41)).toBeGreaterThan(level(10, 11) + 3);
  });

  it('refuses what it cannot have', () => {
    expect(() => bayesNowcast(TRIANGLE, { ...OPTIONS, truncated: true })).toThrow(RangeError);
    expect(() => bayesNowcast(TRIANGLE, { ...OPTIONS, most: 9 })).toThrow(RangeError);
    expect(() => bayesNowcast(TRIANGLE, { ...OPTIONS, level: { mean: 9, variance: 9 } })).toThrow(RangeError);
    expect(() => bayesNowcast([...TRIANGLE, new Float64Array(3).fill(NaN)], OPTIONS)).toThrow(RangeError);
  });
});

describe('who knows nothing of delays', () => {
  it('thinks every count possible, and the quantile on a step the next', () => {
    const counts = uninformed(19, 300);
    expect(counts[18]).toBe(0);
    expect(counts.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(quantileOfCounts(counts, 0.5)).toBe(160);
    expect(quantileOfCounts(Float64Array.of(0.2, 0.2), 0.5)).toBeNaN();
  });
});

describe('the smoothed nowcast', () => {
  it.each(['poisson', 'negative-binomial'] as const)('%s: finds what a steady level and its delays let one expect', (spread) => {
    const random = seededRandom(21);
    const rows = 15;
    const triangle = Array.from({ length: rows }, (_, at) =>
      Float64Array.from([0.5, 0.3, 0.2], (share, delay) => (at + delay < rows ? drawPoisson(random, 60 * share) : NaN)),
    );
    const drawn = smoothedNowcast(triangle, { spread, burnIn: 300, sweeps: 600, seed: 5 });
    expect(new Set(drawn[0]).size).toBe(1);
    const mean = drawn[rows - 1]!.reduce((a, b) => a + b, 0) / 600;
    const known = triangle[rows - 1]![0]!;
    // Half of what is usual is missing, give or take what the day itself says of its level.
    expect(Math.abs(mean - known - 30)).toBeLessThan(10);
  }); // prettier-ignore
});
