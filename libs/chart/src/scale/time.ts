import { type Day, dayOf, startOfYear, weekdayOf, yearOf } from '#vocabulary';

/** Maps days onto pixels: the middle of day `from` lies half a day's width right of `left`. */
export interface TimeScale {
  /** Pixels a day. */
  readonly perDay: number;
  /** Middle of a day. */
  (day: Day): number;
}

export function timeScale(from: Day, to: Day, { left, right }: { left: number; right: number }): TimeScale {
  const perDay = (right - left) / (to - from + 1);
  return Object.assign((day: Day) => left + (day - from + 0.5) * perDay, { perDay });
}

/** A tick lies at the start of `day`. `label` goes below it; `year` below that, where a year is named. */
export interface TimeTick {
  readonly day: Day;
  readonly label: string;
  readonly year: string | undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthOf = (day: Day): number => new Date(day * 86_400_000).getUTCMonth();
const dateOf = (day: Day): number => new Date(day * 86_400_000).getUTCDate();

/** The finest ticks, of days, weeks, months or years, of which at most `count` (at least 2) lie in [from, to]. */
export function timeTicks(from: Day, to: Day, count: number): readonly TimeTick[] {
  const room = Math.max(2, count);
  for (const step of [1, 2, 7, 14]) {
    if ((to - from) / step > room) continue;
    const starts = dayStarts(from, to, step);
    if (starts.length <= room) return withYears(starts, dayLabel);
  }
  for (const step of [1, 2, 3, 6]) {
    const starts = monthStarts(from, to, step);
    if (starts.length <= room) return withYears(starts, (day) => MONTHS[monthOf(day)]!);
  }
  const fitting = [1, 2, 5, 10, 20, 50].map((step) => yearStarts(from, to, step)).find(({ length }) => length <= room);
  return (fitting ?? []).map((day) => ({ day, label: String(yearOf(day)), year: undefined }));
}

const dayLabel = (day: Day): string => `${dateOf(day)} ${MONTHS[monthOf(day)]!}`;

function dayStarts(from: Day, to: Day, step: number): Day[] {
  const starts: Day[] = [];
  // Steps of whole weeks begin on Mondays, the others with the first day.
  const first = step % 7 === 0 ? from + ((8 - weekdayOf(from)) % 7) : from;
  for (let day = first; day <= to; day += step) starts.push(day);
  return starts;
}

function monthStarts(from: Day, to: Day, step: number): Day[] {
  const starts: Day[] = [];
  for (let year = yearOf(from); year <= yearOf(to); year++) {
    for (let month = 1; month <= 12; month += step) {
      const day = dayOf(year, month, 1)!;
      if (day >= from && day <= to) starts.push(day);
    }
  }
  return starts;
}

function yearStarts(from: Day, to: Day, step: number): Day[] {
  const starts: Day[] = [];
  for (let year = Math.ceil(yearOf(from) / step) * step; year <= yearOf(to); year += step) {
    const day = startOfYear(year);
    if (day >= from && day <= to) starts.push(day);
  }
  return starts;
}

/** Names the year below the first tick, and below the first tick of each further year. */
function withYears(days: readonly Day[], label: (day: Day) => string): TimeTick[] {
  return days.map((day, i) => {
    const named = i === 0 || yearOf(day) !== yearOf(days[i - 1]!);
    return { day, label: label(day), year: named ? String(yearOf(day)) : undefined };
  });
}
