import { type Day, epiweekStart, parseDay, parseEpiweek } from '#vocabulary';
import { LIMITS } from './limits.js';
import { invalid } from './parameter.js';

const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const MS_PER_DAY = 86_400_000;

/**
 * Milliseconds since the epoch of an ISO 8601 instant to the second, with zone; a plain date stands for its last
 * millisecond in UTC, so that the whole day is known. Undefined for anything else.
 */
export function parseInstant(text: string): number | undefined {
  const day = parseDay(text);
  if (day !== undefined) return (day + 1) * MS_PER_DAY - 1;
  const parts = INSTANT.exec(text);
  return parts?.[1] !== undefined && parseDay(parts[1]) !== undefined ? Date.parse(text) : undefined;
}

/** The same, but a plain date stands for its first millisecond in UTC: the beginning of a time that lasts until now. */
export function parseSince(text: string): number | undefined {
  const day = parseDay(text);
  return day === undefined ? parseInstant(text) : day * MS_PER_DAY;
}

/** `2024-03-01`, `2024-03-01T12:00:00Z`, or two of them with `..` between: milliseconds since the epoch, both included. */
export function parseIssues(text: string): { from: number; to: number } | undefined {
  const [first = '', last = first, ...rest] = text.split('..');
  const [from, to] = [parseSince(first), parseInstant(last)];
  return from !== undefined && to !== undefined && from <= to && rest.length === 0 ? { from, to } : undefined;
}

/** `2024-03-01T12:00:00Z`; milliseconds only where there are any. */
export const formatInstant = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');

export interface Period {
  readonly from: Day;
  readonly to: Day;
}

/** `YYYYww` or `YYYYww-YYYYww`, both included; the days of these MMWR weeks. Undefined when there are no such weeks. */
export function parseEpiweeks(text: string): Period | undefined {
  const [first = '', last = first, ...rest] = text.split('-');
  const start = parseEpiweek(first);
  const end = parseEpiweek(last);
  return start && end && rest.length === 0 ? { from: epiweekStart(start), to: epiweekStart(end) + 6 } : undefined;
}

/** Refuses a period that ends before it begins, or is too long. */
export function checked(period: Period): Period {
  if (period.to < period.from) throw invalid('to', 'the period ends before it begins');
  if (period.to - period.from >= LIMITS.days) throw invalid('to', `at most ${LIMITS.days} days at once`);
  return period;
}
