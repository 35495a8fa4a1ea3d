import { describe, expect, it } from '@jest/globals';
import { METHODS, VERDICT } from '#detection';
import { reachOf } from './judge-cell.js';

const MATCHING = { leastShare: 0.2, leastPresence: 0.75, leastPast: 0.75 };
/** They need more than a series of days: a population; weeks. */
const OTHER = new Set(['trend', 'rnssp-farrington']);

function isJudged(method: string, stepDays: number): boolean {
  const reach = reachOf({ method, parameters: {}, matching: MATCHING, history: undefined }, stepDays);
  const values = Float64Array.from({ length: Math.floor(reach / stepDays) + 1 }, (_, i) => 40 + ((i * 7919) % 11));
  const today = values.length - 1;
  // A Wednesday in September.
  const start = 20_699 - today * stepDays;
  const range = { first: today, end: today + 1 };
  return METHODS.get(method)!.run({ start, stepDays, values }, {}, range).verdict[today] !== VERDICT.unknown;
}

describe('what a day is compared with', () => {
  it.each([...METHODS.keys()].filter((id) => !OTHER.has(id)))('%s is given as much of the past as it needs', (id) => {
    expect(isJudged(id, 1)).toBe(true);
  });

  it.each([
    'farrington-flexible',
    'farrington-1996',
    'ears-c1',
    'ears-c2',
    'ears-c3',
    'cdc',
    'rki-1',
    'bayes',
    'outbreak-p',
  ])('%s is given as many weeks as it needs', (id) => {
    expect(isJudged(id, 7)).toBe(true);
  });

  it('is what the rule says, where it says so', () => {
    const rule = { method: 'switch', parameters: {}, matching: MATCHING, history: 200 };
    expect([reachOf(rule, 1), reachOf(rule, 7)]).toEqual([200, 200]);
  });
});
