import { describe, expect, it } from '@jest/globals';
import { formatDay, parseDay } from '#vocabulary';
import { parseRelative, RELATIVE_PATTERN } from './relative.js';

const days = (text: string, today: string): string | undefined => {
  const period = parseRelative(text)?.(parseDay(today)!);
  return period && `${formatDay(period.from)} ${formatDay(period.to)}`;
};

describe('relative periods', () => {
  // 13 March 2024 is a Wednesday; MMWR week 11 begins on Sunday the 10th, ISO week 11 on Monday the 11th.
  it.each([
    ['TODAY', '2024-03-13 2024-03-13'],
    ['YESTERDAY', '2024-03-12 2024-03-12'],
    ['LAST_7_DAYS', '2024-03-06 2024-03-12'],
    ['THIS_WEEK', '2024-03-11 2024-03-17'],
    ['LAST_WEEK', '2024-03-04 2024-03-10'],
    ['LAST_4_WEEKS', '2024-02-12 2024-03-10'],
    ['THIS_EPIWEEK', '2024-03-10 2024-03-16'],
    ['LAST_4_EPIWEEKS', '2024-02-11 2024-03-09'],
    ['THIS_MONTH', '2024-03-01 2024-03-31'],
    ['LAST_MONTH', '2024-02-01 2024-02-29'],
    ['LAST_12_MONTHS', '2023-03-01 2024-02-29'],
    ['THIS_QUARTER', '2024-01-01 2024-03-31'],
    ['LAST_4_QUARTERS', '2023-01-01 2023-12-31'],
    ['THIS_YEAR', '2024-01-01 2024-12-31'],
    ['LAST_5_YEARS', '2019-01-01 2023-12-31'],
  ])('%s are the days %s', (text, expected) => {
    expect(days(text, '2024-03-13')).toBe(expected);
    expect(text).toMatch(new RegExp(RELATIVE_PATTERN));
  });

  it('begin where they should on the first day of a week, month and year', () => {
    expect(days('LAST_MONTH', '2024-01-01')).toBe('2023-12-01 2023-12-31');
    expect(days('THIS_WEEK', '2024-01-01')).toBe('2024-01-01 2024-01-07');
    expect(days('LAST_EPIWEEK', '2023-12-31')).toBe('2023-12-24 2023-12-30');
    expect(days('LAST_QUARTER', '2024-01-01')).toBe('2023-10-01 2023-12-31');
  });

  it.each([
    'LAST_DAY',
    'THIS_DAY',
    'LAST_0_DAYS',
    'LAST_7_DAY',
    'THIS_7_DAYS',
    'LAST_1000_DAYS',
    'last_7_days',
    'LAST_7_SEASONS',
    '',
  ])('%j is none', (text) => {
    expect(parseRelative(text)).toBeUndefined();
    expect(text).not.toMatch(new RegExp(RELATIVE_PATTERN));
  });
});
