import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDay } from '#vocabulary';
import { latenessOf, type PastArrival } from './lateness.js';
import { instantAt, wallMinutes } from './wall-clock.js';

/** Eight weeks of a facility that sends at eight, and at noon on Sundays. */
const PUNCTUAL: readonly PastArrival[] = Array.from({ length: 56 }, (_, i) => ({
  weekday: i % 7,
  minutes: (i % 7 === 0 ? 720 : 480) + ((i * 5) % 11) - 5,
}));

describe('when a report is to be expected', () => {
  it('is when it came before, by weekday', () => {
    const monday = latenessOf(PUNCTUAL, 1);
    expect(monday.reportedBy(420)).toBeLessThan(0.1);
    expect(monday.reportedBy(540)).toBeGreaterThan(0.8);
    expect(Math.abs(monday.expectedGiven(400) - 500)).toBeLessThan(60);
    const sunday = latenessOf(PUNCTUAL, 0);
    expect(sunday.reportedBy(540)).toBeLessThan(monday.reportedBy(540) - 0.2);
    expect(sunday.expectedGiven(540)).toBeGreaterThan(690);
  });

  it('becomes unlikely when the usual hour has passed', () => {
    const monday = latenessOf(PUNCTUAL, 1);
    expect(monday.reportedByGiven(540, 420)).toBeGreaterThan(0.8);
    expect(monday.reportedByGiven(960, 840)).toBeLessThan(0.3);
    expect(monday.reportedByGiven(400, 420)).toBe(0);
  });

  it('remembers that reports never came', () => {
    const half = PUNCTUAL.map((of, i) => (i % 2 === 0 ? { ...of, minutes: Infinity } : of));
    expect(latenessOf(half, 1).reportedBy(1440)).toBeLessThan(0.65);
    const never = PUNCTUAL.map((of) => ({ ...of, minutes: Infinity }));
    expect(latenessOf(never, 1).reportedByGiven(1440, 600)).toBeLessThan(0.05);
  });

  it('of a facility without a past is any time of the day', () => {
    const unknown = latenessOf([], 3);
    expect(unknown.reportedBy(720)).toBeCloseTo(0.475, 10);
    expect(unknown.expectedGiven(0)).toBeCloseTo(720, 0);
    expect(unknown.expectedGiven(1440)).toBeNaN();
  });

  it('probabilities lie between 0 and 1, and rise with time', () => {
    const minutes = fc.oneof(fc.nat(2000), fc.constant(Infinity));
    const past = fc.array(fc.record({ weekday: fc.nat(6), minutes }), { maxLength: 30 });
    fc.assert(
      fc.property(past, fc.nat(6), fc.nat(1500), fc.nat(1500), (arrivals, weekday, now, later) => {
        const of = latenessOf(arrivals, weekday);
        const [first, second] = [of.reportedByGiven(now + later, now), of.reportedByGiven(now + later + 60, now)];
        expect(first).toBeGreaterThanOrEqual(0);
        expect(second).toBeLessThanOrEqual(1);
        expect(second).toBeGreaterThanOrEqual(first - 1e-12);
        const expected = of.expectedGiven(now);
        expect(Number.isNaN(expected) || expected > now).toBe(true);
      }),
    );
  });
});

describe('the wall clock', () => {
  const timeZone = 'America/New_York';

  it.each([
    ['2026-03-08', 7],
    ['2026-06-01', 8],
    ['2026-11-01', 9],
  ])('shows eight as 480 minutes on %s, %p hours after midnight', (date, elapsed) => {
    const day = parseDay(date)!;
    const midnight = instantAt(0, { day, timeZone });
    const eight = instantAt(480, { day, timeZone });
    expect((eight - midnight) / 3_600_000).toBe(elapsed);
    expect(wallMinutes(eight, { day, timeZone })).toBe(480);
    expect(wallMinutes(eight + 24 * 3_600_000, { day, timeZone })).toBe(480 + 1440);
  });

  it('a time that the clock jumps over is as much after the jump; of a time that comes twice it is the first', () => {
    const spring = { day: parseDay('2026-03-08')!, timeZone };
    expect(instantAt(150, spring)).toBe(Date.parse('2026-03-08T07:30:00Z'));
    const autumn = { day: parseDay('2026-11-01')!, timeZone };
    expect(instantAt(90, autumn)).toBe(Date.parse('2026-11-01T05:30:00Z'));
  });
});
