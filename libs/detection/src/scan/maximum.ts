import { boundFactor, logLikelihoodRatio } from './likelihood.js';
import { bestAround, type Windows } from './windows.js';

/** The largest ratio of any window: what a replicate is for. 0 where no window qualifies. */
export type Maximum = (counts: Int32Array) => number;

/** The slow and plain way, for any counts. */
export function plainMaximum(windows: Windows): Maximum {
  return (counts) => {
    let most = 0;
    for (let centre = 0; centre + 1 < windows.circles.start.length; centre++)
      most = bestAround(windows, counts, { centre, above: most })?.llr ?? most;
    return most;
  };
}

/** Counts that share a word: 15 bits, and one above them that a comparison clears. */
const MOST = 2 ** 15 - 1;
const SIGNS = 0x80008000 | 0;
/** Circles that one comparison settles: none has more cases than the last, or needs fewer than the least demanding. */
const BLOCK = 4;

const leastOf = (a: number, b: number): number =>
  Math.min(a & MOST, b & MOST) | (Math.min((a >>> 16) & MOST, (b >>> 16) & MOST) << 16) | SIGNS;

/** Circles in blocks of {@link BLOCK}, centre by centre, the last block filled up with a place without cases. */
function blocks({ start, place }: Windows['circles']): { readonly first: Int32Array; readonly places: Int32Array } {
  const centres = start.length - 1;
  const first = new Int32Array(centres + 1);
  for (let centre = 0; centre < centres; centre++)
    first[centre + 1] = first[centre]! + Math.ceil((start[centre + 1]! - start[centre]!) / BLOCK);
  const places = new Int32Array(first[centres]! * BLOCK).fill(centres);
  for (let centre = 0; centre < centres; centre++)
    places.set(place.subarray(start[centre]!, start[centre + 1]!), first[centre]! * BLOCK);
  return { first, places };
}

/**
 * The same for replicates that are expected to exceed `above`: the counts that a window needs for a larger ratio are
 * tabulated, two spans to a word, so that one subtraction settles the windows of two spans and four circles. A
 * replicate that stays below is done again the plain way. High rates only; undefined where counts may not fit.
 */
export function tabulatedMaximum(windows: Windows, above: number): Maximum | undefined {
  const { circles, factors, all, minCases, rates } = windows;
  if (rates !== 'high' || all > MOST) return undefined;
  const { start, weight, isEnd } = circles;
  const spans = factors.length;
  const words = (spans + 1) >>> 1;
  const centres = start.length - 1;
  const { first, places } = blocks(circles);
  const size = places.length;
  // The highest counts that are not yet worth a logarithm, with a sign above each: word by word, of circles, of blocks.
  const quiet = new Int32Array(size * words).fill(-1);
  const quietBlock = new Int32Array((size / BLOCK) * words).fill(-1);
  for (let centre = 0; centre < centres; centre++) {
    for (let circle = start[centre]!; circle < start[centre + 1]!; circle++) {
      if (isEnd[circle] === 0) continue;
      const at = first[centre]! * BLOCK + circle - start[centre]!;
      for (let word = 0; word < words; word++) {
        const [low, high] = [most(circle, 2 * word), most(circle, 2 * word + 1)];
        const both = low | (high << 16) | SIGNS;
        quiet[word * size + at] = both;
        const block = (word * size + at) >>> 2;
        quietBlock[block] = leastOf(quietBlock[block]!, both);
      }
    }
  }
  const plain = plainMaximum(windows);
  const packed = new Int32Array(centres + 1);
  let found = above;

  function most(circle: number, span: number): number {
    if (span >= spans) return MOST;
    const expected = weight[circle]! * factors[span]!;
    const needed = expected + Math.sqrt(above / boundFactor(expected, all));
    return Math.min(MOST, Math.max(minCases - 1, Math.floor(needed)));
  }

  /** A block that has enough cases somewhere: its circles one by one; `sum` is of what lies before it. */
  function judge(block: number, { centre, word, sum }: { centre: number; word: number; sum: number }): void {
    let cases = sum;
    for (let at = block * BLOCK; at < (block + 1) * BLOCK; at++) {
      cases = (cases + packed[places[at]!]!) | 0;
      const signs = (quiet[word * size + at]! - cases) & SIGNS;
      if (signs === SIGNS) continue;
      const circle = start[centre]! + at - first[centre]! * BLOCK;
      for (let half = 0; half < 2; half++) {
        if ((signs >>> (15 + 16 * half)) & 1) continue;
        const observed = (cases >>> (16 * half)) & MOST;
        const expected = weight[circle]! * factors[2 * word + half]!;
        const excess = observed - expected;
        if (excess * excess * boundFactor(expected, all) > found) found = Math.max(found, logLikelihoodRatio(observed, expected, all)); // prettier-ignore
      }
    }
  }

  return (counts) => {
    found = above;
    for (let word = 0; word < words; word++) {
      const [low, high] = [2 * word, 2 * word + 1];
      for (let at = 0; at < centres; at++)
        packed[at] = counts[at * spans + low]! | (high < spans ? counts[at * spans + high]! << 16 : 0);
      const table = (word * size) / BLOCK;
      for (let centre = 0; centre < centres; centre++) {
        let sum = 0;
        const end = first[centre + 1]!;
        for (let block = first[centre]!; block < end; block++) {
          const at = block * BLOCK;
          const before = sum;
          sum = (sum + packed[places[at]!]! + packed[places[at + 1]!]! + packed[places[at + 2]!]! + packed[places[at + 3]!]!) | 0; // prettier-ignore
          if (((quietBlock[table + block]! - sum) & SIGNS) !== SIGNS) judge(block, { centre, word, sum: before });
        }
      }
    }
    return found > above ? found : plain(counts);
  };
}
