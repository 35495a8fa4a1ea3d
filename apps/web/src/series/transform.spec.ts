import { describe, expect, it } from '@jest/globals';
import { parseDay } from '#vocabulary';
import { byYear, sevenDayMean } from './transform.js';

describe('the mean of seven days', () => {
  it('is of the days that have a number, of four at least', () => {
    expect(sevenDayMean([7, 7, 7, null, 7, 14, 7, 7])).toEqual([null, null, null, null, 7, 42 / 5, 49 / 6, 49 / 6]);
  });

  it('takes a reported zero for a number', () => {
    expect(sevenDayMean([0, 0, 0, 0])).toEqual([null, null, null, 0]);
  });
});

describe('years laid over each other', () => {
  it('have each date in one place, and no 29 February but in leap years', () => {
    const years = byYear([1, 2, 3], parseDay('2023-02-28')!);
    expect(years.get(2023)!.slice(58, 62)).toEqual([1, null, 2, 3]);
    const leap = byYear([1, 2, 3], parseDay('2024-02-28')!);
    expect(leap.get(2024)!.slice(58, 61)).toEqual([1, 2, 3]);
  });

  it('part at new year', () => {
    const years = byYear([5, 6], parseDay('2025-12-31')!);
    expect([years.get(2025)!.at(-1), years.get(2026)![0]]).toEqual([5, 6]);
  });
});
