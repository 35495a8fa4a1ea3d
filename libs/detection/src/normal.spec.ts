import { describe, expect, it } from '@jest/globals';
import { upperNormalQuantile } from './normal.js';

/** Upper tail of the standard normal by its continued fraction (Abramowitz & Stegun 26.2.14), for x above 1. */
function tailAbove(x: number): number {
  let fraction = x;
  for (let k = 400; k > 0; k--) fraction = x + k / fraction;
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/** Distribution function less one half by its series (26.2.11), for x of any size up to about 4. */
function middleBelow(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
  return (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

describe('the quantile of the normal distribution', () => {
  it.each([
    [0.001, 3.090232306167813],
    [0.01, 2.326347874040841],
    [0.025, 1.959963984540054],
  ])('for α = %p is that of the tables', (alpha, table) => {
    expect(upperNormalQuantile(alpha)).toBeCloseTo(table, 13);
  });

  it.each([0.4, 0.3, 0.1, 0.08, 0.07, 0.05, 0.01, 1e-3, 1e-5])('has probability α above it, near (%p)', (alpha) => {
    expect(0.5 - middleBelow(upperNormalQuantile(alpha))).toBeCloseTo(alpha, 13);
  });

  it.each([1e-3, 1e-6, 1e-10, 1e-11, 1e-12, 1e-20, 1e-100])('has probability α above it, far out (%p)', (alpha) => {
    expect(tailAbove(upperNormalQuantile(alpha)) / alpha).toBeCloseTo(1, 10);
  });

  it('is symmetric, and 0 in the middle', () => {
    expect(upperNormalQuantile(0.5)).toBe(0);
    for (const alpha of [0.3, 0.01, 2 ** -20]) expect(upperNormalQuantile(1 - alpha)).toBeCloseTo(-upperNormalQuantile(alpha), 9); // prettier-ignore
  });

  it.each([0, 1, -1, NaN])('is refused for α = %p', (alpha) => {
    expect(() => upperNormalQuantile(alpha)).toThrow(RangeError);
  });
});
