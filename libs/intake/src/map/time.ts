import { type Day, dayOf, parseDay } from '#vocabulary';
import type { DayFormat } from '#registry';

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

/** A reader of days in any of the formats; the wall-clock day as written, whatever its zone. Remembers what it read. */
export function dayReader(formats: readonly DayFormat[]): (text: string) => Day | undefined {
  const known = new Map<string, Day | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    let day: Day | undefined;
    for (const format of formats) {
      day = readAs(format, text);
      if (day !== undefined) break;
    }
    if (known.size >= 4096) known.clear();
    known.set(text, day);
    return day;
  };
}

const HL7 = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?(?:([+-])(\d{2})(\d{2}))?$/;

/** Milliseconds of an instant as HL7 TS (`YYYYMMDDHHMMSS±ZZZZ`) or ISO 8601; UTC where no zone is given. */
export function readInstant(text: string): number | undefined {
  const hl7 = HL7.exec(text);
  if (!hl7) {
    const parsed = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', sign, zoneHour = '0', zoneMinute = '0'] = hl7;
  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - offset;
}
