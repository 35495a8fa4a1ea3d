import { describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { openHealth } from './health.js';

describe('health', () => {
  it('is ready when every part is', async () => {
    const health = openHealth({ engine: () => Promise.resolve(), cache: () => Promise.resolve(1) });
    expect(await health()).toMatchObject({
      ready: true,
      parts: [
        { part: 'engine', ok: true },
        { part: 'cache', ok: true },
      ],
    });
  });

  it('names the part that is not, in our words but never in those of an unknown error', async () => {
    const health = openHealth({
      engine: () => Promise.reject(new BellwetherError('ENGINE_FAILED', 'refused the connection')),
      cache: () => Promise.reject(new Error('redis://:hunter-two@r')),
      throws: () => {
        throw new Error('at once');
      },
    });
    const { ready, parts } = await health();
    expect(ready).toBe(false);
    expect(parts.map(({ detail }) => detail)).toEqual([
      'refused the connection',
      'failed; see the log',
      'failed; see the log',
    ]);
  });

  it('does not wait for a part that is silent, and tells it to stop', async () => {
    let told = false;
    const health = openHealth({
      engine: (signal) => new Promise(() => signal.addEventListener('abort', () => (told = true))),
    });
    expect((await health()).ready).toBe(false);
    expect(told).toBe(true);
  });

  it('asks once for all who ask at the same time, and again later', async () => {
    let asked = 0;
    const health = openHealth({ engine: () => Promise.resolve(asked++) });
    await Promise.all([health(), health(), health()]);
    expect(asked).toBe(1);
    await health();
    expect(asked).toBe(2);
  });
});
