/** A generator of numbers from 0 to 1: mulberry32. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Overdispersed counts about a level, with weekday, yearly wave, and noise of the size of Poisson's times 1.5. */
export function dailyCounts({ seed, days }: { seed: number; days: number }): Float64Array {
  const next = random(seed);
  const level = Math.exp(1 + 4 * next());
  const weekday = Array.from({ length: 7 }, () => 0.7 + 0.6 * next());
  return Float64Array.from({ length: days }, (_, day) => {
    const mean = level * weekday[day % 7]! * (1 + 0.3 * Math.cos((2 * Math.PI * day) / 365.25));
    return Math.max(0, Math.round(mean + 1.5 * Math.sqrt(mean) * normal(next)));
  });
}

/** Sums of seven days. */
export function weeklyCounts(given: { seed: number; weeks: number }): Float64Array {
  const days = dailyCounts({ seed: given.seed, days: given.weeks * 7 });
  return Float64Array.from({ length: given.weeks }, (_, week) => {
    let sum = 0;
    for (let day = week * 7; day < week * 7 + 7; day++) sum += days[day]!;
    return sum;
  });
}
