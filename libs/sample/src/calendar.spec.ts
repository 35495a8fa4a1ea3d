import { describe, expect, it } from '@jest/globals';
import { formatDay, parseDay } from '#vocabulary';
import { hourOf, instantAt, monthStarts, restOf } from './calendar.js';

const day = (text: string): number => parseDay(text) ?? NaN;

describe('the calendar of the sample', () => {
  it('knows the clock of New York in winter and summer, and hours beyond a day', () => {
    expect(new Date(instantAt(day('2026-01-10'), 8)).toISOString()).toBe('2026-01-10T13:00:00.000Z');
    expect(new Date(instantAt(day('2026-07-10'), 8.5)).toISOString()).toBe('2026-07-10T12:30:00.000Z');
    expect(new Date(instantAt(day('2026-07-10'), 30)).toISOString()).toBe('2026-07-11T10:00:00.000Z');
    expect(hourOf(day('2026-07-10'), Date.parse('2026-07-10T16:00:00Z'))).toBe(12);
  });

  it('rests most at Christmas, on Thanksgiving (the fourth Thursday of November), Labor Day and Memorial Day', () => {
    const resting = (year: number): string[] =>
      Array.from({ length: 365 }, (_, i) => day(`${year}-01-01`) + i)
        .filter((one) => restOf(one) >= 0.3)
        .map(formatDay);
    expect(resting(2025)).toEqual([
      '2025-01-01',
      '2025-05-26',
      '2025-07-04',
      '2025-09-01',
      '2025-11-27',
      '2025-12-24',
      '2025-12-25',
    ]);
    expect(resting(2026)).toEqual([
      '2026-01-01',
      '2026-05-25',
      '2026-07-04',
      '2026-09-07',
      '2026-11-26',
      '2026-12-24',
      '2026-12-25',
    ]);
  });

  it('splits a span of days at the first of each month', () => {
    const starts = monthStarts(day('2025-11-15'), day('2026-02-01')).map(formatDay);
    expect(starts).toEqual(['2025-11-15', '2025-12-01', '2026-01-01', '2026-02-01']);
  });
});
