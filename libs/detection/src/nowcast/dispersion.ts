import { logGamma } from '../numeric/gamma.js';

const [LEAST, MOST] = [0.1, 1000];
/** Added to every mean, so that one of 0 has a likelihood. */
const PADDING = 0.001;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Logarithm of the likelihood of counts under negative binomials of one size and their means, less what has neither. */
function likelihood(counts: readonly number[], means: readonly number[], size: number): number {
  let total = 0;
  for (const [i, count] of counts.entries()) {
    const mean = means[i]! + PADDING;
    total += logGamma(count + size) - logGamma(size) + size * Math.log(size / (size + mean)) + count * Math.log(mean / (size + mean)); // prettier-ignore
  }
  return total;
}

/**
 * Size of the negative binomial (variance µ + µ²/size) under which counts around their predictions are likeliest, 0.1 to
 * 1000, as `baselinenowcast::fit_nb` has it; golden section on its logarithm. 1000 is as good as Poisson. Counts that are
 * not whole are rounded.
 */
export function dispersionOf(counts: readonly number[], means: readonly number[]): { readonly size: number; readonly likelihood: number } {
  const whole = counts.map(Math.round);
  const at = (log: number): number => likelihood(whole, means, Math.exp(log));
  let [low, high] = [Math.log(LEAST), Math.log(MOST)];
  let inner = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)] as [number, number];
  let found = [at(inner[0]), at(inner[1])] as [number, number];
  while (high - low > 1e-6) {
    if (found[0] < found[1]) {
      low = inner[0];
      inner = [inner[1], low + GOLDEN * (high - low)];
      found = [found[1], at(inner[1])];
    } else {
      high = inner[1];
      inner = [high - GOLDEN * (high - low), inner[0]];
      found = [at(inner[0]), found[0]];
    }
  }
  const middle = (low + high) / 2;
  const [end, within] = [at(Math.log(MOST)), at(middle)];
  return end >= within ? { size: MOST, likelihood: end } : { size: Math.exp(middle), likelihood: within };
} // prettier-ignore
