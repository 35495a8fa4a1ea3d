const LOG_SQRT_2PI = 0.9189385332046727;

/** B₂ₖ ÷ (2k (2k − 1)): the series of Stirling's formula (Abramowitz & Stegun 6.1.41). */
const STIRLING = [
  1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400, 43_867 / 244_188,
] as const; // prettier-ignore

/** From here on nine terms of the series give 16 digits. */
const FAR = 10;

/** ln Γ(x) less Stirling's (x − ½) ln x − x + ½ ln 2π, for x from {@link FAR}. */
function stirlingRest(x: number): number {
  const square = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + STIRLING[k]!;
  return sum / x;
}

/** ln Γ(x) for x > 0, to about 15 digits of the larger of it and 1. */
export function logGamma(x: number): number {
  let at = x;
  let product = 1;
  for (; at < FAR; at++) product *= at;
  return (at - 0.5) * Math.log(at) - at + LOG_SQRT_2PI + stirlingRest(at) - Math.log(product);
}

/** Derivative of ln Γ for x > 0: recurrence up to {@link FAR}, then Abramowitz & Stegun 6.3.18. */
export function digamma(x: number): number {
  let at = x;
  let sum = 0;
  for (; at < FAR; at++) sum -= 1 / at;
  const square = 1 / (at * at);
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - square * (691 / 32_760 - square / 12)))))); // prettier-ignore
  return sum + Math.log(at) - 0.5 / at - series;
}

/** Second derivative of ln Γ for x > 0: recurrence, then Abramowitz & Stegun 6.4.12. */
export function trigamma(x: number): number {
  let at = x;
  let sum = 0;
  for (; at < FAR; at++) sum += 1 / (at * at);
  const square = 1 / (at * at);
  const series = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - square * (5 / 66 - square * (691 / 2730 - square * (7 / 6))))))); // prettier-ignore
  return sum + 1 / at + square / 2 + series / at;
}

/** ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π: Loader's δ, for n > 0. */
export function stirlingError(n: number): number {
  return n < FAR ? logGamma(n) + Math.log(n) - (n + 0.5) * Math.log(n) + n - LOG_SQRT_2PI : stirlingRest(n);
}

/**
 * x ln(x ÷ m) + m − x, without the cancellation near x = m: C. Loader, "Fast and accurate computation of binomial
 * probabilities" (2000), which R's densities use.
 */
export function devianceTerm(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x === 0 ? m : x * Math.log(x / m) - difference;
  const v = difference / (x + m);
  const square = v * v;
  let sum = difference * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= square;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** x^a e^−x ÷ Γ(a + 1): the probability of a counts where x are expected; a > 0 need not be whole. */
export function poissonDensity(a: number, x: number): number {
  if (a === 0) return Math.exp(-x);
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** Lower incomplete gamma ratio by its series (Abramowitz & Stegun 6.5.29), for x below about a + 1. */
function bySeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 100_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum * poissonDensity(a, x);
}

/** Upper incomplete gamma ratio by its continued fraction (6.5.31), evaluated by Lentz's method. */
function byFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 100_000; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / (factor * d + b);
    c = b + factor / c;
    const step = c * d;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h * poissonDensity(a, x) * a;
}

/** Q(a, x): the share of a gamma distribution of shape a > 0 that lies above x ≥ 0, small values as exact as large ones. */
export function gammaAbove(a: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(a)) return NaN;
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - bySeries(a, x) : byFraction(a, x);
}

/** P(a, x) = 1 − Q(a, x). */
export function gammaBelow(a: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(a)) return NaN;
  if (x <= 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? bySeries(a, x) : 1 - byFraction(a, x);
}
