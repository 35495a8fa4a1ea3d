import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classBreaks, classOf } from './classes.js';

describe('classes of a map', () => {
  it('hold about equally many regions each, between round numbers', () => {
    const values = Array.from({ length: 600 }, (_, i) => i + 1);
    expect(classBreaks(values, 6)).toEqual([100, 200, 300, 400, 500]);
  });

  it('are as few as the values allow', () => {
    expect(classBreaks([], 6)).toEqual([]);
    expect(classBreaks([7, 7, 7, 7], 6)).toEqual([]);
    expect(classBreaks([0, 0, 0], 6)).toEqual([]);
  });

  it('take boundaries in their order, each value to one class, and the lowest and highest value to the ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 300 }), (values) => {
        const breaks = classBreaks(values, 6);
        const positive = values.filter((value) => value > 0);
        const ordered = breaks.every((one, i) => i === 0 || one > breaks[i - 1]!);
        const ends =
          positive.length === 0 ||
          (classOf(Math.min(...positive), breaks) === 0 && classOf(Math.max(...positive), breaks) === breaks.length);
        return ordered && ends && breaks.length <= 5;
      }),
    );
  });

  it('put a value at a boundary into the upper class', () => {
    expect([9, 10, 11].map((value) => classOf(value, [10, 20]))).toEqual([0, 1, 1]);
  });
});
