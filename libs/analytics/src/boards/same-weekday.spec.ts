import { describe, expect, it } from '@jest/globals';
import { STATUS } from '#vocabulary';
import { againstWeekday } from './same-weekday.js';

/** Days of one weekday in a row stand seven apart; the days between are never looked at. */
function weeks(counts: readonly number[], reporting: readonly number[], statuses: readonly number[] = []) {
  const days = counts.length * 7;
  const made = {
    total: new Uint32Array(days),
    status: new Uint8Array(days).fill(STATUS.missing),
    reporting: new Uint32Array(days),
  };
  for (const [week, count] of counts.entries()) {
    made.total[week * 7] = count;
    made.reporting[week * 7] = reporting[week]!;
    made.status[week * 7] = statuses[week] ?? STATUS.reported;
  }
  return { days: made, last: (counts.length - 1) * 7 };
}
const TEN = Array.from({ length: 9 }, () => 10);

describe('a day against the same weekday’s past', () => {
  it('expects the mean of these days, and measures in their deviation', () => {
    const { days, last } = weeks([90, 110, 90, 110, 90, 110, 90, 110, 140], TEN);
    // Deviation ±10 over eight weeks: variance 800 / 7 = 114.3, above Poisson's 100.
    expect(againstWeekday(days, last)).toEqual({ expected: 100, z: 40 / Math.sqrt(800 / 7) });
  });

  it('is not alarmed by a half-reported day', () => {
    const { days, last } = weeks([100, 100, 100, 100, 100, 100, 100, 100, 50], [...TEN.slice(1), 5]);
    expect(againstWeekday(days, last)).toEqual({ expected: 50, z: 0 });
  });

  it('sees a spike in a half-reported day', () => {
    const { days, last } = weeks([100, 100, 100, 100, 100, 100, 100, 100, 100], [...TEN.slice(1), 5]);
    expect(againstWeekday(days, last)!.z).toBeCloseTo(50 / Math.sqrt(50), 10);
  });

  it('takes counts for at least as uncertain as Poisson, and one visit where none is usual for one deviation', () => {
    const { days, last } = weeks([0, 0, 0, 0, 0, 0, 0, 0, 1], TEN);
    expect(againstWeekday(days, last)).toEqual({ expected: 0, z: 1 });
  });

  it('says nothing with fewer than four such days, without reports, or of a day without number', () => {
    expect(againstWeekday(...args(weeks([5, 5, 5, 9], TEN)))).toBeUndefined();
    expect(againstWeekday(...args(weeks([5, 5, 5, 5, 9], TEN)))).toBeDefined();
    expect(againstWeekday(...args(weeks([5, 5, 5, 5, 0], [10, 10, 10, 10, 0])))).toBeUndefined();
    const { suppressed, reported } = STATUS;
    const statuses = [reported, reported, reported, reported, suppressed];
    expect(againstWeekday(...args(weeks([5, 5, 5, 5, 0], TEN, statuses)))).toBeUndefined();
  });
});

const args = ({ days, last }: ReturnType<typeof weeks>): Parameters<typeof againstWeekday> => [days, last];
