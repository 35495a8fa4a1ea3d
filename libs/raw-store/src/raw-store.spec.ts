import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clearIncoming } from './clear-incoming.js';
import { givenKeyring } from './envelope/keyring.js';
import { openRawStore } from './open-raw-store.js';
import type { ArrivalFacts } from './port.js';

const arrival: ArrivalFacts = {
  feed: 'otc',
  name: 'S1_2024-01-01_v1.csv',
  stated: { facility: 'S1', period: '2024-01-01', version: '1' },
  receivedAt: Date.now(),
};
const content = Buffer.from('a,b\n1,2\n');
const keys = givenKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);

describe('the raw store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'raw-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('tells the same bytes under another stated version apart', async () => {
    const store = await openRawStore({ folder, keys, maxBytes: 1000 });
    const first = await store.put(arrival, [content]);
    const second = await store.put({ ...arrival, stated: { ...arrival.stated, version: '2' } }, [content]);
    expect(second.submission).not.toBe(first.submission);
    expect((await store.pending()).sort()).toEqual([first.submission, second.submission].sort());
  });

  it('tells an order from a file of the same bytes, and a file said to be one from none', async () => {
    const store = await openRawStore({ folder, keys, maxBytes: 1000 });
    const file = await store.put(arrival, [content]);
    const order = await store.put({ ...arrival, kind: 'order' }, [content]);
    expect(order.submission).not.toBe(file.submission);
    expect(await store.facts(order.submission)).toMatchObject({ kind: 'order' });
    expect(await store.put({ ...arrival, kind: 'file' }, [content])).toEqual({ ...file, duplicate: true });
  });

  it('has nothing pending of which the bytes are not in place, so that nobody settles what is still being received', async () => {
    const seen: [string, number][] = [];
    const store = await openRawStore({
      folder,
      keys,
      maxBytes: 1000,
      step: async (name) => void seen.push([name, (await store.pending()).length]),
    });
    const { submission } = await store.put(arrival, [content]);
    expect(seen).toEqual([
      ['spooled', 0],
      ['synced', 0],
      ['marked', 0],
      ['renamed', 1],
    ]);
    expect(await store.pending()).toEqual([submission]);
  });

  it('clears what was being received when a process died, once it is old, and nothing that has a receipt', async () => {
    const died = new Error('killed');
    const dying = await openRawStore({
      folder,
      keys,
      maxBytes: 1000,
      step: async (name) => {
        if (name === 'marked') throw died;
      },
    });
    await expect(dying.put(arrival, [content])).rejects.toBe(died);
    const store = await openRawStore({ folder, keys, maxBytes: 1000 });
    const { submission } = await store.put({ ...arrival, feed: 'other' }, [content]);
    await clearIncoming(folder, Date.now() - 3_600_000);
    expect(await readdir(join(folder, 'pending'))).toHaveLength(2);
    await clearIncoming(folder, Date.now() + 1000);
    expect(await readdir(join(folder, 'pending'))).toEqual([submission]);
  });

  it('leaves nothing behind of a submission that is too large or breaks off', async () => {
    const store = await openRawStore({ folder, keys, maxBytes: 4 });
    await expect(store.put(arrival, [content])).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const broken = (function* (): Generator<Uint8Array> {
      yield content.subarray(0, 2);
      throw new Error('connection lost');
    })();
    await expect(store.put(arrival, broken)).rejects.toThrow('connection lost');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    expect(await store.pending()).toEqual([]);
  });
});
