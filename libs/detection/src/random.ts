/** A stream of chance that is the same for the same seed, everywhere. */
export interface Random {
  /** A whole number from 0, below 2³². */
  next(): number;
  /** A whole number from 0, below `n` ≤ 2²⁴: uneven by less than n ÷ 2³². */
  below(n: number): number;
}

/**
 * sfc32 of Chris Doty-Humphrey's PractRand (2014): 128 bits of state, no period below 2³², passes its tests and
 * TestU01's BigCrush. Additions, rotations and exclusive ors of 32 bits alone.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 | 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 16; round++) next();
  return { next, below: (n) => Math.floor((next() / 2 ** 32) * n) };
}
