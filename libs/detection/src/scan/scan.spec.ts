import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../random.js';
import { accumulate, multinomial, permutedDays } from './chance.js';
import { plainMaximum, tabulatedMaximum } from './maximum.js';
import { type Coordinates, neighbours } from './neighbours.js';
import { permutationScan, poissonScan, SCANNING, type ScanOptions } from './scan.js';

const PLANE: ScanOptions = { ...SCANNING, geometry: 'plane', replicates: 99 };

/** Every window drawn by hand: places within the distance of some place, times the last days; the best ratio of all. */
function slowBest(places: readonly Coordinates[], cases: readonly number[][], maxDays: number): number {
  const days = cases[0]!.length;
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const all = sum(cases.map(sum));
  let best = 0;
  for (const centre of places) {
    const away = ([x, y]: Coordinates): number => Math.hypot(x - centre[0], y - centre[1]);
    for (const edge of places) {
      const inside = cases.filter((_, i) => away(places[i]!) <= away(edge));
      const weight = sum(inside.map(sum));
      if (weight > all / 2) continue;
      for (let span = 1; span <= Math.min(maxDays, days); span++) {
        const observed = sum(inside.map((of) => sum(of.slice(-span))));
        const expected = (weight * sum(cases.map((of) => sum(of.slice(-span))))) / all;
        if (observed < 2 || observed <= expected) continue;
        const outside = observed < all ? (all - observed) * Math.log((all - observed) / (all - expected)) : 0;
        best = Math.max(best, observed * Math.log(observed / expected) + outside);
      }
    }
  }
  return best;
}

/** Thirty places in a grid, and 2,400 cases that fall on any of them, on any of forty days. */
function quietCounts(seed: number): { places: Coordinates[]; cases: number[][] } {
  const random = seededRandom(seed);
  const places = Array.from({ length: 30 }, (_, i): Coordinates => [i % 6, Math.floor(i / 6)]);
  const cases = places.map(() => new Array<number>(40).fill(0));
  for (let n = 0; n < 2400; n++) cases[random.below(30)]![random.below(40)]!++;
  return { places, cases };
}

