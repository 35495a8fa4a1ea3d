import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Random, seededRandom } from '../random.js';
import { completed, delayShares } from './chain-ladder.js';
import { dispersionOf } from './dispersion.js';
import { lawless } from './lawless.js';
import { dispersions, nowcast } from './nowcast.js';
import { nowcastOfReporters } from './of-reporters.js';
import { intervalOf, quantileOf } from './predictive.js';
import { intervalScore, isCovered, weightedIntervalScore } from './score.js';
import { asKnownBefore, type ReportingTriangle } from './triangle.js';

const OPTIONS = { history: 40, retrospective: 40, leastKnown: 0.2 };

/** Poisson by counting exponential waits; for small means. */
function poissonOf(random: Random, mean: number): number {
  let count = -1;
  for (let at = 0; at < mean; count++) at -= Math.log((random.next() + 1) / 2 ** 32);
  return Math.max(0, count);
}

/** Rows of Poisson counts of the given mean with the given shares; the last rows know as many delays as a daily triangle. */
function drawn(random: Random, { rows, mean, shares }: { rows: number; mean: number; shares: readonly number[] }): Float64Array[] {
  return Array.from({ length: rows }, () => Float64Array.from(shares, (share) => poissonOf(random, mean * share)));
} // prettier-ignore

const cut = (whole: ReportingTriangle): Float64Array[] =>
  whole.map((row, at) => row.map((count, delay) => (at + delay < whole.length ? count : NaN)));

describe('the chain ladder', () => {
  it('has the shares of the columns where all is known, and leaves known cells alone', () => {
    const whole = [Float64Array.of(6, 3, 1), Float64Array.of(4, 3, 3)];
    expect([...delayShares(whole)]).toEqual([0.5, 0.3, 0.2]);
    expect(completed(whole, delayShares(whole))).toEqual(whole);
  });

  it('completes a triangle by hand', () => {
    const triangle = [Float64Array.of(10, 5, 5), Float64Array.of(20, 10, NaN), Float64Array.of(6, NaN, NaN)];
    // Column 1: 15 of 30 before it, so 6 becomes 3. Column 2: 5 of 15, so 30 becomes 10 and 9 becomes 3.
    const shares = [36 / 72, 18 / 72, 18 / 72];
    expect([...delayShares(triangle)].map((share) => share.toFixed(12))).toEqual(shares.map((of) => of.toFixed(12)));
    const [, second, third] = completed(triangle, Float64Array.from(shares));
    expect(second![2]).toBeCloseTo((0.25 * (30 + 0.25)) / 0.75, 12);
    expect(third![1]).toBeCloseTo((0.25 * (6 + 0.5)) / 0.5, 12);
    expect(third![2]).toBeCloseTo((0.25 * (6 + 3.25 + 0.25)) / 0.75, 12);
  });

  it('finds the shares that reports were drawn with', () => {
    const shares = [0.4, 0.3, 0.2, 0.1];
    const found = delayShares(cut(drawn(seededRandom(1), { rows: 400, mean: 20, shares })));
    for (const [delay, share] of shares.entries()) expect(Math.abs(found[delay]! - share)).toBeLessThan(0.03);
  });

  it.each([[[]], [[new Float64Array(0)]], [[Float64Array.of(1), Float64Array.of(1, 2)]], [[Float64Array.of(NaN, 1)]], [[Float64Array.of(-1)]]])('refuses %j', (triangle) => {
    expect(() => delayShares(triangle)).toThrow(RangeError);
  }); // prettier-ignore

  it('knows in hindsight what was known then', () => {
    const whole = cut([Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6), Float64Array.of(7, 8, 9), Float64Array.of(10, 11, 12)]); // prettier-ignore
    expect(asKnownBefore(whole, 1)).toEqual([Float64Array.of(1, 2, 3), Float64Array.of(4, 5, NaN), Float64Array.of(7, NaN, NaN)]); // prettier-ignore
  });
});

