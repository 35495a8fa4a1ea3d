import type { Random } from '../random.js';

/** Fills `counts` (places × spans) with the cases of one replicate in which nothing but chance is at work. */
export type Chance = (counts: Int32Array) => void;

/** Cases of each place by age in days (0 is the last day) become cases of the last 1, 2, … days. */
export function accumulate(counts: Int32Array, spans: number): void {
  for (let at = 0; at < counts.length; at += spans)
    for (let span = 1; span < spans; span++) counts[at + span]! += counts[at + span - 1]!;
}

/**
 * Space-time permutation: the days of all cases are shuffled over the places, so that both margins stay. Only who gets
 * one of the last days matters, which is the beginning of a Fisher-Yates shuffle. `byAge` has the cases of each of the
 * last days, the last first.
 */
export function permutedDays(casesOfPlaces: readonly number[], byAge: readonly number[], random: Random): Chance {
  const placeOfCase = Int32Array.from(casesOfPlaces.flatMap((cases, place) => new Array<number>(cases).fill(place)));
  const spans = byAge.length;
  return (counts) => {
    counts.fill(0);
    let drawn = 0;
    for (let age = 0; age < spans; age++) {
      for (let n = byAge[age]!; n > 0; n--) {
        const other = drawn + random.below(placeOfCase.length - drawn);
        const place = placeOfCase[other]!;
        placeOfCase[other] = placeOfCase[drawn]!;
        placeOfCase[drawn] = place;
        counts[place * spans + age]!++;
        drawn++;
      }
    }
    accumulate(counts, spans);
  };
}

/** Walker's alias method (1977): a position with the chance of its weight, in one draw of two numbers. */
function alias(weights: Float64Array): { readonly keep: Float64Array; readonly other: Int32Array } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const keep = weights.map((weight) => (weight * weights.length) / total);
  const other = Int32Array.from(weights, (_, i) => i);
  const poor: number[] = [];
  const rich: number[] = [];
  for (const [i, share] of keep.entries()) (share < 1 ? poor : rich).push(i);
  for (let from = poor.pop(), to = rich.at(-1); from !== undefined && to !== undefined; from = poor.pop(), to = rich.at(-1)) {
    other[from] = to;
    keep[to]! -= 1 - keep[from]!;
    if (keep[to]! < 1) poor.push(rich.pop()!);
  }
  return { keep, other };
} // prettier-ignore

/** Poisson: every case falls on a place by its population, on any of the days alike; cases before the spans vanish. */
export function multinomial(population: Float64Array, { cases, days, spans }: { cases: number; days: number; spans: number }, random: Random): Chance {
  const { keep, other } = alias(population);
  return (counts) => {
    counts.fill(0);
    for (let n = 0; n < cases; n++) {
      const age = random.below(days);
      if (age >= spans) continue;
      const at = random.below(population.length);
      const place = random.next() / 2 ** 32 < keep[at]! ? at : other[at]!;
      counts[place * spans + age]!++;
    }
    accumulate(counts, spans);
  };
} // prettier-ignore
