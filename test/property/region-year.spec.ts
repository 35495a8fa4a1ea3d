import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RegionYear, startOfYear } from '#vocabulary';
import { anyRecord } from './any-series-record.js';
import { decodeRegionYear, encodeRegionYear, openRegionYear, peekRegionYear, readRegionYear } from '#series-codec';

const regionYears: fc.Arbitrary<RegionYear> = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: 366 }), fc.maxSafeNat())
  .chain(([year, days, rev]) =>
    fc
      .tuple(
        fc.array(fc.nat(9), { minLength: days, maxLength: days }),
        fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), anyRecord(days)), { maxLength: 4 }),
      )
      .map(([reporting, records]) => ({
        year,
        start: startOfYear(year),
        days,
        rev,
        reporting: Uint32Array.from(reporting),
        categories: new Map(records),
      })),
  );

describe('a region-year', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(regionYears, (regionYear) => {
        expect(decodeRegionYear(encodeRegionYear(regionYear))).toEqual(regionYear);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the wanted categories alone, and its header without any', () => {
    fc.assert(
      fc.property(regionYears, (regionYear) => {
        const bytes = encodeRegionYear(regionYear);
        const names = [...regionYear.categories.keys()];
        const wanted = names.filter((_, i) => i % 2 === 0);
        expect(readRegionYear(bytes, [...wanted, 'not in it']).categories).toEqual(
          new Map(wanted.map((name) => [name, regionYear.categories.get(name)])),
        );
        const open = openRegionYear(bytes);
        expect(names.map((name) => open.series(name))).toEqual([...regionYear.categories.values()]);
        expect(decodeRegionYear(open.select([...wanted, 'not in it']))).toEqual({
          ...regionYear,
          categories: new Map(wanted.map((name) => [name, regionYear.categories.get(name)])),
        });
        expect([open.series('not in it'), open.reporting()]).toEqual([undefined, regionYear.reporting]);
        const { year, start, days, rev } = regionYear;
        const revs = new Map(Array.from(regionYear.categories, ([name, record]) => [name, record.rev]));
        expect(peekRegionYear(bytes)).toEqual({ year, start, days, rev, categories: names, revs });
      }),
      { numRuns: 30 },
    );
  });

  it('is refused by the writer when its arrays are of other lengths, or its start is not 1 January', () => {
    const record = { total: new Uint32Array(3), unflagged: new Uint32Array(3), status: new Uint8Array(3), rev: 0 };
    const good: RegionYear = {
      year: 2024,
      start: startOfYear(2024),
      days: 366,
      rev: 0,
      reporting: new Uint32Array(366),
      categories: new Map(),
    };
    expect(() => encodeRegionYear({ ...good, categories: new Map([['a', record]]) })).toThrow(RangeError);
    expect(() => encodeRegionYear({ ...good, reporting: new Uint32Array(365) })).toThrow(RangeError);
    expect(() => encodeRegionYear({ ...good, start: good.start + 1 })).toThrow(RangeError);
  });
});
