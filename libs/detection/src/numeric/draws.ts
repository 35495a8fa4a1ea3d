import type { Random } from '../random.js';

// Looked up once: these are most of what is done here.
const { exp, log } = Math;

/** Above 0, below 1. */
const share = (random: Random): number => (random.next() + 0.5) / 2 ** 32;

/** A standard normal number: Marsaglia & Bray, "A convenient method for generating normal variables", SIAM Review 6 (1964) 260–264. */
export function drawNormal(random: Random): number {
  for (;;) {
    const [x, y] = [2 * share(random) - 1, 2 * share(random) - 1];
    const s = x * x + y * y;
    if (s > 0 && s < 1) return x * Math.sqrt((-2 * log(s)) / s);
  }
}

/**
 * Logarithm of a gamma number of the given shape, and scale 1: those of small shapes are too small for themselves.
 * Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000) 363–372.
 */
export function drawLogGamma(random: Random, shape: number): number {
  if (shape < 1) return drawLogGamma(random, shape + 1) + log(share(random)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && log(share(random)) < 0.5 * x * x + d - d * v + d * log(v)) return log(d * v);
  }
}

/** Logarithm of a beta number. */
export function drawLogBeta(random: Random, a: number, b: number): number {
  const [of, rest] = [drawLogGamma(random, a), drawLogGamma(random, b)];
  const most = Math.max(of, rest);
  return of - most - log(exp(of - most) + exp(rest - most));
}

/** Poisson numbers: halved by gamma numbers while the mean is large (Ahrens & Dieter 1974), then by waits. */
export function drawPoisson(random: Random, mean: number): number {
  let [count, left] = [0, mean];
  while (left > 30) {
    const step = Math.floor((7 * left) / 8);
    const wait = exp(drawLogGamma(random, step));
    if (wait > left) return count + drawBinomial(random, step - 1, left / wait);
    count += step;
    left -= wait;
  }
  let at = log(share(random));
  while (at > -left) {
    count++;
    at += log(share(random));
  }
  return count;
}

/** Of n, each with the probability p. */
function drawBinomial(random: Random, n: number, p: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (share(random) < p) count++;
  return count;
}
