import type { Pull } from '#registry';

const FIRST_RETRY_MS = 30_000;
const DAY_MS = 86_400_000;

/** When a source is listed next, where nothing is wrong: after `every`, and at each time of day (UTC). */
export function nextListing({ everyMs, at }: Pick<Pull, 'everyMs' | 'at'>, last: number): number {
  const midnight = last - (last % DAY_MS);
  const times = at.map((ofDay) => (midnight + ofDay > last ? midnight + ofDay : midnight + DAY_MS + ofDay));
  return Math.min(...times, everyMs === undefined ? Infinity : last + everyMs);
}

/**
 * Milliseconds until what has failed `failures` times (from 1) is tried again: 30 s, doubled each time up to `longest`,
 * spread by a quarter to either side so that many do not come back at once. `chance` is in [0, 1).
 */
export function backoff(failures: number, { longest, chance }: { longest: number; chance: number }): number {
  const plain = Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 30));
  return plain * (0.75 + chance / 2);
}
