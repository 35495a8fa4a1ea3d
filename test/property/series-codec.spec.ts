import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BellwetherError, type SeriesRecord } from '#vocabulary';
import { decodeRecord, encodeRecord, recordPreset } from '#series-codec';
import { anyLikelyRecord, anyRecord, likelyRecord } from './any-series-record.js';
import { twinDecode } from './series.twin.js';

const anyLength = fc.integer({ min: 0, max: 80 }).chain(anyRecord);
const plainly = ({ total, unflagged, status, rev }: SeriesRecord) => ({
  total: [...total],
  unflagged: [...unflagged],
  status: [...status],
  rev,
});

/** Anything but the right answer: an error of the table, never a value. */
function refuses(bytes: Uint8Array): boolean {
  try {
    decodeRecord(bytes);
    return false;
  } catch (error) {
    return error instanceof BellwetherError && error.code === 'SERIES_DAMAGED';
  }
}

describe('a series record', () => {
  it('comes back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(anyLength, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
      { numRuns: 150 },
    );
  });

  it('comes back as it was written when it is like the records of the product', () => {
    fc.assert(
      fc.property(anyLikelyRecord, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
      { numRuns: 40 },
    );
  });

  it('carries counts on days that are not reported, statuses of any byte, and unflagged above total', () => {
    const record: SeriesRecord = {
      total: Uint32Array.of(0, 7, 2 ** 32 - 1, 3),
      unflagged: Uint32Array.of(2 ** 32 - 1, 9, 0, 3),
      status: Uint8Array.of(0, 255, 2, 1),
      rev: Number.MAX_SAFE_INTEGER,
    };
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('keeps zero, missing, suppressed and deleted apart', () => {
    const status = Uint8Array.from({ length: 365 }, (_, day) => (day < 300 ? 0 : day % 4));
    const record = { total: new Uint32Array(365), unflagged: new Uint32Array(365), status, rev: 1 };
    expect(decodeRecord(encodeRecord(record)).status).toEqual(status);
  });

  it('comes back as it was written with the preset of any other record', () => {
    fc.assert(
      fc.property(anyLikelyRecord, anyLikelyRecord, (record, other) => {
        const stale = encodeRecord(other);
        expect(decodeRecord(encodeRecord(record, stale))).toEqual(record);
        expect(decodeRecord(encodeRecord(record, recordPreset(stale)))).toEqual(record);
      }),
      { numRuns: 25 },
    );
  });

  it('is the same bytes when it is encoded again with what it was encoded with', () => {
    for (const [seed, magnitude] of [
      [1, 0.3],
      [2, 8],
      [3, 90],
      [4, 2_000],
      [5, 500_000],
    ] as const) {
      const bytes = encodeRecord(likelyRecord(seed, magnitude, 365));
      if (recordPreset(bytes)) expect(encodeRecord(decodeRecord(bytes), bytes)).toEqual(bytes);
    }
  });

  it('is refused by the reader after a change of any one bit, a cut or an addition', () => {
    for (const record of [likelyRecord(11, 2, 90), likelyRecord(12, 700, 60), likelyRecord(13, 1e7, 30)]) {
      const bytes = encodeRecord(record);
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const changed = bytes.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(refuses(changed)).toBe(true);
      }
      for (let length = 0; length < bytes.length; length++) expect(refuses(bytes.subarray(0, length))).toBe(true);
      expect(refuses(Uint8Array.of(...bytes, 0))).toBe(true);
    }
  });

  it('is refused by the reader when the bytes are anyone else’s, checksum and all', () => {
    const crc16 = (bytes: Uint8Array): number => {
      let rest = 0xffff;
      for (const byte of bytes) {
        rest ^= byte;
        for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x8408 : rest >>> 1;
      }
      return rest ^ 0xffff;
    };
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3, 4), fc.uint8Array({ maxLength: 60 }), (version, content) => {
        const bytes = Uint8Array.of(version, 40, 0, ...content);
        const sum = crc16(bytes);
        const sealed = Uint8Array.of(...bytes, sum & 255, sum >> 8);
        // Whatever passes by chance is at least a record of 40 days; what does not is refused in the proper way.
        expect(refuses(sealed) || decodeRecord(sealed).total.length === 40).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused by the writer when its arrays differ in length or its revision is no whole number', () => {
    const record = likelyRecord(1, 3, 10);
    expect(() => encodeRecord({ ...record, status: new Uint8Array(9) })).toThrow(RangeError);
    expect(() => encodeRecord({ ...record, rev: 0.5 })).toThrow(RangeError);
    expect(() => encodeRecord({ ...record, rev: -1 })).toThrow(RangeError);
  });
});

describe('the decoder and its slow twin', () => {
  it('agree on records that hold anything', () => {
    fc.assert(
      fc.property(anyLength, (record) => {
        expect(twinDecode(encodeRecord(record))).toEqual(plainly(record));
      }),
      { numRuns: 60 },
    );
  });

  it('agree on records like those of the product', () => {
    fc.assert(
      fc.property(anyLikelyRecord, (record) => {
        expect(twinDecode(encodeRecord(record))).toEqual(plainly(record));
      }),
      { numRuns: 12 },
    );
  });

  it('agree under every kind of preset', () => {
    const record = likelyRecord(21, 35, 120);
    const base = recordPreset(encodeRecord(record));
    if (!base) throw new Error('the record has no preset');
    fc.assert(
      fc.property(
        fc.record({
          level: fc.nat(63),
          noise: fc.nat(15),
          counting: fc.nat(3),
          holidays: fc.nat(3),
          dynamics: fc.nat(7),
          promotion: fc.nat(7),
          share: fc.nat(15),
          sharing: fc.nat(3),
        }),
        (preset) => {
          const bytes = encodeRecord(record, { ...base, ...preset });
          expect(decodeRecord(bytes)).toEqual(record);
          expect(twinDecode(bytes)).toEqual(plainly(record));
        },
      ),
      { numRuns: 16 },
    );
  });
});
