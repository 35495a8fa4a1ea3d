/** A seeded stream of pseudo-random numbers. Equal seeds give equal streams on every machine. */
export interface Random {
  /** 32 random bits, 0 to 2³² − 1. */
  bits(): number;
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform integer in 0 … n − 1. */
  below(n: number): number;
  /** Standard normal, from a table of 65,536 quantiles: |z| ≤ 4.3. */
  normal(): number;
  /** Poisson with this mean (0 or more, finite). */
  poisson(mean: number): number;
}

const NORMAL_CELLS = 65_536;
/** Above this mean a rounded normal stands for the Poisson distribution; its skew is then below 0.3. */
const POISSON_EXACT_BELOW = 12;

const quantiles = Float32Array.from({ length: NORMAL_CELLS }, (_, cell) => normalQuantile((cell + 0.5) / NORMAL_CELLS));

/**
 * The stream named by a seed and a path of names: streams of different names are independent, so that what one part
 * draws never shifts what another part sees.
 */
export function randomOf(seed: number, ...names: readonly (string | number)[]): Random {
  const next = sfc32(seed, names.join('\u0000'));
  const unit = (): number => next() / 4_294_967_296;
  const normal = (): number => quantiles[next() >>> 16]!;
  return {
    bits: next,
    unit,
    below: (n) => Math.floor(unit() * n),
    normal,
    poisson: (mean) => {
      if (mean >= POISSON_EXACT_BELOW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      // Inversion by sequential search (Devroye 1986, X.3.2): one uniform, mean + 1 steps.
      let rest = unit();
      let share = Math.exp(-mean);
      let count = 0;
      while (rest > share && count < 80) {
        rest -= share;
        count++;
        share *= mean / count;
      }
      return count;
    },
  };
}

/** One of a list. */
export function pick<T>(list: readonly T[], random: Random): T {
  const item = list[random.below(list.length)];
  if (item === undefined) throw new RangeError('nothing to pick from an empty list');
  return item;
}

/** Index drawn in proportion to the weights (not negative, not all zero). */
export function pickByWeight(weights: ArrayLike<number>, random: Random): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]!;
  let rest = random.unit() * sum;
  for (let i = 0; i < weights.length; i++) if ((rest -= weights[i]!) < 0) return i;
  return weights.length - 1;
}

/** sfc32 of PractRand (Chris Doty-Humphrey): 128 bits of state, 32 bits a step; seeded by FNV-1a of the name. */
function sfc32(seed: number, name: string): () => number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  let a = seed | 0;
  let b = hash | 0;
  let c = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Inverse of the standard normal distribution, relative error below 1.2e-9 (Acklam's rational approximation). */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