describe('the space-time scan', () => {
  it('finds a planted cluster: its places, its days, and no more than chance elsewhere', () => {
    const { places, cases } = quietCounts(7);
    const planted = [8, 13, 14, 15, 20];
    for (const place of planted) for (const day of [37, 38, 39]) cases[place]![day]! += 4;
    const [first, ...others] = permutationScan({ places, cases }, { ...PLANE, replicates: 999 }).clusters;
    expect(first!.members.toSorted((a, b) => a - b)).toEqual(planted);
    expect(first).toMatchObject({ days: 3, p: 0.001, recurrenceDays: 1000 });
    for (const { p } of others) expect(p).toBeGreaterThan(0.01);
    const population = places.map(() => 1000);
    expect(poissonScan({ places, cases }, population, PLANE).clusters[0]!.members.toSorted((a, b) => a - b)).toEqual(planted); // prettier-ignore
  });

  it('has the ratio of the best of all windows drawn by hand', () => {
    const place = fc.tuple(fc.nat(4), fc.nat(4));
    const world = fc.integer({ min: 2, max: 7 }).chain((n) =>
      fc.record({
        places: fc.array(place, { minLength: n, maxLength: n }),
        cases: fc.array(fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), { minLength: n, maxLength: n }),
        maxDays: fc.integer({ min: 1, max: 8 }),
      }),
    );
    fc.assert(
      fc.property(world, ({ places, cases, maxDays }) => {
        const slow = slowBest(places, cases, maxDays);
        const { clusters, maxima } = permutationScan({ places, cases }, { ...PLANE, maxDays, replicates: 1 });
        // A window that the one replicate beats is not told; what is told is the best there is.
        if (clusters[0]) expect(clusters[0].llr).toBeCloseTo(slow, 9);
        else expect(slow === 0 || maxima[0]! >= slow - 1e-9).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('clusters share no place, and become less unusual', () => {
    const { places, cases } = quietCounts(3);
    const { clusters } = permutationScan({ places, cases }, PLANE);
    const members = clusters.flatMap((cluster) => cluster.members);
    expect(clusters.length).toBeGreaterThan(1);
    expect(new Set(members).size).toBe(members.length);
    for (const [i, { llr, p }] of clusters.entries()) {
      if (i === 0) continue;
      expect(llr).toBeLessThanOrEqual(clusters[i - 1]!.llr);
      expect(p).toBeGreaterThanOrEqual(clusters[i - 1]!.p);
    }
  });

  it('where only chance is at work, p is at most a quarter about every fourth time', () => {
    const runs = 100;
    let small = 0;
    for (let seed = 0; seed < runs; seed++) {
      const { clusters } = permutationScan(quietCounts(seed), { ...PLANE, replicates: 39, seed });
      if ((clusters[0]?.p ?? 1) <= 0.25) small++;
    }
    // Four standard deviations of a binomial of 100 and 0.25 around 25.
    expect(Math.abs(small - 25)).toBeLessThanOrEqual(17);
  });

  it('the same seed has the same answer; another has other replicates', () => {
    const counts = quietCounts(1);
    expect(permutationScan(counts, PLANE)).toEqual(permutationScan(counts, PLANE));
    expect(permutationScan(counts, { ...PLANE, seed: 2 }).maxima).not.toEqual(permutationScan(counts, PLANE).maxima);
  });

  it('says nothing of no cases, and bounds its work', () => {
    const places: Coordinates[] = [[0, 0], [1, 1]]; // prettier-ignore
    expect(permutationScan({ places, cases: [[0, 0], [0, 0]] }, PLANE).clusters).toEqual([]); // prettier-ignore
    const many = Array.from({ length: 300 }, (_, i): Coordinates => [i, 0]);
    expect(() => neighbours(many, new Float64Array(300).fill(1), { ...PLANE, limit: 10_000 })).toThrow(RangeError);
  });

  it.each([
    [{ maxDays: 0 }, [[1], [1]]],
    [{ maxShare: 0.6 }, [[1], [1]]],
    [{ replicates: 0 }, [[1], [1]]],
    [{}, [[1.5], [1]]],
    [{}, [[NaN], [1]]],
    [{}, [[-1], [1]]],
    [{}, [[1, 2], [1]]],
    [{}, [[1]]],
  ])('refuses %j of %j', (asked, cases) => {
    const places: Coordinates[] = [[0, 0], [1, 1]]; // prettier-ignore
    expect(() => permutationScan({ places, cases }, { ...PLANE, ...asked })).toThrow(RangeError);
  });

  it('refuses a population of others', () => {
    expect(() => poissonScan({ places: [[0, 0]], cases: [[1]] }, [1, 2], PLANE)).toThrow(RangeError);
  });
});

describe('replicates', () => {
  it('the tables find the maximum that the plain way finds', () => {
    const { places, cases } = quietCounts(5);
    const weights = Float64Array.from(cases, (of) => of.reduce((a, b) => a + b, 0));
    const all = weights.reduce((a, b) => a + b, 0);
    for (const spans of [1, 2, 5]) {
      const circles = neighbours(places, weights, { ...PLANE, limit: 1e6 });
      const factors = Float64Array.from({ length: spans }, (_, span) => (span + 1) / 40);
      const windows = { circles, factors, all, minCases: 2, rates: 'high' as const };
      const plain = plainMaximum(windows);
      const draw = multinomial(weights, { cases: all, days: 40, spans }, seededRandom(spans));
      const counts = new Int32Array(places.length * spans);
      for (const above of [0, 2, 5]) {
        const tabulated = tabulatedMaximum(windows, above)!;
        for (let n = 0; n < 30; n++) {
          draw(counts);
          expect(tabulated(counts)).toBe(plain(counts));
        }
      }
      expect(tabulatedMaximum({ ...windows, rates: 'both' }, 1)).toBeUndefined();
      expect(tabulatedMaximum({ ...windows, all: 40_000 }, 1)).toBeUndefined();
    }
  });

  it('a permutation keeps the cases of every day, and never gives a place more than it has', () => {
    const totals = [5, 0, 12, 3];
    const byAge = [4, 6, 2];
    const draw = permutedDays(totals, byAge, seededRandom(1));
    const counts = new Int32Array(totals.length * byAge.length);
    const sums = new Float64Array(totals.length);
    for (let n = 0; n < 800; n++) {
      draw(counts);
      for (const [span, cases] of [4, 10, 12].entries()) {
        expect(totals.reduce((sum, _, place) => sum + counts[place * 3 + span]!, 0)).toBe(cases);
      }
      for (const [place, total] of totals.entries()) {
        expect(counts[place * 3 + 2]).toBeLessThanOrEqual(total);
        sums[place]! += counts[place * 3 + 2]!;
      }
    }
    for (const [place, total] of totals.entries()) expect(sums[place]! / 800).toBeCloseTo((12 * total) / 20, 0);
  });

  it('a multinomial follows the population', () => {
    const draw = multinomial(Float64Array.of(1, 0, 3, 6), { cases: 100_000, days: 10, spans: 2 }, seededRandom(9));
    const counts = new Int32Array(8);
    draw(counts);
    for (const [place, share] of [0.1, 0, 0.3, 0.6].entries()) {
      expect(Math.abs(counts[place * 2]! - 10_000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(10_000 * share));
      expect(Math.abs(counts[place * 2 + 1]! - 20_000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(20_000 * share));
    }
  });

  it('ages add up to spans', () => {
    const counts = Int32Array.of(1, 2, 3, 0, 0, 5);
    accumulate(counts, 3);
    expect([...counts]).toEqual([1, 3, 6, 0, 0, 5]);
  });
});

describe('circles', () => {
  it('places at the same distance enter together', () => {
    const places: Coordinates[] = [[0, 0], [1, 0], [-1, 0], [5, 5]]; // prettier-ignore
    const { start, place, isEnd } = neighbours(places, Float64Array.of(1, 1, 1, 3), { ...PLANE, limit: 100 });
    expect([...place.subarray(0, start[1])]).toEqual([0, 1, 2]);
    expect([...isEnd.subarray(0, start[1])]).toEqual([1, 0, 1]);
    const heavy = neighbours(places, Float64Array.of(1, 1, 2, 1), { ...PLANE, limit: 100 });
    expect([...heavy.place.subarray(0, heavy.start[1])]).toEqual([0]);
  });

  it('measures great circles: a degree of the equator, and a quarter of the earth', () => {
    const places: Coordinates[] = [[0, 0], [0, 1], [90, 0], [0, -179.5]]; // prettier-ignore
    const { distance } = neighbours(places, new Float64Array(4), { ...SCANNING, limit: 100 });
    expect(distance[1]).toBeCloseTo((6367 * Math.PI) / 180, 8);
    expect(distance[2]).toBeCloseTo((6367 * Math.PI) / 2, 8);
    expect(distance[3]).toBeCloseTo((6367 * Math.PI * 179.5) / 180, 6);
  });
});

describe('chance', () => {
  it('is even, and follows the seed', () => {
    const random = seededRandom(42);
    const bins = new Float64Array(16);
    for (let n = 0; n < 160_000; n++) bins[random.below(16)]!++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    // The 99.9 % point of χ² with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
    expect(seededRandom(2 ** 40).next()).not.toBe(seededRandom(0).next());
  });
});
