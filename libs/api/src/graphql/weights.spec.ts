import { describe, expect, it } from '@jest/globals';
import { BOUNDS, costOf } from './bounds.js';

const list = (count: number, of: (i: number) => string): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => of(i)));
const categories = (count: number) => `categories: ${list(count, (i) => `c${i}`)}`;
const regions = (count: number, level = 'state') => `regions: ${list(count, (i) => `${level}:${10 + i}`)}`;
const YEAR = 'from: "2025-01-01", to: "2025-12-31"';
const TWO_YEARS = 'from: "2024-01-01", to: "2025-12-31"';
const VALUES = '{ rev series { region category total unflagged status } }';
const series = (what: string, shown = VALUES) => `series(dataset: "d", ${what}) ${shown}`;
const cost = (...questions: readonly string[]) => costOf(`{ ${questions.map((one, i) => `q${i}: ${one}`).join(' ')} }`);

describe('within the bound are', () => {
  it.each([
    ['six series of two years', [series(`${categories(6)}, ${regions(1)}, ${TWO_YEARS}`)]],
    ['two years of six regions', [series(`${categories(1)}, ${regions(6)}, ${TWO_YEARS}`)]],
    ['a year of twelve categories of twelve states', [series(`${categories(12)}, ${regions(12)}, ${YEAR}`)]],
    ['a year of a state as of an instant', [series(`${categories(6)}, ${regions(1)}, ${YEAR}, asOf: "2025-12-31"`)]],
    [
      'the first page of a dashboard',
      [
        'datasets { id title categories { id title } firstDay lastDay }',
        series(`${categories(6)}, ${regions(1, 'county')}, ${YEAR}`),
        `completeness(dataset: "d", ${regions(1)}, from: "2025-12-01", to: "2025-12-31") { regions { days { day reporting participating } } }`,
        `chart(dataset: "d", ${categories(2)}, ${regions(1)}, ${YEAR}) { base64 }`,
        'submissions(limit: 20) { items { name state receivedAt } next }',
      ],
    ],
    [
      'the largest chart',
      [`chart(dataset: "d", ${categories(12)}, ${regions(1)}, ${YEAR}, width: 2400, height: 1200) { base64 }`],
    ],
    ['the largest page', ['submissions(limit: 1000) { items { submission feed name facility state code } next }']],
    ['the refused rows of a submission', ['submission(id: "x") { info { name } errors { line field code detail } }']],
    [
      'ten years of a region each',
      Array.from({ length: 10 }, () => series(`${categories(1)}, ${regions(1)}, ${YEAR}`)),
    ],
  ])('%s', (_, questions) => {
    expect(cost(...questions)).toBeLessThanOrEqual(BOUNDS.cost);
  });
});

describe('beyond the bound are', () => {
  it.each([
    [
      'eleven questions of 400,000 values',
      Array.from({ length: 11 }, () =>
        series(`${categories(12)}, ${regions(2)}, from: "1980-01-01", to: "2019-12-31"`),
      ),
    ],
    [
      'two of the largest charts',
      Array.from(
        { length: 2 },
        () => `chart(dataset: "d", ${categories(12)}, ${regions(1)}, ${YEAR}, width: 2400, height: 1200) { base64 }`,
      ),
    ],
    [
      'a year of the nation as of an instant',
      [series(`${categories(1)}, regions: ["nation:us"], ${YEAR}, asOf: "2025-12-31"`)],
    ],
    [
      'a year of twelve facilities as of an instant',
      [series(`${categories(1)}, ${regions(12, 'facility')}, ${YEAR}, asOf: "2025-12-31"`)],
    ],
    [
      'thousands of refused rows',
      Array.from(
        { length: 3 },
        () => 'submission(id: "x") { errors(limit: 1000) { member record line field code detail } }',
      ),
    ],
    [
      'three of the largest pages',
      Array.from(
        { length: 3 },
        () => 'submissionConnection(first: 1000) { edges { cursor node { name state code } } }',
      ),
    ],
  ])('%s', (_, questions) => {
    expect(cost(...questions)).toBeGreaterThan(BOUNDS.cost);
  });
});

describe('the cost of a question', () => {
  it('is the same for arguments written, given as variables, or as their defaults', () => {
    const written = cost('regions(dataset: "d", level: "zip", limit: 900) { items { name } }');
    const asked = 'q0: regions(dataset: "d", level: "zip", limit: $n) { items { name } }';
    expect(costOf(`query ($n: Int) { ${asked} }`, { n: 900 })).toBe(written);
    expect(costOf(`query ($n: Int = 900) { ${asked} }`)).toBe(written);
    expect(costOf(`query ($n: Int = 900) { ${asked} }`, { n: 1 })).toBeLessThan(written);
  });

  it('counts every list of values that is asked for, by whatever name and through fragments', () => {
    const ask = (shown: string) =>
      cost(series(`${categories(12)}, ${regions(1)}, ${TWO_YEARS}`, `{ series { ${shown} } }`));
    const [one, two] = [ask('total'), ask('a: total b: total')];
    // 12 categories × 731 days are 8,772 values: 8.772 for one more list of them, 12 / 40 and 1 for one more field.
    expect(two - one).toBeCloseTo(8.772 + 0.3 + 1, 6);
    expect(ask('total ... { b: total }')).toBeCloseTo(two, 6);
  });

  it('counts regions and categories that are separated by commas', () => {
    expect(cost(series(`categories: "c1,c2", regions: "state:PA,state:NJ", ${YEAR}`))).toBe(
      cost(series(`categories: ["c1", "c2"], regions: ["state:PA", "state:NJ"], ${YEAR}`)),
    );
  });

  it('is the least where its arguments cannot be read, for then nothing is asked', () => {
    expect(cost('series(dataset: "d", limit: 7) { rev }')).toBe(cost('unknown { rev }'));
    expect(cost('toString { constructor }')).toBe(cost('unknown { rev }'));
  });
});
