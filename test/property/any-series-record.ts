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

/** A small seeded generator of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A record like those of the product: a level with weekdays, weeks of promotion, outbreaks, gaps of each status, late
 * openings and a few absurd values. `magnitude` is the level.
 */
export function likelyRecord(seed: number, magnitude: number, days: number): SeriesRecord {
  const random = seededRandom(seed);
  const weekdays = Array.from({ length: 7 }, () => 0.6 + 0.8 * random());
  const opening = random() < 0.2 ? Math.floor(random() * days) : 0;
  const gaps = random() < 0.3 ? 0.1 : 0;
  const share = random();
  const odd = random() < 0.2;
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  let promotion = 1;
  for (let day = 0; day < days; day++) {
    if (day % 7 === 3) promotion = random() < 0.3 ? 0.6 : 1;
    if (random() < gaps) {
      status[day] = 1 + Math.floor(random() * 3);
      continue;
    }
    const mean = day < opening ? 0 : magnitude * (weekdays[day % 7] ?? 1) * (2 - promotion) * (0.7 + 0.6 * random());
    const count =
      odd && random() < 0.02 ? random() * 2 ** 29 : mean + Math.sqrt(mean) * (random() + random() - 1) + random();
    total[day] = Math.max(0, Math.floor(count));
    const part = (total[day] ?? 0) * share * promotion + (random() - 0.5) * Math.sqrt(mean);
    unflagged[day] = Math.min(total[day] ?? 0, Math.max(0, Math.round(part)));
  }
  return { total, unflagged, status, rev: Math.floor(random() * 2 ** 40) };
}

export const anyLikelyRecord = fc
  .tuple(
    fc.nat(),
    fc.double({ min: -3, max: 22, noNaN: true }),
    fc.constantFrom(0, 1, 6, 59, 60, 200, 259, 365, 366, 506, 730),
  )
  .map(([seed, octave, days]) => likelyRecord(seed, 2 ** octave, days));
