import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { weekdayOf } from '#vocabulary';
import { leastSquares, linear } from '../numeric/least-squares.js';
import { readOptions } from '../parameters.js';
import { regression } from './regression.js';

const options = readOptions(regression.parameters, {});

/** Intercept, day number and weekdays of a matrix, solved as any other regression: the slow twin. */
function slow(values: Float64Array, day: number, start: number): { expected: number; residual: number; n: number } {
  const points = Array.from({ length: options.B }, (_, i) => day - options.g - options.B + i).filter((at) => !Number.isNaN(values[at]!)); // prettier-ignore
  const columns = (at: readonly number[]): Float64Array[] => [
    new Float64Array(at.length).fill(1),
    Float64Array.from(at, (one) => one - day),
    ...[1, 2, 3, 4, 5, 6].map((weekday) => Float64Array.from(at, (one) => Number(weekdayOf(start + one) === weekday))),
  ];
  const y = Float64Array.from(points, (at) => values[at]!);
  const { coefficients } = leastSquares(columns(points), y);
  const fitted = linear(columns(points), coefficients);
  const residual = y.reduce((sum, value, i) => sum + (value - fitted[i]!) ** 2, 0);
  return { expected: linear(columns([day]), coefficients)[0]!, residual, n: points.length };
}

describe('adaptive regression', () => {
  it('agrees with a regression on a matrix, with gaps and without', () => {
    const count = fc.oneof({ weight: 12, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(NaN) });
    const counts = fc.array(fc.oneof(fc.constant(0), count), { minLength: 31, maxLength: 31 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 30_000 }), (given, start) => {
        const values = Float64Array.from(given);
        values[30] = 7;
        const { expected, details } = regression.detect({ start, values }, options);
        if (Number.isNaN(expected[30]!)) return;
        const twin = slow(values, 30, start);
        expect(expected[30]).toBeCloseTo(Math.max(0, twin.expected), 7);
        const weekdays = new Set(given.flatMap((value, at) => (at < 28 && !Number.isNaN(value) ? [at % 7] : [])));
        const { n } = twin;
        const sigma =
          Math.sqrt(twin.residual / (n - weekdays.size - 1)) * Math.sqrt(((n + 7) * (n - 4)) / (n * (n - 7)));
        const found = details?.['sigma'];
        if (found instanceof Float64Array && sigma > 0.1) expect(found[30]! / sigma).toBeCloseTo(1, 7);
      }),
      { numRuns: 300 },
    );
  });

  it('a weekday that has no value in the baseline cannot be judged', () => {
    const values = Float64Array.from({ length: 60 }, (_, at) => (at % 7 === 3 && at < 59 ? NaN : 20 + (at % 5)));
    const { expected } = regression.detect({ start: 0, values }, options);
    expect(expected[59]).toBeNaN();
    expect(expected[58]).not.toBeNaN();
  });

  it('a constant baseline explains nothing, however large it is', () => {
    const values = new Float64Array(40).fill(123_456.789);
    const { details } = regression.detect({ start: 0, values }, options);
    expect(details?.['adjusted_r_squared']?.[39]).toBe(0);
  });
});
