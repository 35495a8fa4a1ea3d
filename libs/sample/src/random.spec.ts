import { describe, expect, it } from '@jest/globals';
import { pickByWeight, randomOf } from './random.js';

const N = 60_000;
const moments = (draw: () => number): { mean: number; variance: number } => {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < N; i++) {
    const x = draw();
    sum += x;
    squares += x * x;
  }
  return { mean: sum / N, variance: squares / N - (sum / N) ** 2 };
};

describe('a seeded stream', () => {
  it('is the same for the same seed and names, and another for any other', () => {
    const first = (seed: number, ...names: string[]): number[] =>
      Array.from({ length: 4 }, randomOf(seed, ...names).bits);
    expect(first(1, 'a', 'b')).toEqual(first(1, 'a', 'b'));
    const streams = [first(1, 'a', 'b'), first(2, 'a', 'b'), first(1, 'ab'), first(1, 'b', 'a')].map(String);
    expect(new Set(streams).size).toBe(4);
  });

  it('draws a standard normal', () => {
    const random = randomOf(1, 'normal');
    const { mean, variance } = moments(() => random.normal());
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it.each([0, 0.2, 3, 11.9, 12, 90])('draws counts with mean and variance %d', (expected) => {
    const random = randomOf(1, 'poisson', expected);
    const { mean, variance } = moments(() => random.poisson(expected));
    expect(Math.abs(mean - expected)).toBeLessThan(0.02 + 0.02 * expected);
    expect(Math.abs(variance - expected)).toBeLessThan(0.02 + 0.04 * expected);
  });

  it('picks in proportion to the weights', () => {
    const random = randomOf(1, 'pick');
    const found = [0, 0, 0];
    for (let i = 0; i < N; i++) found[pickByWeight([1, 0, 3], random)]! += 1;
    expect(found[1]).toBe(0);
    expect(found[2]! / found[0]!).toBeGreaterThan(2.8);
    expect(found[2]! / found[0]!).toBeLessThan(3.2);
  });
});