describe('the nowcast', () => {
  it('its interval of 90 % encloses what comes about nine times in ten, whether delays vary or not', () => {
    for (const spread of [0, 0.3]) {
      const random = seededRandom(11 + spread);
      let [covered, n] = [0, 0];
      for (let world = 0; world < 12; world++) {
        const whole = Array.from({ length: 110 }, () => {
          const early = 0.4 + spread * (random.next() / 2 ** 32 - 0.5);
          return Float64Array.of(
            poissonOf(random, 30 * early),
            poissonOf(random, 30 * (0.8 - early)),
            poissonOf(random, 6),
          );
        });
        for (let rows = 84; rows <= 110; rows += 3) {
          for (const found of nowcast(cut(whole.slice(0, rows)), OPTIONS)) {
            const truth = whole[found.row]!.reduce((sum, count) => sum + count, 0);
            if (isCovered(intervalOf(found, 0.9), truth)) covered++;
            n++;
          }
        }
      }
      expect(n).toBeGreaterThan(200);
      expect(Math.abs(covered / n - 0.9)).toBeLessThan(0.1);
    }
  });

  it('says nothing while less than the least share is known', () => {
    const triangle = cut(drawn(seededRandom(2), { rows: 80, mean: 40, shares: [0.05, 0.9, 0.05] }));
    expect(nowcast(triangle, OPTIONS).map(({ row }) => row)).toEqual([78]);
    expect(nowcast(triangle, { ...OPTIONS, leastKnown: 0.01 }).map(({ row }) => row)).toEqual([79, 78]);
  });

  it('a triangle too short for hindsight has a Poisson spread, and no dispersion', () => {
    const triangle = cut(drawn(seededRandom(3), { rows: 20, mean: 40, shares: [0.5, 0.5] }));
    expect(dispersions(triangle, { ...OPTIONS, history: 20 })).toBeUndefined();
    expect(nowcast(triangle, { ...OPTIONS, history: 20 })[0]!.size).toBe(Infinity);
  });

  it('nowcasts the hours of today under days that are complete', () => {
    const whole = drawn(seededRandom(4), { rows: 90, mean: 60, shares: [0.3, 0.3, 0.4] });
    const found = nowcast(
      [...whole.slice(0, -1), whole.at(-1)!.map((count, hour) => (hour === 0 ? count : NaN))],
      OPTIONS,
    );
    expect(found.map(({ row }) => row)).toEqual([89]);
    expect(found[0]!.knownShare).toBeCloseTo(0.3, 1);
  });
});

describe('the spread', () => {
  it('has the size that a fine grid finds likeliest', () => {
    const random = seededRandom(5);
    const means = Array.from({ length: 60 }, (_, i) => 5 + (i % 7) * 10);
    const counts = means.map((mean) => poissonOf(random, mean * (0.5 + random.next() / 2 ** 32)));
    const logFactorial = (n: number): number => Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0); // prettier-ignore
    const rising = (size: number, n: number): number => Array.from({ length: n }, (_, i) => Math.log(size + i)).reduce((a, b) => a + b, 0); // prettier-ignore
    const likelihood = (size: number): number =>
      counts.reduce((sum, count, i) => {
        const mean = means[i]! + 0.001;
        return sum + rising(size, count) - logFactorial(count) + size * Math.log(size / (size + mean)) + count * Math.log(mean / (size + mean)); // prettier-ignore
      }, 0);
    const grid = Array.from({ length: 800 }, (_, i) => 0.1 * 10 ** ((4 * i) / 799));
    const found = grid.map(likelihood);
    const best = grid[found.indexOf(Math.max(...found))]!;
    const { size } = dispersionOf(counts, means);
    expect(Math.abs(Math.log(size / best))).toBeLessThan(0.0116);
  });

  it('is Poisson where counts vary less than that', () => {
    expect(dispersionOf([10, 10, 10, 10], [10, 10, 10, 10]).size).toBe(1000);
  });
});

describe('the interval', () => {
  it('encloses nearly its level, by the sum of its probabilities, and no shorter range is likelier', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 80, noNaN: true }), fc.double({ min: 0.5, max: 50, noNaN: true }), fc.constantFrom(0.5, 0.9), (missing, size, level) => {
        const density = [(size / (size + missing)) ** size];
        for (let x = 0; x < 4000; x++) density.push((density[x]! * (x + size) * missing) / ((x + 1) * (size + missing)));
        const { lower, upper } = intervalOf({ known: 0, missing, size }, level);
        const enclosed = density.slice(lower, upper + 1).reduce((a, b) => a + b, 0);
        expect(Math.abs(enclosed - level)).toBeLessThanOrEqual(Math.max(...density));
        const least = Math.min(...density.slice(lower, upper + 1));
        for (const outside of [density[lower - 1] ?? 0, density[upper + 1]!]) expect(outside).toBeLessThanOrEqual(least * (1 + 1e-9));
      }),
    );
  }); // prettier-ignore

  it('of large counts has the ends of the normal distribution', () => {
    const { lower, upper } = intervalOf({ known: 5, missing: 1e8, size: Infinity }, 0.9);
    expect((lower - 5 - 1e8) / 1e4).toBeCloseTo(-1.645, 1);
    expect((upper - 5 - 1e8) / 1e4).toBeCloseTo(1.645, 1);
    expect(quantileOf({ known: 5, missing: 1e6, size: Infinity }, 0.5)).toBeGreaterThan(999_900);
  });

  it('starts at what is known, and ends there when nothing is missing', () => {
    expect(intervalOf({ known: 7, missing: 0.4, size: 3 }, 0.9).lower).toBe(7);
    expect(intervalOf({ known: 7, missing: 0, size: Infinity }, 0.9)).toEqual({ lower: 7, upper: 7 });
    expect(quantileOf({ known: 7, missing: 0, size: 1 }, 0.99)).toBe(7);
    for (const level of [0, 1, NaN]) expect(() => intervalOf({ known: 0, missing: 1, size: 1 }, level)).toThrow(RangeError);
    for (const level of [0, 1, NaN]) expect(() => quantileOf({ known: 0, missing: 1, size: 1 }, level)).toThrow(RangeError);
  }); // prettier-ignore
});

