import { type Day, dayAt, formatDay } from '#vocabulary';

const HOUR = 3_600_000;

/** The instant at which a day begins on the wall clock of a zone (the first instant of that day). */
export function midnightOf(day: Day, timeZone: string): number {
  const guess = Date.parse(`${formatDay(day)}T00:00:00Z`);
  // Zones lie between UTC-12 and UTC+14, in steps of a quarter of an hour.
  for (let at = guess - 14 * HOUR; at <= guess + 12 * HOUR; at += HOUR / 4) {
    if (dayAt(at, timeZone) === day) return at;
  }
  throw new RangeError(`${formatDay(day)} does not occur in ${timeZone}`);
}

/**
 * Facilities that had reported by the end of each hour after midnight of the reporting day, up to `hours` or to `now`.
 * `arrivals` are instants in order, one a facility.
 */
export function arrivalsByHour(
  arrivals: readonly number[],
  { midnight, hours, now }: { midnight: number; hours: number; now: number },
): number[] {
  const curve: number[] = [];
  let arrived = 0;
  for (let hour = 0; hour <= hours && midnight + hour * HOUR <= now; hour++) {
    while (arrived < arrivals.length && arrivals[arrived]! <= midnight + hour * HOUR) arrived++;
    curve.push(arrived);
  }
  return curve;
}
