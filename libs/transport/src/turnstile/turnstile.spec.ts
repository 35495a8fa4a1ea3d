import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { openTurnstile, type TurnstileOptions } from './turnstile.js';

function turnstileAt(change: Partial<TurnstileOptions> = {}) {
  const clock = { at: 1_000_000 };
  const turnstile = openTurnstile({
    perMinute: 3,
    pendingLimit: 10,
    pending: async () => 0,
    now: () => clock.at,
    ...change,
  });
  return { clock, turnstile };
}

describe('the turnstile', () => {
  it('lets as many files of a sender in as it may send in a minute, then says when to come again', async () => {
    const { clock, turnstile } = turnstileAt();
    for (let file = 0; file < 3; file++) await turnstile.enter('clinic');
    await expect(turnstile.enter('clinic')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 20 });
    await turnstile.enter('other');
    clock.at += 20_000;
    await turnstile.enter('clinic');
    await expect(turnstile.enter('clinic')).rejects.toThrow('more than 3 files a minute');
  });

  it('never lets more in than the allowance and what has grown back, however the files are spread', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 60 }), async (pauses) => {
        const { clock, turnstile } = turnstileAt();
        const begin = clock.at;
        let entered = 0;
        for (const pause of pauses) {
          clock.at += pause;
          entered += await turnstile.enter('clinic').then(() => 1, () => 0); // prettier-ignore
          expect(entered).toBeLessThanOrEqual(3 + ((clock.at - begin) * 3) / 60_000 + 1e-6);
        }
      }),
    );
  });

  it('lets a sender in again after exactly the seconds that it named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 500 }), async (perMinute) => {
        const { clock, turnstile } = turnstileAt({ perMinute });
        for (let file = 0; file < perMinute; file++) await turnstile.enter('clinic');
        const refused = await turnstile.enter('clinic').catch((error: { retryAfter: number }) => error);
        clock.at += (refused?.retryAfter ?? NaN) * 1000;
        await turnstile.enter('clinic');
      }),
    );
  });

  it('lets nobody in while more waits than the limit, and counts at most once a second', async () => {
    let counts = 0;
    let waiting = 11;
    const { clock, turnstile } = turnstileAt({ pending: async () => (counts++, waiting) });
    await expect(turnstile.enter('clinic')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 10 });
    waiting = 10;
    expect(await turnstile.isBehind()).toBe(true);
    expect(counts).toBe(1);
    clock.at += 1000;
    await turnstile.enter('clinic');
    expect(counts).toBe(2);
  });

  it('stops nobody when what waits cannot be counted', async () => {
    const { turnstile } = turnstileAt({ pending: () => Promise.reject(new Error('gone')) });
    await turnstile.enter('clinic');
  });
});