describe('Lawless', () => {
  it('expects what is known over the share that has arrived; a complete row has no variance', () => {
    const triangle = [Float64Array.of(2, 6), Float64Array.of(4, 4), Float64Array.of(3, NaN)];
    const { hazards, rows } = lawless(triangle);
    expect([...hazards]).toEqual([1, 10 / 16]);
    expect(rows[0]).toMatchObject({ arrived: 1, expected: 8, variance: 0, missing: 0 });
    expect(rows[2]!.expected).toBeCloseTo(3 / 0.375, 12);
    const varianceOfShare = 0.375 ** 2 * (0.625 / (16 * 0.375));
    expect(rows[2]!.variance).toBeCloseTo((3 * 4 * varianceOfShare) / 0.375 ** 4 + (3 * 0.625) / 0.375 ** 2, 12);
  });
});

describe('scores', () => {
  it('an interval costs its width, and twenty times what it misses by at 90 %', () => {
    const interval = { level: 0.9, lower: 10, upper: 20 };
    expect(intervalScore(interval, 15)).toBe(10);
    expect(intervalScore(interval, 22)).toBeCloseTo(10 + 20 * 2, 10);
    expect(intervalScore(interval, 9)).toBeCloseTo(10 + 20, 10);
  });

  it('the weighted score is the mean pinball loss of its quantiles, doubled', () => {
    const pinball = (level: number, quantile: number, truth: number): number =>
      truth >= quantile ? level * (truth - quantile) : (1 - level) * (quantile - truth);
    const forecast = { median: 12, intervals: [{ level: 0.5, lower: 10, upper: 15 }, { level: 0.9, lower: 4, upper: 30 }] }; // prettier-ignore
    for (const truth of [0, 5, 11, 14, 18, 50]) {
      const losses = [[0.05, 4], [0.25, 10], [0.5, 12], [0.75, 15], [0.95, 30]].map(([p, q]) => pinball(p!, q!, truth)); // prettier-ignore
      const mean = losses.reduce((a, b) => a + b, 0) / 5;
      expect(weightedIntervalScore(forecast, truth)).toBeCloseTo(2 * mean, 10);
    }
    expect(weightedIntervalScore({ median: 3, intervals: [] }, 10)).toBe(7);
  });
});

describe('the nowcast of reporters', () => {
  /** Five reporters that share the ups and downs of the day; some have not reported on the last. */
  function shared(missing: readonly number[], level: number): Float64Array[] {
    const random = seededRandom(8);
    const days = Array.from({ length: 41 }, (_, day) => (day === 40 ? level : 1 + 0.4 * Math.sin(day)));
    return [5, 10, 20, 30, 35].map((mean, reporter) =>
      Float64Array.from(days, (of, day) =>
        day === 40 && missing.includes(reporter) ? NaN : poissonOf(random, mean * of),
      ),
    );
  }

  it('follows those who have reported, up and down', () => {
    for (const level of [0.5, 1, 2]) {
      const found = nowcastOfReporters({ start: 0, counts: shared([3], level) })!;
      expect(found.completeness).toBe(0.8);
      expect(Math.abs(found.missing / (30 * level) - 1)).toBeLessThan(0.25);
    }
  });

  it('is the sum itself once all have reported, and waits for two weeks of days', () => {
    const counts = shared([], 1);
    const sum = counts.reduce((total, series) => total + series[40]!, 0);
    expect(nowcastOfReporters({ start: 0, counts })).toEqual({
      completeness: 1,
      known: sum,
      missing: 0,
      size: Infinity,
    });
    expect(nowcastOfReporters({ start: 0, counts: counts.map((series) => series.slice(-14)) })).toBeUndefined();
  });

  it('has something to expect of those who are missing even when the others report zero', () => {
    const counts = shared([3], 1);
    for (const [i, series] of counts.entries()) if (i !== 3) series[40] = 0;
    const found = nowcastOfReporters({ start: 0, counts })!;
    expect(found.known).toBe(0);
    expect(found.missing).toBeGreaterThanOrEqual(0);
    expect(intervalOf(found, 0.9).upper).toBeGreaterThanOrEqual(0);
  });
});
