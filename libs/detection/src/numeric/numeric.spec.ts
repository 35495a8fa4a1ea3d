import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { upperNormalTail } from '../normal.js';
import { beta } from './beta.js';
import { negativeBinomial, poisson, upperQuantile } from './counts.js';
import { digamma, gammaAbove, gammaBelow, logGamma, poissonDensity, trigamma } from './gamma.js';
import { fitTheta, negativeBinomialRegression, poissonRegression } from './glm.js';
import { leastSquares } from './least-squares.js';
import { studentTail, upperStudentQuantile } from './student.js';

/** To so many digits, whatever the size. */
function expectRatio(found: number, wanted: number, digits = 12): void {
  expect(found / wanted).toBeCloseTo(1, digits);
}

describe('functions of the gamma family', () => {
  it('ln Γ is that of factorials, of ½, and of large numbers', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expectRatio(logGamma(0.5), Math.log(Math.PI) / 2);
    expectRatio(logGamma(6), Math.log(120));
    expectRatio(logGamma(171), Array.from({ length: 170 }, (_, k) => Math.log(k + 1)).reduce((a, b) => a + b, 0)); // prettier-ignore
  });

  it('digamma and trigamma have their known values and recurrences', () => {
    expectRatio(digamma(1), -0.5772156649015329);
    expectRatio(trigamma(1), Math.PI ** 2 / 6);
    for (const x of [0.01, 0.3, 2.5, 9.9, 10.1, 300]) {
      expectRatio(digamma(x + 1) - digamma(x), 1 / x, 10);
      expectRatio(trigamma(x) - trigamma(x + 1), 1 / (x * x), 8);
    }
  });

  it('the incomplete ratio of a whole shape is a sum of Poisson probabilities', () => {
    for (const [a, x] of [[3, 2], [3, 9], [40, 25], [40, 70]] as const) {
      let [term, sum] = [Math.exp(-x), 0];
      for (let k = 0; k < a; k++) {
        sum += term;
        term *= x / (k + 1);
      }
      expectRatio(gammaAbove(a, x), sum);
      expect(gammaAbove(a, x) + gammaBelow(a, x)).toBeCloseTo(1, 14);
    }
  }); // prettier-ignore

  it('far tails keep their digits', () => {
    // mpmath 1.3 at 30 digits.
    expectRatio(upperNormalTail(6), 9.86587645037698e-10, 12);
    expectRatio(upperNormalTail(37), 5.72557122252457e-300, 11);
    expect([upperNormalTail(Infinity), upperNormalTail(-Infinity), upperNormalTail(NaN)]).toEqual([0, 1, NaN]);
    expectRatio(gammaAbove(0.5, 300), 1.67416798469178e-132, 11);
    expectRatio(poissonDensity(2500, 2400), 0.00102201289219927, 11);
  });
});

