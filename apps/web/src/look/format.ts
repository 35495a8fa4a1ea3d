import { type Day, formatDay, parseDay } from '#vocabulary';

const whole = new Intl.NumberFormat('en-US');
const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const share = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 });
const MINUS = '\u2212';

export const count = (value: number): string => whole.format(value);
export const oneDigit = (value: number): string => tenth.format(value).replace('-', MINUS);
/** 99.6 % of a thousand is not all of them: only all is 100 %. */
export const percent = (value: number): string => share.format(value < 1 && value > 0.99 ? 0.99 : value);
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${oneDigit(value)}`;

const written = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options });
  return (day: Day): string => format.format(day * 86_400_000);
};
/** Fri, Nov 20 */
export const shortDay = written({ weekday: 'short', month: 'short', day: 'numeric' });
/** Friday, November 20, 2026 */
export const longDay = written({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
/** Nov 20, 2026 */
export const dayWithYear = written({ month: 'short', day: 'numeric', year: 'numeric' });
export const weekday = written({ weekday: 'long' });

/** Days of addresses; undefined for anything that is none. */
export const readDay = (text: string | null | undefined): Day | undefined => (text ? parseDay(text) : undefined);
export const dayText = (day: Day): string => formatDay(day);

/** Nov 20, 14:05 on the clock of a zone. */
export function moment(instant: string | number, timeZone: string): string {
  const parts = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, ...parts }).format(new Date(instant));
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${oneDigit(value / 1e3)} kB` : `${oneDigit(value / 1e6)} MB`;
}
