import { devianceTerm, stirlingError } from './gamma.js';

/** x^a (1 − x)^b Γ(a + b) ÷ (Γ(a) Γ(b)), by Loader's terms, which keep their digits for large a and b. */
function front(x: number, a: number, b: number): number {
  const n = a + b;
  const log = stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * (1 - x)); // prettier-ignore
  return Math.exp(log) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** The continued fraction of the incomplete beta ratio (Abramowitz & Stegun 26.5.8) by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const TINY = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < TINY ? TINY : d);
  let h = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = 1 + even / c;
    if (Math.abs(c) < TINY) c = TINY;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = 1 + odd / c;
    if (Math.abs(c) < TINY) c = TINY;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h;
}

/**
 * I(x; a, b), the share of a beta distribution below x, and what is above it. Both are given, because one of them may
 * be too small to be told from the other's difference to 1. a, b > 0; 0 ≤ x ≤ 1, and `rest` = 1 − x as exact as it is known.
 */
export function beta(x: number, { a, b, rest = 1 - x }: { a: number; b: number; rest?: number }): { below: number; above: number } {
  if (Number.isNaN(x) || Number.isNaN(a) || Number.isNaN(b)) return { below: NaN, above: NaN };
  if (x <= 0) return { below: 0, above: 1 };
  if (rest <= 0) return { below: 1, above: 0 };
  if (x <= (a + 1) / (a + b + 2)) {
    const below = (front(x, a, b) * fraction(x, a, b)) / a;
    return { below, above: 1 - below };
  }
  const above = (front(rest, b, a) * fraction(rest, b, a)) / b;
  return { below: 1 - above, above };
} // prettier-ignore
