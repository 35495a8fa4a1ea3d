import { drawNormal, drawPoisson, drawLogGamma } from '../numeric/draws.js';
import { type Random, seededRandom } from '../random.js';
import { checkTriangle, knownOf, type ReportingTriangle } from './triangle.js';

// Looked up once: these are most of what is done here.
const { exp, log } = Math;

export interface SmoothedOptions {
  /** Whether cells vary more than Poisson ones, all with one size. */
  readonly spread: 'poisson' | 'negative-binomial';
  /** Sweeps that are left out, and those that are kept. */
  readonly burnIn: number;
  readonly sweeps: number;
  readonly seed: number;
}

/** Priors of the reference: shape and rate of precision and size, precision of the first level, pseudo-reports of a delay. */
const [VAGUE, FIRST, DIRICHLET] = [0.001, 0.001, 0.1];
/** Accepted steps that a step's width is tuned to: Roberts, Gelman & Gilks, Annals of Applied Probability 7 (1997) 110–120. */
const WANTED = 0.4;

/** The state of the chain; delays are gamma numbers whose shares are Dirichlet. */
interface State {
  readonly levels: Float64Array;
  readonly logDelays: Float64Array;
  logSize: number;
  precision: number;
}

const share = (random: Random): number => (random.next() + 0.5) / 2 ** 32;

/** Widths of steps, tuned while the chain burns in. */
function steps(count: number): { readonly width: Float64Array; tune(at: number, accepted: boolean): void } {
  const width = new Float64Array(count).fill(0.5);
  return { width, tune: (at, accepted) => void (width[at]! *= accepted ? 1.06 : 1.06 ** (-WANTED / (1 - WANTED))) };
}

/**
 * Final count of each row, drawn: McGough, Johansson, Lipsitch, Menzies, "Nowcasting by Bayesian smoothing", PLoS
 * Computational Biology 16 (2020) e1007735, with the priors of its package NobBS. Cells are Poisson or negative binomial
 * around a level times the share of the delay; the logarithms of levels walk at random; shares are Dirichlet. By
 * Metropolis steps within Gibbs over the cells that are known; what is not known is drawn from each state.
 *
 * For comparison: seconds, where the chain ladder takes a thousandth of one. A row of counts, unsorted, a row.
 */
