import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { openRates } from './index.js';

describe('the rate of a principal', () => {
  it('lets a minute’s worth through, then says when there is more, and tells one asker from another', () => {
    let at = 0;
    const rates = openRates({ perMinute: 3, now: () => at });
    expect(rates.policy).toBe('"requests";q=3;w=60');
    expect([rates.take('a'), rates.take('a'), rates.take('a')]).toEqual([
      { field: '"requests";r=2;t=20', retryAfter: 0 },
      { field: '"requests";r=1;t=40', retryAfter: 0 },
      { field: '"requests";r=0;t=60', retryAfter: 0 },
    ]);
    expect(rates.take('a')).toEqual({ field: '"requests";r=0;t=20', retryAfter: 20 });
    expect(rates.take('b').retryAfter).toBe(0);
    at += 19_999;
    expect(rates.take('a').retryAfter).toBe(1);
    at += 1;
    expect(rates.take('a').retryAfter).toBe(0);
    at += 3_600_000;
    expect(rates.take('a').field).toBe('"requests";r=2;t=20');
  });

  it('never lets more through than a bucket and what has come since, and who waits as told gets through', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), waits, (perMinute, steps) => {
        let at = 0;
        let through = 0;
        const rates = openRates({ perMinute, now: () => at });
        for (const step of steps) {
          at += step;
          const { retryAfter } = rates.take('a');
          if (retryAfter === 0) through++;
          expect(through).toBeLessThanOrEqual(perMinute + (at / 60_000) * perMinute + 1e-6);
          if (retryAfter === 0) continue;
          at += retryAfter * 1000;
          expect(rates.take('a').retryAfter).toBe(0);
          through++;
        }
      }),
    );
  });

  it('remembers a bounded number of askers', () => {
    const rates = openRates({ perMinute: 1, now: () => 0 });
    for (let i = 0; i < 30_000; i++) rates.take(`@${i}`);
    expect(rates.take('@29999').retryAfter).toBeGreaterThan(0);
    expect(rates.take('@0').retryAfter).toBe(0);
  });
});
