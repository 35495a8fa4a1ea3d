import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { SeriesAnswer } from '#analytics';
import { formatDay, LEVELS, regionKey, type StatusName } from '#vocabulary';
import { formatInstant } from '../ask/index.js';
import { type SeriesHead, writeSeriesJson } from './series-json.js';

/** The same document as a tree, for JSON.stringify: the slow and obvious writer. */
const documentOf = (answer: SeriesAnswer, { from, to, flag, asOf, lag }: SeriesHead) => ({
  dataset: answer.dataset,
  from: formatDay(from),
  to: formatDay(to),
  flag: flag ?? null,
  as_of: asOf === undefined ? null : formatInstant(asOf),
  lag: lag ?? null,
  rev: answer.rev,
  series: answer.series.map(({ region, category, rev, total, unflagged, status }) => ({
    region: regionKey(region),
    category,
    rev,
    total,
    unflagged: unflagged ?? null,
    status: status.every((name) => name === 'reported') ? null : status,
  })),
});

const count = fc.oneof(
  fc.constant(null),
  fc.nat(12),
  fc.nat(20_000),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(9, 10, 9999, 10_000, 99_999_999, 100_000_000, 999_999_999, 1_000_000_000, 4_294_967_295),
);
const day = fc.integer({ min: 0, max: 30_000 });
const series = fc.record({
  region: fc.record({ level: fc.constantFrom(...LEVELS), code: fc.string() }),
  category: fc.string({ unit: 'binary' }),
  from: day,
  total: fc.array(count),
  unflagged: fc.option(fc.array(count), { nil: undefined }),
  status: fc.array(fc.constantFrom<StatusName>('reported', 'missing', 'suppressed', 'deleted')),
  rev: fc.nat(),
});
const answer = fc.record({
  dataset: fc.string({ unit: 'grapheme' }),
  series: fc.array(series, { maxLength: 4 }),
  rev: fc.nat(),
  digest: fc.constant(''),
});
const head = fc.record({
  from: day,
  to: day,
  flag: fc.option(fc.string(), { nil: undefined }),
  asOf: fc.option(fc.nat(4e12), { nil: undefined }),
  lag: fc.option(fc.nat(3650), { nil: undefined }),
});

describe('the series writer', () => {
  it('writes byte for byte what JSON.stringify writes', () => {
    fc.assert(
      fc.property(answer, head, (given, asked) => {
        expect(writeSeriesJson(given, asked).toString()).toBe(JSON.stringify(documentOf(given, asked)));
      }),
      { numRuns: 500 },
    );
  });

  it('writes every width of number', () => {
    const total = Array.from({ length: 33 }, (_, bit) => [
      2 ** bit - 1,
      Math.min(2 ** bit, 2 ** 32 - 1),
      Math.floor(10 ** (bit % 10)),
    ]).flat();
    const given: SeriesAnswer = {
      dataset: 'd',
      series: [
        {
          region: { level: 'nation', code: 'us' },
          category: 'c',
          from: 0,
          total,
          unflagged: undefined,
          status: total.map(() => 'reported' as const),
          rev: 1,
        },
      ],
      rev: 1,
      digest: '',
    };
    expect(
      (JSON.parse(writeSeriesJson(given, { from: 0, to: 0 }).toString()) as { series: { total: number[] }[] }).series[0]
        ?.total,
    ).toEqual(total);
  });

  it('does not change an answer it has given when it writes the next', () => {
    const of = (value: number): SeriesAnswer => ({
      dataset: 'd',
      series: [
        {
          region: { level: 'nation', code: 'us' },
          category: 'c',
          from: 0,
          total: [value],
          unflagged: [value],
          status: ['reported'],
          rev: 1,
        },
      ],
      rev: 1,
      digest: '',
    });
    const first = writeSeriesJson(of(11_111), { from: 0, to: 0 });
    writeSeriesJson(of(22_222), { from: 0, to: 0 });
    expect(first.toString()).toContain('11111');
  });
});
