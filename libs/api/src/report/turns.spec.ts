import { describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { turns } from './turns.js';

/** Work that ends when it is told to. */
function held() {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { work: () => done, end };
}
const ticks = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const refusal = async (asked: Promise<unknown>): Promise<BellwetherError | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => (error instanceof BellwetherError ? error : undefined),
  );

describe('turns', () => {
  it('lets so many run at once, and the others in the order in which they came', async () => {
    const inTurn = turns({ atOnce: 2, waiting: 3, seconds: 60 });
    const began: number[] = [];
    const each = Array.from({ length: 5 }, held);
    const all = each.map(({ work }, i) =>
      inTurn(() => {
        began.push(i);
        return work();
      }),
    );
    await ticks();
    expect(began).toEqual([0, 1]);
    each[1]!.end();
    await all[1];
    await ticks();
    expect(began).toEqual([0, 1, 2]);
    for (const { end } of each) end();
    await Promise.all(all);
    expect(began).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses who finds the line full, with the seconds after which to come again', async () => {
    const inTurn = turns({ atOnce: 1, waiting: 1, seconds: 60 });
    const one = held();
    const running = inTurn(one.work);
    const waiting = inTurn(() => Promise.resolve('second'));
    const refused = await refusal(inTurn(() => Promise.resolve('third')));
    expect([refused?.code, refused?.retryAfter]).toEqual(['TOO_MANY_REQUESTS', 60]);
    one.end();
    await running;
    expect(await waiting).toBe('second');
  });

  it('refuses who has waited too long, and forgets about it', async () => {
    const inTurn = turns({ atOnce: 1, waiting: 1, seconds: 0.01 });
    const one = held();
    const running = inTurn(one.work);
    expect((await refusal(inTurn(() => Promise.resolve())))?.code).toBe('TOO_MANY_REQUESTS');
    one.end();
    await running;
    expect(await inTurn(() => Promise.resolve('free again'))).toBe('free again');
  });

  it('gives the place of work that fails to the next', async () => {
    const inTurn = turns({ atOnce: 1, waiting: 1, seconds: 60 });
    const failing = inTurn(() => Promise.reject(new Error('no')));
    const next = inTurn(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
    expect(await inTurn(() => Promise.resolve('and again'))).toBe('and again');
  });
});
