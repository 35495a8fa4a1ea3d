import { upperNormalQuantile } from '../normal.js';

export interface Slow {
  readonly upperbound: number;
  readonly statistic: number;
}

interface Options {
  readonly method: 'C1' | 'C2' | 'C3';
  readonly baseline: number;
  readonly minSigma: number;
  readonly alpha: number;
  readonly leastPresent: number;
}

function windowOf(values: readonly (number | null)[], day: number, { method, baseline }: Options): (number | null)[] {
  const last = method === 'C1' ? day - 1 : day - 3;
  return Array.from({ length: baseline }, (_, i) => values[last - i] ?? null);
}

/** Mean and deviation of the baseline of one day, undefined when too little of it is there. */
function baselineOf(values: readonly (number | null)[], day: number, options: Options): { m: number; s: number } | undefined {
  const there = windowOf(values, day, options).filter((value) => value !== null);
  if (there.length < 2 || there.length < options.leastPresent * options.baseline) return undefined;
  const m = there.reduce((a, b) => a + b, 0) / there.length;
  const variance = there.reduce((sum, value) => sum + (value - m) ** 2, 0) / (there.length - 1);
  return { m, s: Math.max(Math.sqrt(variance), options.minSigma) };
} // prettier-ignore

function c2(values: readonly (number | null)[], day: number, options: Options): number | undefined {
  const found = baselineOf(values, day, options);
  const value = values[day] ?? null;
  if (!found || value === null) return undefined;
  return value === found.m ? 0 : (value - found.m) / found.s;
}

/** One day by the published definitions, the slow and obvious way; undefined where it cannot be told. */
export function slowEars(values: readonly (number | null)[], day: number, options: Options): Slow | undefined {
  const found = baselineOf(values, day, options);
  const own = c2(values, day, options);
  if (!found || own === undefined) return undefined;
  const { m, s } = found;
  const z = upperNormalQuantile(options.alpha);
  if (options.method !== 'C3') return { upperbound: m + z * s, statistic: own };
  const before = [day - 1, day - 2].map((at) => c2(values, at, options));
  if (before.includes(undefined)) return undefined;
  const sum = before.reduce<number>((total, one) => total + Math.max(0, (one ?? 0) - 1), 0);
  return { upperbound: sum > z ? 0 : m + s * (1 + z - sum), statistic: Math.max(0, own - 1) + sum };
}
