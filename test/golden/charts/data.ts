import type { ChartSeries } from '#chart';
import { type Day, parseDay, type StatusName, weekdayOf } from '#vocabulary';

/** Numbers from 0 up to 1, the same for the same seed on every machine. Source: Mulberry32 (T. Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const day = (text: string): Day => {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new RangeError(`${text} is no day`);
  return parsed;
};

const WEEKDAY = [0.78, 1.16, 1.08, 1.04, 1.02, 1.04, 0.88];

interface Kind {
  readonly label: string;
  readonly seed: number;
  readonly from: Day;
  readonly days: number;
  readonly mean: number;
  /** Height of the winter above the summer, 0 to 1. */
  readonly winter: number;
  /** Middle, and length, of an outbreak that doubles the counts; days from the first. */
  readonly outbreak?: readonly [number, number];
}

/** Daily counts with seasons, weekdays, noise and an outbreak; 85 % are unflagged. All reported. */
export function series({ label, seed, from, days, mean, winter, outbreak }: Kind): ChartSeries {
  const next = random(seed);
  const total = Array.from({ length: days }, (_, i) => {
    const season = 1 + winter * Math.cos((2 * Math.PI * (from + i - 15)) / 365.25);
    const peak = outbreak ? Math.exp(-(((i - outbreak[0]) / outbreak[1]) ** 2)) : 0;
    const expected = mean * season * (1 + 1.2 * peak) * WEEKDAY[weekdayOf(from + i)]!;
    const noise = next() + next() + next() - 1.5;
    return Math.max(0, Math.round(expected + noise * (1.2 * Math.sqrt(expected) + 0.05 * expected)));
  });
  const unflagged = total.map((count) => Math.round(count * (0.8 + 0.1 * next())));
  return { label, from, total, unflagged, status: total.map(() => 'reported') };
}

/** The same series with another status on some days; `from` and `to` count days from the first, both included. */
export function withStatus(
  whole: ChartSeries,
  status: StatusName,
  ...runs: readonly (readonly [from: number, to: number])[]
): ChartSeries {
  const touched = (i: number): boolean => runs.some(([from, to]) => i >= from && i <= to);
  const cut = (values: readonly (number | null)[]): (number | null)[] =>
    values.map((value, i) => (touched(i) ? null : value));
  return {
    ...whole,
    total: cut(whole.total),
    ...(whole.unflagged ? { unflagged: cut(whole.unflagged) } : {}),
    status: whole.status.map((one, i) => (touched(i) ? status : one)),
  };
}

/** The same series as only a share of its facilities reported it; `shareOf` gives the share of each day. */
export function reportedBy(whole: ChartSeries, facilities: number, shareOf: (day: number) => number): ChartSeries {
  const scaled = (values: readonly (number | null)[]): (number | null)[] =>
    values.map((value, i) => (value === null ? null : Math.round(value * shareOf(i))));
  return {
    ...whole,
    total: scaled(whole.total),
    ...(whole.unflagged ? { unflagged: scaled(whole.unflagged) } : {}),
    completeness: whole.total.map((_, i) => ({
      reporting: Math.round(facilities * shareOf(i)),
      participating: facilities,
    })),
  };
}
