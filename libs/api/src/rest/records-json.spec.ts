import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { SeriesRecords, StoredYear } from '#analytics';
import { encodeRegionYear } from '#series-codec';
import {
  type Day,
  daysInYear,
  parseDay,
  type SeriesRecord,
  startOfYear,
  STATUS,
  type StatusName,
  statusName,
} from '#vocabulary';
import { openFragments } from './fragments.js';
import { writeRecordsJson } from './records-json.js';

const FIRST = parseDay('2023-01-01')!;
const LAST = parseDay('2025-12-31')!;
const CATEGORIES = ['fever', 'rash "é"', 'absent'];

/** Few seeds, many days: everything else is made of them. */
const seeded = fc.record({
  seed: fc.nat(),
  largest: fc.constantFrom(1, 12, 9_999, 10_000, 4_294_967_295),
  gaps: fc.constantFrom(0, 0, 3, 50),
});
type Seeded = typeof seeded extends fc.Arbitrary<infer T> ? T : never;

function recordOf({ seed, largest, gaps }: Seeded, days: number): SeriesRecord {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const status = Uint8Array.from({ length: days }, () =>
    gaps > 0 && next(gaps) === 0 ? 1 + next(3) : STATUS.reported,
  );
  const total = Uint32Array.from(status, (one) => (one === STATUS.reported ? next(largest + 1) : 0));
  const unflagged = Uint32Array.from(total, (count) => next(count + 1));
  return { total, unflagged, status, rev: 0 };
}

interface Known {
  readonly stored: StoredYear;
  readonly categories: ReadonlyMap<string, SeriesRecord>;
  readonly reporting: Uint32Array;
}

function yearOf(seed: Seeded, { year, region }: { year: number; region: string }): Known {
  const days = daysInYear(year);
  const start = startOfYear(year);
  const rev = seed.seed % 1000;
  const categories = new Map(
    CATEGORIES.slice(0, 2).map((name, i) => [name, recordOf({ ...seed, seed: seed.seed + i }, days)]),
  );
  const reporting = Uint32Array.from({ length: days }, (_, day) => (seed.seed + day) % 3);
  const bytes = encodeRegionYear({ year, start, days, rev, reporting, categories });
  return { stored: { key: `d/${region}/${year}`, start, days, rev, tag: '', bytes }, categories, reporting };
}

describe('a series answer put together from stored years', () => {
  const question = fc.record({
    seeds: fc.array(seeded, { minLength: 2, maxLength: 2 }),
    days: fc.tuple(fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: FIRST, max: LAST })),
    absence: fc.constantFrom('zero' as const, 'missing' as const),
    unflagged: fc.boolean(),
    keep: fc.constantFrom(0, 1 << 20),
  });

  it('is what JSON.stringify writes of the values day by day, at first and from kept texts', () => {
    fc.assert(
      fc.property(question, ({ seeds, days, absence, unflagged, keep }) => {
        const [from, to] = [Math.min(...days), Math.max(...days)];
        const years = [2023, 2024, 2025].filter((year) => startOfYear(year + 1) > from && startOfYear(year) <= to);
        const regions = seeds.map((seed, i) => {
          const code = `1900${i}`;
          return {
            region: { level: 'zip' as const, code },
            known: years.map((year) => yearOf(seed, { year, region: code })),
          };
        });
        const records: SeriesRecords = {
          dataset: 'd',
          unflagged,
          absence,
          regions: regions.map(({ region, known }) => ({ region, years: known.map(({ stored }) => stored) })),
          rev: Math.max(...regions.flatMap(({ known }) => known.map(({ stored }) => stored.rev))),
          tag: '',
          holds: () => true,
        };
        const dayText = (day: Day): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
        const series = regions.flatMap(({ region, known }) =>
          CATEGORIES.map((category) => {
            const total: (number | null)[] = [];
            const part: (number | null)[] = [];
            const status: StatusName[] = [];
            for (let day = from; day <= to; day++) {
              const { stored, categories, reporting } = known.find(
                ({ stored: { start, days: length } }) => day >= start && day < start + length,
              )!;
              const at = day - stored.start;
              const record = categories.get(category);
              const absent = reporting[at]! > 0 && absence === 'zero' ? STATUS.reported : STATUS.missing;
              const name = statusName(record ? record.status[at]! : absent);
              status.push(name);
              total.push(name === 'reported' ? (record?.total[at] ?? 0) : null);
              part.push(name === 'reported' ? (record?.unflagged[at] ?? 0) : null);
            }
            return {
              region: `zip:${region.code}`,
              category,
              rev: Math.max(...known.map(({ stored }) => stored.rev)),
              total,
              unflagged: unflagged ? part : null,
              status: status.every((name) => name === 'reported') ? null : status,
            };
          }),
        );
        const expected = JSON.stringify({
          dataset: 'd', from: dayText(from), to: dayText(to), flag: null, as_of: null, lag: null, rev: records.rev, series,
        }); // prettier-ignore
        const fragments = openFragments({ maxBytes: keep });
        const asked = { dataset: 'd', categories: CATEGORIES, regions: regions.map(({ region }) => region), from, to };
        for (let time = 0; time < 2; time++) {
          expect(writeRecordsJson(records, { question: asked, fragments }).toString()).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is made anew when the stored year is another, under the same key', () => {
    const fragments = openFragments({ maxBytes: 1 << 20 });
    const of = (seed: number) => yearOf({ seed, largest: 12, gaps: 0 }, { year: 2024, region: '19001' }).stored;
    const [one, two] = [of(1), of(2)];
    expect(fragments.of(one, 'fever', 'zero').text.equals(fragments.of(two, 'fever', 'zero').text)).toBe(false);
    expect(fragments.of(one, 'fever', 'zero')).toEqual(openFragments({ maxBytes: 0 }).of(one, 'fever', 'zero'));
  });
});
