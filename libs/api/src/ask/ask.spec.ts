import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BellwetherError, formatDay, parseDay } from '#vocabulary';
import { formatInstant, parseEpiweeks, parseInstant, read, SERIES, seriesQuestion } from './index.js';
import { nearest } from './nearest.js';

const GIVEN = { dataset: 'd', category: 'a', region: 'state:PA', from: '2024-01-01', to: '2024-01-02' };
const CATALOGUE = { datasets: () => Promise.resolve([]) };
const codeOf = async (action: () => unknown): Promise<string | undefined> => {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error instanceof BellwetherError ? error.code : String(error);
  }
};

describe('a question as given', () => {
  const asked = (given: Readonly<Record<string, unknown>>) => seriesQuestion(read(SERIES, given), CATALOGUE);

  it('is read, or refused as the caller’s mistake, whatever is given', async () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.double(), fc.constant(null), fc.object());
    const given = fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(SERIES)), fc.string()), value);
    await fc.assert(
      fc.asyncProperty(given, async (change) => {
        const code = await codeOf(() => asked({ ...GIVEN, ...change }));
        expect([undefined, 'REQUEST_INVALID', 'UNKNOWN_DATASET']).toContain(code);
      }),
      { numRuns: 500 },
    );
  });

  it('does not take a member of Object.prototype for a parameter', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      const given = Object.fromEntries([...Object.entries(GIVEN), [name, 'x']]);
      expect(await codeOf(() => read(SERIES, given))).toBe('REQUEST_INVALID');
    }
  });

  it('asks for each category and region once', async () => {
    expect((await asked({ ...GIVEN, category: ['a,b', 'a'] })).categories).toEqual(['a', 'b']);
  });

  it('has at most 400,000 values', async () => {
    const many = {
      ...GIVEN,
      category: Array.from({ length: 12 }, (_, n) => `c${n}`),
      region: Array.from({ length: 12 }, (_, n) => `zip:${n}`),
    };
    // 144 series of 2,777 days are 399,888 values.
    expect(await codeOf(() => asked({ ...many, from: '2016-01-01', to: '2023-08-08' }))).toBeUndefined();
    expect(await codeOf(() => asked({ ...many, from: '2016-01-01', to: '2023-08-09' }))).toBe('REQUEST_INVALID');
  });
});

describe('instants', () => {
  it('are read as written, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (seconds) => {
        expect(parseInstant(formatInstant(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect(parseInstant('2024-03-10T02:30:00-05:00')).toBe(Date.UTC(2024, 2, 10, 7, 30));
  });

  it('stand for the end of the day where only a date is given', () => {
    expect(formatInstant(parseInstant('2024-02-29')! + 1)).toBe('2024-03-01T00:00:00Z');
  });

  it.each([
    '2024-02-30T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:00',
    '2024-01-01 00:00:00Z',
    '1704067200',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('epiweeks', () => {
  // CDC MMWR calendar: 2020 has 53 weeks, the last from 27 December 2020 to 2 January 2021.
  it.each([
    ['202053', '2020-12-27', '2021-01-02'],
    ['202053-202101', '2020-12-27', '2021-01-09'],
    ['202401-202410', '2023-12-31', '2024-03-09'],
  ])('%s are the days from %s to %s', (text, from, to) => {
    expect(parseEpiweeks(text)).toEqual({ from: parseDay(from), to: parseDay(to) });
  });

  it.each(['202153', '202400', '202401-', '-202401', '202401-202402-202403', '20241', ''])('%j are none', (text) => {
    expect(parseEpiweeks(text)).toBeUndefined();
  });

  it('are whole weeks', () => {
    expect(formatDay(parseEpiweeks('202401')!.to - 6)).toBe('2023-12-31');
  });
});

describe('the nearest word', () => {
  it.each([
    ['regions', 'region'],
    ['asof', 'as_of'],
    ['FROM', 'from'],
  ])('to %s is %s', (unknown, expected) => {
    expect(nearest(unknown, Object.keys(SERIES))).toBe(expected);
  });
});
