import fc from 'fast-check';
import type { SeriesRecord } from '#vocabulary';

const count = fc.oneof(
  fc.constant(0),
  fc.nat(3),
  fc.nat(60),
  fc.nat(5_000),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(1, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1),
);

/** A record that keeps the rule that a day without a report holds zeros, but no other. */
export function anyRecord(days: number): fc.Arbitrary<SeriesRecord> {
  const day = fc.tuple(
    count,
    fc.oneof(fc.constant(-1), fc.constant(-2), count),
    fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
  );
  return fc.tuple(fc.array(day, { minLength: days, maxLength: days }), fc.maxSafeNat()).map(([cells, rev]) => ({
    total: Uint32Array.from(cells, ([total, , status]) => (status === 0 ? total : 0)),
    unflagged: Uint32Array.from(cells, ([total, unflagged, status]) => {
      if (status !== 0) return 0;
      return unflagged === -1 ? total : unflagged === -2 ? total >>> 1 : unflagged;
    }),
    status: Uint8Array.from(cells, ([, , status]) => status),
    rev,
  }));
}
