import type { Day, StatusName } from '#vocabulary';

const MINUS = '\u2212';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const written = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options });
  return (day: Day): string => format.format(day * 86_400_000);
};

/** Words and numbers as the dashboard writes them. */
export const count = (value: number): string => whole.format(value);
export const oneDigit = (value: number): string => tenth.format(value).replace('-', MINUS);
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${oneDigit(value)}`;
/** 99.6 % of a thousand is not all of them: only all is 100 %. */
export const percent = (share: number): string => `${whole.format(100 * (share < 1 && share > 0.99 ? 0.99 : share))} %`;
export function change(ratio: number): string {
  const points = Math.round(100 * (ratio - 1));
  return `${points > 0 ? '+' : points < 0 ? MINUS : ''}${whole.format(Math.abs(points))} %`;
}
export const weekday = written({ weekday: 'long' });
/** Friday, October 30, 2026 */
export const longDay = written({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
/** Fri, Oct 30 */
export const shortDay = written({ weekday: 'short', month: 'short', day: 'numeric' });
/** Oct 30, 2026 */
export const dayWithYear = written({ month: 'short', day: 'numeric', year: 'numeric' });
/** October 31, 2026, 12:00:00 UTC */
export const instant = (at: number): string =>
  `${new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'long' }).format(at)}, ${new Date(at).toISOString().slice(11, 19)} UTC`;

/** Why there is no number. */
export const WHY: Readonly<Record<StatusName, string>> = {
  reported: 'reported',
  missing: 'not reported',
  suppressed: 'withheld',
  deleted: 'withdrawn',
};

/** More than one of a level. */
export const PLURAL: Readonly<Record<string, string>> = {
  hhs: 'HHS regions',
  state: 'States',
  county: 'Counties',
  zip: 'Zips',
  facility: 'Facilities',
};
