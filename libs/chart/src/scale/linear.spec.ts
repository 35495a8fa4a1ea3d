import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCount, linearScale } from './linear.js';

const range = { bottom: 300, top: 0, count: 5 };

describe('the scale of counts', () => {
  it('begins at zero, on the baseline', () => {
    expect(linearScale(87, range).ticks[0]).toBe(0);
    expect(linearScale(87, range)(0)).toBe(300);
  });

  it('ends at a round number at or above the highest count, at the top', () => {
    const scale = linearScale(87, range);
    expect(scale.top).toBe(100);
    expect(scale(100)).toBeCloseTo(0, 9);
    expect(scale.ticks).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('has whole ticks even for the smallest counts, because half a visit does not exist', () => {
    expect(linearScale(1, range).ticks).toEqual([0, 1]);
    expect(linearScale(3, range).ticks).toEqual([0, 1, 2, 3]);
  });

  it('does not leave half of the height empty for the sake of few ticks', () => {
    expect(linearScale(1010, { ...range, count: 2 }).top).toBe(1500);
  });

  it('has a unit of height when everything is zero', () => {
    expect(linearScale(0, range).ticks).toEqual([0, 1]);
  });

  it('holds every count up to the largest there can be, with few and whole ticks', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 8 }), (max, count) => {
        const { ticks, top } = linearScale(max, { ...range, count });
        return top >= max && ticks.length <= 2 * count + 2 && ticks.every((tick) => Number.isInteger(tick));
      }),
    );
  });
});

describe('counts in words', () => {
  it.each([
    [0, '0'],
    [950, '950'],
    [12_500, '12,500'],
    [9_999_999, '9,999,999'],
    [25_000_000, '25M'],
    [1_500_000_000, '1,500M'],
    [20_000_000_000, '20bn'],
  ])('%d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });
});
