/**
 * A calendar day without zone, as whole days since 1970-01-01 (negative before). The reporting day of a count is the
 * facility's local day as the file states it; it is never derived from the clock of the receiver.
 */
export type Day = number;

const MS_PER_DAY = 86_400_000;
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day of a proleptic Gregorian date, or undefined when there is no such date (month from 1). */
export function dayOf(year: number, month: number, dayOfMonth: number): Day | undefined {
  if (!(month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= 31)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  return date.getUTCMonth() === month - 1 ? date.getTime() / MS_PER_DAY : undefined;
}

/** Reads `YYYY-MM-DD`; undefined for anything else and for dates that do not exist. */
export function parseDay(text: string): Day | undefined {
  const parts = ISO_DAY.exec(text);
  return parts ? dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
}

/** `YYYY-MM-DD` */
export function formatDay(day: Day): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

export function yearOf(day: Day): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The first day of a year. */
export function startOfYear(year: number): Day {
  return Date.UTC(year, 0, 1) / MS_PER_DAY;
}

/** 365 or 366. */
export function daysInYear(year: number): number {
  return startOfYear(year + 1) - startOfYear(year);
}

/** A formatter costs a thousand times what it does; there are as many as zones in use. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = CLOCKS.get(timeZone);
  if (!clock) CLOCKS.set(timeZone, (clock = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })));
  return clock;
}

/** The day at an instant (milliseconds since the epoch) on the wall clock of an IANA time zone. */
export function dayAt(instant: number, timeZone: string): Day {
  const day = parseDay(clockOf(timeZone).format(instant));
  if (day === undefined) throw new RangeError(`no calendar day at ${instant} in ${timeZone}`);
  return day;
}
