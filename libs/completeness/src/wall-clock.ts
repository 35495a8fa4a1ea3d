import { type Day, dayAt } from '#vocabulary';
import { midnightOf } from './curve.js';

const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/** A formatter costs a thousand times what it does; there are as many as zones in use. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = CLOCKS.get(timeZone);
  if (!clock) CLOCKS.set(timeZone, (clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }))); // prettier-ignore
  return clock;
}

/**
 * Minutes that the wall clock of a zone shows at an instant (milliseconds since the epoch), counted from midnight of the
 * day: 08:00 is 480 on every day, also when the clock was moved in the night; 02:00 of the next day is 1560.
 */
export function wallMinutes(instant: number, { day, timeZone }: { day: Day; timeZone: string }): number {
  const [hours = 0, minutes = 0] = clockOf(timeZone).format(instant).split(':').map(Number);
  return (dayAt(instant, timeZone) - day) * DAY_MINUTES + hours * 60 + minutes;
}

/**
 * The instant at which the wall clock shows so many minutes after midnight of the day: the first of two when the clock is
 * moved back, and when it is moved forward over it, the instant as much after the move.
 */
export function instantAt(minutes: number, { day, timeZone }: { day: Day; timeZone: string }): number {
  const guess = midnightOf(day, timeZone) + minutes * MINUTE;
  const moved = guess + (minutes - wallMinutes(guess, { day, timeZone })) * MINUTE;
  // The clock may have been moved between the two: the later guess then is as far after the gap as the time lies in it.
  return wallMinutes(moved, { day, timeZone }) === minutes ? moved : Math.max(guess, moved);
}
