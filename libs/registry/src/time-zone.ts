import { suggest } from './suggest.js';
import { type Field, report, textOf } from './yaml-field.js';

/** Whether the runtime knows the zone. An offset such as `+05:00` is none: it knows nothing of summer time. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** Reads an IANA zone. */
export function timeZoneOf(field: Field): string | undefined {
  const name = textOf(field, 'an IANA time zone');
  if (name === undefined || isTimeZone(name)) return name;
  const suggestion = suggest(name, Intl.supportedValuesOf('timeZone'));
  report(field, { found: JSON.stringify(name), expected: 'an IANA time zone such as America/New_York', suggestion });
  return undefined;
}