export function smoothedNowcast(triangle: ReportingTriangle, { spread, burnIn, sweeps, seed }: SmoothedOptions): readonly Float64Array[] {
  checkTriangle(triangle);
  const random = seededRandom(seed);
  const [rows, delays] = [triangle.length, triangle[0]!.length];
  const known = triangle.map(knownOf);
  const isPoisson = spread === 'poisson';
  const { levels, logDelays, ...state }: State = {
    levels: Float64Array.from(triangle, (row, at) => log(0.5 + row.subarray(0, known[at]).reduce((a, b) => a + b, 0))),
    logDelays: new Float64Array(delays),
    logSize: 1,
    precision: 1,
  };
  const shares = new Float64Array(delays);
  /** Logarithm of what the gamma numbers sum up to. */
  let whole = 0;
  const settle = (): void => {
    const most = logDelays.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (let delay = 0; delay < delays; delay++) sum += shares[delay] = exp(logDelays[delay]! - most);
    for (let delay = 0; delay < delays; delay++) shares[delay]! /= sum;
    whole = most + log(sum);
  };
  settle();

  /** ln Γ(size + count) ÷ Γ(size) by count, of the size in use. */
  const rising = new Float64Array(1 + triangle.reduce((most, row, at) => row.subarray(0, known[at]).reduce((a, b) => Math.max(a, b), most), 0));
  const rise = (): void => {
    const size = exp(state.logSize);
    for (let count = 1; count < rising.length; count++) rising[count] = rising[count - 1]! + log(size + count - 1);
  };
  rise();

  /** ln likelihood of what is known of a row, less what depends on neither level, delays nor size. */
  const ofRow = (at: number, level: number): number => {
    const [row, mean, size, { logSize }] = [triangle[at]!, exp(level), exp(state.logSize), state];
    let total = 0;
    for (let delay = 0; delay < known[at]!; delay++) {
      const [count, expected] = [row[delay]!, mean * shares[delay]!];
      if (count > 0) total += count * (level + logDelays[delay]! - whole);
      if (isPoisson) total -= expected;
      else total += size * logSize - (count + size) * log(size + expected) + rising[count]!;
    }
    return total;
  };
  const all = (): number => {
    let total = 0;
    for (let at = 0; at < rows; at++) total += ofRow(at, levels[at]!);
    return total;
  };
  const walk = (at: number, level: number): number => {
    const before = at === 0 ? FIRST * level ** 2 : state.precision * (level - levels[at - 1]!) ** 2;
    const after = at === rows - 1 ? 0 : state.precision * (levels[at + 1]! - level) ** 2;
    return -(before + after) / 2;
  };

  const [levelSteps, delaySteps, cutSteps, sizeSteps] = [steps(rows), steps(delays), steps(delays), steps(1)];
  const drawn = triangle.map(() => new Float64Array(sweeps));
  for (let sweep = -burnIn; sweep < sweeps; sweep++) {
    const isBurning = sweep < 0;
    for (let at = 0; at < rows; at++) {
      const [old, next] = [levels[at]!, levels[at]! + levelSteps.width[at]! * drawNormal(random)];
      const gain = ofRow(at, next) + walk(at, next) - ofRow(at, old) - walk(at, old);
      const isTaken = log(share(random)) < gain;
      if (isTaken) levels[at] = next;
      if (isBurning) levelSteps.tune(at, isTaken);
    }
    let likelihood = all();
    for (let delay = 0; delay < delays; delay++) {
      const [old, next] = [logDelays[delay]!, logDelays[delay]! + delaySteps.width[delay]! * drawNormal(random)];
      logDelays[delay] = next;
      settle();
      const proposed = all();
      const gain = proposed - likelihood + DIRICHLET * (next - old) - exp(next) + exp(old);
      const isTaken = log(share(random)) < gain;
      if (isTaken) likelihood = proposed;
      else logDelays[delay] = old;
      if (isBurning) delaySteps.tune(delay, isTaken);
    }
    settle();
    // What late delays gain and levels gain with them hardly shows in what is known: both at once, or the chain creeps.
    for (let cut = 1; cut < delays; cut++) {
      const step = cutSteps.width[cut]! * drawNormal(random);
      const [before, first] = [whole, levels[0]!];
      let gain = 0;
      for (let delay = cut; delay < delays; delay++) {
        const old = logDelays[delay]!;
        logDelays[delay] = old + step;
        gain += DIRICHLET * step - exp(old + step) + exp(old);
      }
      settle();
      const shift = whole - before;
      for (let at = 0; at < rows; at++) levels[at]! += shift;
      const proposed = all();
      gain += proposed - likelihood - (FIRST * (levels[0]! ** 2 - first ** 2)) / 2;
      const isTaken = log(share(random)) < gain;
      if (isTaken) likelihood = proposed;
      else {
        for (let delay = cut; delay < delays; delay++) logDelays[delay]! -= step;
        for (let at = 0; at < rows; at++) levels[at]! -= shift;
        settle();
      }
      if (isBurning) cutSteps.tune(cut, isTaken);
    }
    let walked = 0;
    for (let at = 1; at < rows; at++) walked += (levels[at]! - levels[at - 1]!) ** 2;
    state.precision = exp(drawLogGamma(random, VAGUE + (rows - 1) / 2)) / (VAGUE + walked / 2);
    if (!isPoisson) {
      const [old, next] = [state.logSize, state.logSize + sizeSteps.width[0]! * drawNormal(random)];
      state.logSize = next;
      rise();
      const gain = all() - likelihood + VAGUE * (next - old - exp(next) + exp(old));
      const isTaken = log(share(random)) < gain;
      if (!isTaken) {
        state.logSize = old;
        rise();
      }
      if (isBurning) sizeSteps.tune(0, isTaken);
    }
    if (isBurning) continue;
    for (const [at, row] of triangle.entries()) {
      let count = 0;
      for (let delay = 0; delay < delays; delay++) {
        if (delay < known[at]!) count += row[delay]!;
        else {
          const mean = exp(levels[at]!) * shares[delay]!;
          const size = exp(state.logSize);
          count += drawPoisson(random, isPoisson ? mean : exp(drawLogGamma(random, size)) * (mean / size));
        }
      }
      drawn[at]![sweep] = count;
    }
  }
  return drawn;
} // prettier-ignore
