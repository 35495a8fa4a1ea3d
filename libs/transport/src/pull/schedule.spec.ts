import { describe, expect, it } from '@jest/globals';
import { acceptsName } from './name-filter.js';
import { backoff, nextListing } from './schedule.js';

const at = (text: string): number => Date.parse(text);
const time = (hours: number, minutes = 0): number => (hours * 60 + minutes) * 60_000;

describe('when a source is listed next', () => {
  it.each([
    ['after a quarter of an hour', { everyMs: 900_000, at: [] }, '2026-11-21T06:00:00Z', '2026-11-21T06:15:00Z'],
    ['at a time of the day', { everyMs: undefined, at: [time(6, 30)] }, '2026-11-21T06:00:00Z', '2026-11-21T06:30:00Z'],
    [
      'not twice at one time',
      { everyMs: undefined, at: [time(6, 30)] },
      '2026-11-21T06:30:00Z',
      '2026-11-22T06:30:00Z',
    ],
    [
      'at the earlier of both',
      { everyMs: 3_600_000, at: [time(0, 5)] },
      '2026-12-31T23:50:00Z',
      '2027-01-01T00:05:00Z',
    ],
  ])('%s', (_, pull, last, next) => {
    expect(new Date(nextListing(pull, at(last))).toISOString()).toBe(new Date(at(next)).toISOString());
  });
});

describe('the pause of what fails', () => {
  it('doubles from half a minute up to the longest, and is spread by a quarter', () => {
    const pauses = [1, 2, 3, 6, 2_000].map((failures) => backoff(failures, { longest: 900_000, chance: 0.5 }));
    expect(pauses).toEqual([30_000, 60_000, 120_000, 900_000, 900_000]);
    expect(backoff(1, { longest: 900_000, chance: 0 })).toBe(22_500);
    expect(backoff(1, { longest: 900_000, chance: 0.9999 })).toBeLessThan(37_500);
  });
});

describe('names that are taken', () => {
  it.each([
    ['*.zip', 'a.zip', true],
    ['*.zip', '.zip', true],
    ['*.zip', 'a.zip.txt', false],
    ['a*b*c', 'aXbXbXc', true],
    ['a*b*c', 'aXcXb', false],
    ['?.csv', 'ab.csv', false],
    ['visits_????-??-??_*', 'visits_2026-11-21_v1.csv', true],
    ['[a].csv', 'a.csv', false],
    ['', 'a', false],
  ])('%j takes %j: %s', (pattern, name, isTaken) => {
    expect(acceptsName(pattern)(name)).toBe(isTaken);
  });

  it('are decided in no time when a pattern has many stars', () => {
    expect(acceptsName('*a'.repeat(100))(`${'a'.repeat(4_000)}b`)).toBe(false);
  });
});
