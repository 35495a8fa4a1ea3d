import { type Day, dayAt, dayOf, parseDay } from '#vocabulary';
import type { DayFormat, TimeZoneOfFacility } from '#registry';

const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

function readAs(format: DayFormat, text: string): Day | undefined {
  switch (format) {
    case 'iso':
      return parseDay(text);
    case 'iso-time': {
      const clock = CLOCK.exec(text.slice(11));
      const hasClock = clock && Number(clock[1]) < 24 && Number(clock[2]) < 60 && Number(clock[3] ?? 0) <= 60;
      return hasClock && (text[10] === ' ' || text[10] === 'T') ? parseDay(text.slice(0, 10)) : undefined;
    }
    case 'compact':
      return /^\d{8}/.test(text)
        ? dayOf(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8)))
        : undefined;
    case 'us': {
      const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
      return parts ? dayOf(Number(parts[3]), Number(parts[1]), Number(parts[2])) : undefined;
    }
  }
}

/** The zone of a facility, where one is configured. */
export function timeZones(configured: TimeZoneOfFacility | undefined): (facility: string) => string | undefined {
  if (typeof configured !== 'object') return () => configured;
  const { map, column } = configured;
  return (facility) => map.rows.get(facility)?.[column] || undefined;
}

/** Ends in an offset: the text names an instant, whatever clock it was written by. */
const INSTANT = /[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$|^\d{12}.*[+-]\d{4}$/;

/**
 * A reader of days in any of the formats: the wall-clock day as written. Where the zone of the facility is given and
 * the text names an instant, the day that it was there. Remembers what it read.
 */
export function dayReader(formats: readonly DayFormat[]): (text: string, timeZone?: string) => Day | undefined {
  const known = new Map<string, Day | undefined>();
  return (text, timeZone) => {
    const key = timeZone === undefined ? text : `${text} ${timeZone}`;
    if (known.has(key)) return known.get(key);
    let day: Day | undefined;
    for (const format of formats) {
      day = readAs(format, text);
      if (day === undefined) continue;
      const instant = timeZone !== undefined && INSTANT.test(text) ? readInstant(text) : undefined;
      if (instant !== undefined) day = dayAt(instant, timeZone!);
      break;
    }
    if (known.size >= 4096) known.clear();
    known.set(key, day);
    return day;
  };
}

const HL7 = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?(?:([+-])(\d{2})(\d{2}))?$/;

/** As ECMAScript reads it: T between, a colon in the offset, and the leap second counted as the one before. */
const inIso = (text: string): string =>
  text
    .replace(/^(.{10}) /, '$1T')
    .replace(/(:\d{2}:)60/, '$159')
    .replace(/([+-]\d{2})(\d{2})$/, (match, hours: string, minutes: string) =>
      text.length > 10 ? `${hours}:${minutes}` : match,
    );

/** Milliseconds of an instant as HL7 TS (`YYYYMMDDHHMMSS±ZZZZ`) or ISO 8601; UTC where no zone is given. */
export function readInstant(text: string): number | undefined {
  const hl7 = HL7.exec(text);
  if (!hl7) {
    const parsed = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(inIso(text)) : NaN;
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', sign, zoneHour = '0', zoneMinute = '0'] = hl7;
  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - offset;
}