describe('the t distribution', () => {
  it.each([
    [0.05, 1, 6.313751514675043],
    [0.05, 10, 1.8124611228107335],
    [0.01, 27, 2.472659911955739],
    [0.025, 30, 2.0422724563012373],
    [0.005, 120, 2.617421145106865],
  ])('has the quantiles of the tables: α = %p, %p degrees of freedom', (alpha, df, table) => {
    expect(upperStudentQuantile(alpha, df)).toBeCloseTo(table, 9);
  });

  it('has closed forms for one and two degrees of freedom, far out too', () => {
    for (const t of [0, 1e-9, 0.3, 1, 5, 400, 1e6]) {
      expectRatio(studentTail(t, 1), t < 1 ? 0.5 - Math.atan(t) / Math.PI : Math.atan(1 / t) / Math.PI);
      const root = Math.sqrt(2 + t * t);
      expectRatio(studentTail(t, 2), 1 / (root * (root + t)));
    }
  });

  it('its tail and quantile undo each other, and mirror', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 0.49, noNaN: true }), fc.integer({ min: 1, max: 400 }), (alpha, df) => {
        const t = upperStudentQuantile(alpha, df);
        expectRatio(studentTail(t, df), alpha, 9);
        expect(studentTail(t, df) + studentTail(-t, df)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('the incomplete beta ratio', () => {
  it('of whole parameters is a sum of binomial probabilities', () => {
    for (const [n, a, x] of [[9, 3, 0.2], [9, 3, 0.8], [30, 21, 0.5]] as const) {
      let sum = 0;
      for (let k = a; k <= n; k++)
        sum += Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)) * x ** k * (1 - x) ** (n - k);
      expectRatio(beta(x, { a, b: n - a + 1 }).below, sum, 11);
    }
  }); // prettier-ignore

  it('its two parts add up to 1', () => {
    const positive = fc.double({ min: 0.01, max: 3000, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), positive, positive, (x, a, b) => {
        const { below, above } = beta(x, { a, b });
        expect(below + above).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('distributions of counts', () => {
  it('a quantile is the least count that is exceeded often enough', () => {
    const counts = fc.oneof(
      fc.double({ min: 1e-3, max: 5000, noNaN: true }).map(poisson),
      fc.record({ size: fc.double({ min: 0.05, max: 500, noNaN: true }), p: fc.double({ min: 0.01, max: 0.99, noNaN: true }) }).map(negativeBinomial),
    ); // prettier-ignore
    fc.assert(
      fc.property(counts, fc.constantFrom(0.4, 0.05, 0.01, 1e-6), (of, alpha) => {
        const bound = upperQuantile(of, alpha);
        expect(of.above(bound)).toBeLessThanOrEqual(alpha * (1 + 1e-9));
        if (bound > 0) expect(of.above(bound - 1)).toBeGreaterThan(alpha * (1 - 1e-9));
      }),
    );
  });

  it('a negative binomial of a very large size is Poisson', () => {
    const size = 1e9;
    for (const count of [0, 3, 7, 20])
      expectRatio(negativeBinomial({ size, p: size / (size + 5) }).above(count), poisson(5).above(count), 6);
  });

  it('has the probabilities of the geometric distribution for size 1', () => {
    for (const count of [0, 1, 10, 60])
      expectRatio(negativeBinomial({ size: 1, p: 0.3 }).above(count), 0.7 ** (count + 1));
  });
});

describe('regressions', () => {
  it('least squares leaves what is at right angles to every column', () => {
    const column = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(column, column, column, fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 12, maxLength: 12 }), (a, b, z, w) => {
        const design = [new Float64Array(12).fill(1), Float64Array.from(a), Float64Array.from(b)];
        const { coefficients } = leastSquares(design, Float64Array.from(z), Float64Array.from(w));
        const rest = z.map((value, i) => value - design.reduce((sum, one, j) => sum + one[i]! * coefficients[j]!, 0));
        for (const one of design) {
          const size = one.reduce((sum, value, i) => sum + Math.abs(value * w[i]! * (Math.abs(z[i]!) + 1)), 1);
          expect(Math.abs(rest.reduce((sum, value, i) => sum + value * w[i]! * one[i]!, 0)) / size).toBeLessThan(1e-6);
        }
      }),
    );
  }); // prettier-ignore

  it('a column that the others make up gets no coefficient', () => {
    const t = Float64Array.from({ length: 10 }, (_, i) => i);
    const { rank, coefficients } = leastSquares(
      [t.map(() => 1), t, t.map((value) => 3 - 2 * value)],
      t.map((v) => v * v),
    );
    expect([rank, coefficients[2]]).toEqual([2, 0]);
  });

  it('Poisson regression on groups has the means of the groups', () => {
    const y = Float64Array.from([3, 5, 4, 10, 14, 12]);
    const second = Float64Array.from([0, 0, 0, 1, 1, 1]);
    const { mu } = poissonRegression([second.map(() => 1), second], y);
    for (const [i, mean] of [4, 4, 4, 12, 12, 12].entries()) expect(mu[i]).toBeCloseTo(mean, 9);
  });

  it('θ of counts about one mean solves the equation of the likelihood', () => {
    const y = Float64Array.from([0, 1, 1, 2, 4, 9, 0, 3, 12, 5, 2, 0]);
    const mean = y.reduce((a, b) => a + b, 0) / y.length;
    const theta = fitTheta(y, y.map(() => mean)); // prettier-ignore
    const logLikelihood = (at: number): number =>
      y.reduce((sum, c) => sum + logGamma(at + c) - logGamma(at) + at * Math.log(at / (at + mean)) + c * Math.log(mean / (at + mean)), 0); // prettier-ignore
    expect(logLikelihood(theta)).toBeGreaterThan(logLikelihood(theta * 1.01));
    expect(logLikelihood(theta)).toBeGreaterThan(logLikelihood(theta * 0.99));
    const fit = negativeBinomialRegression([y.map(() => 1)], y); // prettier-ignore
    expectRatio(fit.theta, theta, 6);
    expect(fit.mu[0]).toBeCloseTo(mean, 9);
  });

  it('counts that vary less than Poisson ones have no θ', () => {
    const y = Float64Array.from({ length: 30 }, (_, i) => 5 + (i % 2));
    expect(negativeBinomialRegression([y.map(() => 1)], y).theta).toBe(Infinity); // prettier-ignore
  });
});
