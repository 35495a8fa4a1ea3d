import { describe, expect, it } from '@jest/globals';
import type { StatusName } from '#vocabulary';
import type { ReportRegion } from '../facts.js';
import { sevenDays, standingInWeek } from './week.js';

/** A region with the same number every day of a week, week after week; `null`: a week without a number. */
function weeks(perDay: readonly (number | null)[], reporting: readonly number[]): ReportRegion {
  const days = <T>(values: readonly T[]): T[] => values.flatMap((value) => Array.from({ length: 7 }, () => value));
  const total = days(perDay);
  return {
    region: { level: 'state', code: 'PA' },
    name: 'Pennsylvania',
    total,
    status: total.map((value): StatusName => (value === null ? 'missing' : 'reported')),
    reporting: days(reporting),
    participating: total.map(() => 10),
    expected: total.map(() => null),
    z: total.map(() => null),
  };
}

const TEN = Array.from({ length: 9 }, () => 10);

describe('a week', () => {
  it('is the sum of its days, of those that have a number', () => {
    const region = weeks([3, 4], [10, 10]);
    expect(sevenDays(region, 13)).toEqual({ count: 28, days: 7, reporting: 70, participating: 70 });
    expect(sevenDays(region, 6)).toEqual({ count: 21, days: 7, reporting: 70, participating: 70 });
    // Three days of the first week, four of the second.
    expect(sevenDays(region, 10).count).toBe(3 * 3 + 4 * 4);
    expect(sevenDays(weeks([null, 4], [0, 10]), 9)).toEqual({ count: 12, days: 3, reporting: 30, participating: 70 });
    expect(sevenDays(weeks([null], [0]), 6).count).toBeNull();
  });

  it('of zeros is a zero, not nothing', () => {
    expect(standingInWeek(weeks([0], [10]), 6)).toMatchObject({ count: 0, status: 'reported' });
    expect(standingInWeek(weeks([null], [0]), 6)).toMatchObject({ count: null, status: 'missing' });
  });

  it('is compared with the eight before: by hand, 70 expected, deviation of Poisson counts', () => {
    const region = weeks([10, 10, 10, 10, 10, 10, 10, 10, 14], TEN);
    const { count, expected, z } = standingInWeek(region, 62);
    expect([count, expected]).toEqual([98, 70]);
    expect(z).toBeCloseTo((98 - 70) / Math.sqrt(70), 10);
  });

  it('takes the deviation of those weeks where it is larger: by hand, 8 × 21² ÷ 7', () => {
    const region = weeks([7, 13, 7, 13, 7, 13, 7, 13, 10], TEN);
    const { expected, z } = standingInWeek(weeks([7, 13, 7, 13, 7, 13, 7, 13, 20], TEN), 62);
    expect(expected).toBe(70);
    expect(z).toBeCloseTo(70 / Math.sqrt((8 * 21 ** 2) / 7), 10);
    expect(standingInWeek(region, 62).z).toBe(0);
  });

  it('of which half has come is not low', () => {
    const region = weeks([10, 10, 10, 10, 10, 10, 10, 10, 5], [...TEN.slice(0, 8), 5]);
    expect(standingInWeek(region, 62)).toMatchObject({ count: 35, expected: 35, z: 0 });
  });

  it('says nothing with fewer than four weeks to compare with, and four are enough', () => {
    const past = (known: number): (number | null)[] => Array.from({ length: 8 }, (_, i) => (i < 8 - known ? null : 10));
    expect(standingInWeek(weeks([...past(3), 10], TEN), 62).z).toBeNull();
    expect(standingInWeek(weeks([...past(4), 10], TEN), 62).z).toBe(0);
  });

  it('of a gauge is the mean of the days that have a number', () => {
    const region = weeks([10, 10, 10, 10, 10, 10, 10, 10, 14], TEN);
    expect(standingInWeek(region, 62, 'gauge')).toMatchObject({ count: 14, expected: 10 });
    expect(standingInWeek(weeks([null, 4], [0, 10]), 9, 'gauge').count).toBe(4);
  });

  it('without a number says why', () => {
    const region = { ...weeks([null], [0]), status: ['missing', 'suppressed', ...Array(5).fill('missing')] };
    expect(standingInWeek(region as ReportRegion, 6).status).toBe('suppressed');
  });
});
