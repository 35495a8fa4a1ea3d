import { type Day, dayOf, epiweekOf, epiweekStart, startOfYear, weekdayOf } from '#vocabulary';
import type { Period } from './time.js';

/**
 * Periods said from today on, in the names of DHIS2 (Developer guide, "Relative periods"): `LAST_n_…` are the n whole
 * units before the present one, `LAST_…` is the one before, `THIS_…` is the present one to its end. Weeks begin on
 * Monday (ISO), epiweeks on Sunday (MMWR).
 */
const UNITS = ['DAY', 'WEEK', 'EPIWEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
type Unit = (typeof UNITS)[number];

const MOST = 999;
export const RELATIVE_PATTERN = `^(TODAY|YESTERDAY|(THIS|LAST)_(WEEK|EPIWEEK|MONTH|QUARTER|YEAR)|LAST_[1-9]\\d{0,2}_(${UNITS.join('|')})S)$`;

/** First day of the month that many months after January of year 0. */
const monthStart = (months: number): Day => dayOf(Math.floor(months / 12), (months % 12) + 1, 1)!;

function monthsOf(day: Day): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first day of the unit that lies `steps` after the one with the day; before, where negative. */
function startOf(unit: Unit, day: Day, steps: number): Day {
  switch (unit) {
    case 'DAY':
      return day + steps;
    case 'WEEK':
      return day - ((weekdayOf(day) + 6) % 7) + 7 * steps;
    case 'EPIWEEK':
      return epiweekStart(epiweekOf(day)) + 7 * steps;
    case 'MONTH':
      return monthStart(monthsOf(day) + steps);
    case 'QUARTER':
      return monthStart((Math.floor(monthsOf(day) / 3) + steps) * 3);
    case 'YEAR':
      return startOfYear(Math.floor(monthsOf(day) / 12) + steps);
  }
}

const units = (unit: Unit, today: Day, { first, last }: { first: number; last: number }): Period => ({
  from: startOf(unit, today, first),
  to: startOf(unit, today, last + 1) - 1,
});

/** The days of a relative period; undefined when there is no such name. */
export function parseRelative(text: string): ((today: Day) => Period) | undefined {
  if (text === 'TODAY') return (today) => ({ from: today, to: today });
  if (text === 'YESTERDAY') return (today) => ({ from: today - 1, to: today - 1 });
  const [, which, count, name] = /^(THIS|LAST)_(?:([1-9]\d{0,2})_)?([A-Z]+)$/.exec(text) ?? [];
  const unit = UNITS.find((one) => name === (count === undefined ? one : `${one}S`));
  if (unit === undefined || (count === undefined && unit === 'DAY')) return undefined;
  if (which === 'THIS') return count === undefined ? (today) => units(unit, today, { first: 0, last: 0 }) : undefined;
  const steps = Math.min(MOST, Number(count ?? 1));
  return (today) => units(unit, today, { first: -steps, last: -1 });
}
