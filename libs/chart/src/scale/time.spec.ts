import { parseDay } from '#vocabulary';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeScale, timeTicks } from './time.js';

const day = (text: string): number => parseDay(text)!;
const labels = (from: string, to: string, count: number): string[] =>
  timeTicks(day(from), day(to), count).map(({ label, year }) => (year === undefined ? label : `${label} ${year}`));

describe('the scale of time', () => {
  it('gives each day the same room and places its value in the middle', () => {
    const x = timeScale(0, 9, { left: 100, right: 200 });
    expect(x.perDay).toBe(10);
    expect([x(0), x(9)]).toEqual([105, 195]);
  });
});

describe('the ticks of time', () => {
  it('names every day of a week', () => {
    expect(labels('2024-02-26', '2024-03-03', 8)).toEqual([
      '26 Feb 2024',
      '27 Feb',
      '28 Feb',
      '29 Feb',
      '1 Mar',
      '2 Mar',
      '3 Mar',
    ]);
  });

  it('names Mondays of a quarter', () => {
    const ticks = timeTicks(day('2024-01-01'), day('2024-03-31'), 8);
    // 1 January 2024 was a Monday.
    expect(ticks.map((tick) => (tick.day - day('2024-01-01')) % 7)).toEqual(ticks.map(() => 0));
    expect(ticks[0]?.label).toBe('1 Jan');
  });

  it('names quarters of two years, with the year where it begins', () => {
    expect(labels('2024-01-01', '2025-12-31', 8)).toEqual([
      'Jan 2024',
      'Apr',
      'Jul',
      'Oct',
      'Jan 2025',
      'Apr',
      'Jul',
      'Oct',
    ]);
  });

  it('names years of decades', () => {
    expect(labels('2000-06-01', '2029-12-31', 8)).toEqual(['2005', '2010', '2015', '2020', '2025']);
  });

  it('never gives more ticks than asked, and all of them lie within the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20_000, max: 40_000 }),
        fc.integer({ min: 1, max: 14_000 }),
        fc.integer({ min: 2, max: 20 }),
        (from, days, count) => {
          const to = from + days - 1;
          const ticks = timeTicks(from, to, count);
          return ticks.length <= count && ticks.every((tick) => tick.day >= from && tick.day <= to);
        },
      ),
    );
  });
});
