import type { Day } from '#vocabulary';

/** When a facility takes part: from its first accepted day until the day before it closed. */
export interface Participant {
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** First day it no longer takes part; undefined while open. */
  readonly closedOn: Day | undefined;
}

/**
 * The denominator of completeness, dated: closing or opening a facility never moves the rate of a past day.
 * A facility that reports after the day it was closed was open until then.
 */
export function participation(participants: Iterable<Participant>): (day: Day) => number {
  const opened: Day[] = [];
  const closed: Day[] = [];
  for (const { firstDay, lastDay, closedOn } of participants) {
    opened.push(firstDay);
    if (closedOn !== undefined) closed.push(Math.max(closedOn, lastDay + 1));
  }
  opened.sort((a, b) => a - b);
  closed.sort((a, b) => a - b);
  return (day) => countUpTo(opened, day) - countUpTo(closed, day);
}

/** How many of the sorted days are `day` or earlier. */
function countUpTo(days: readonly Day[], day: Day): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
