import { STATUS } from '#vocabulary';

/** Weeks a day is compared with, and the fewest of them that say anything. */
export const WEEKS = 8;
const LEAST_WEEKS = 4;

interface DailyCounts {
  readonly total: Uint32Array;
  readonly status: Uint8Array;
  readonly reporting: Uint32Array;
}

/**
 * A day against the same weekday of the eight weeks before. What is expected is scaled to the facilities that have
 * reported (a ratio estimate: counts ÷ reporting facilities of those weeks, times the facilities of the day), so that a
 * day of which half has come is not low. The deviation is that of those weeks around the same line, but never less than
 * that of Poisson counts, nor than one. Undefined when fewer than four of the weeks have a number, or nobody reported.
 */
export function againstWeekday(
  { total, status, reporting }: DailyCounts,
  at: number,
): { expected: number; z: number } | undefined {
  const present = reporting[at] ?? 0;
  if (present === 0 || status[at] !== STATUS.reported) return undefined;
  let [weeks, counts, facilities] = [0, 0, 0];
  const known = (i: number): boolean => i >= 0 && status[i] === STATUS.reported && reporting[i]! > 0;
  for (let week = 1; week <= WEEKS; week++) {
    const i = at - 7 * week;
    if (!known(i)) continue;
    weeks++;
    counts += total[i]!;
    facilities += reporting[i]!;
  }
  if (weeks < LEAST_WEEKS) return undefined;
  const rate = counts / facilities;
  const expected = rate * present;
  let squares = 0;
  for (let week = 1; week <= WEEKS; week++) {
    const i = at - 7 * week;
    if (known(i)) squares += (total[i]! - rate * reporting[i]!) ** 2;
  }
  const variance = Math.max(squares / (weeks - 1), expected, 1);
  return { expected, z: (total[at]! - expected) / Math.sqrt(variance) };
}
