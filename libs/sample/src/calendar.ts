import { type Day, weekdayOf, yearOf } from '#vocabulary';

const ZONE = 'America/New_York';
const HOUR = 3_600_000;
const zoneHours = new Map<Day, number>();
const zoneName = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, timeZoneName: 'longOffset' });

/** The instant of an hour of a day on the clock of New York; hours may go beyond 24. The two nights of change are an hour off. */
export function instantAt(day: Day, hour: number): number {
  const date = day + Math.floor(hour / 24);
  let offset = zoneHours.get(date);
  if (offset === undefined) {
    const text = zoneName
      .formatToParts(date * 86_400_000 + 17 * HOUR)
      .find((part) => part.type === 'timeZoneName')?.value;
    offset = Number(/GMT([+-]\d+)/.exec(text ?? '')?.[1] ?? -5);
    zoneHours.set(date, offset);
  }
  return day * 86_400_000 + Math.round((hour - offset) * HOUR);
}

/** Hours of a day that have gone by at an instant on the clock of New York; below 0 or above 24 on other days. */
export const hourOf = (day: Day, instant: number): number => (instant - instantAt(day, 0)) / HOUR;

const monthDay = (day: Day): number => {
  const date = new Date(day * 86_400_000);
  return (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
};

const FIXED: Readonly<Record<number, number>> = {
  101: 0.6,
  102: 0.08,
  704: 0.4,
  703: -0.05,
  1224: 0.35,
  1225: 1,
  1226: 0.1,
  1231: 0.15,
};

/**
 * How much of everyday life rests on a day of the United States' calendar: 0 on ordinary days, 1 at Christmas; slightly
 * negative on the busy days before.
 */
export function restOf(day: Day): number {
  const date = monthDay(day);
  const fixed = FIXED[date];
  if (fixed !== undefined) return fixed;
  const weekday = weekdayOf(day);
  if (weekday === 1 && ((date >= 525 && date <= 531) || (date >= 901 && date <= 907))) return 0.3;
  if (weekday === 4 && date >= 1122 && date <= 1128) return 0.8;
  if (weekday === 3 && date >= 1121 && date <= 1127) return -0.1;
  if (weekday === 5 && date >= 1123 && date <= 1129) return 0.1;
  return 0;
}

/** First day of each calendar month that begins after `from` and not after `to`, led by `from` itself. */
export function monthStarts(from: Day, to: Day): Day[] {
  const starts = [from];
  for (let year = yearOf(from), month = new Date(from * 86_400_000).getUTCMonth() + 1; ; month++) {
    const first = Date.UTC(year, month, 1) / 86_400_000;
    if (first > to) return starts;
    starts.push(first);
  }
}
