import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { givenKeyring } from './envelope/keyring.js';
import { type Failing, failingDisk } from './failing-disk.fixture.js';
import { openRawStore, openVault } from './open-raw-store.js';
import type { ArrivalFacts, RawStore } from './port.js';
import { verifyObjects } from './walk.js';

jest.setTimeout(60_000);

const keys = givenKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);
const facts = (name: string): ArrivalFacts => ({
  feed: 'otc',
  name,
  stated: { facility: name },
  receivedAt: Date.now(),
});
/** Two frames; the last one is short. */
const large = randomBytes(270_000);
const small = Buffer.from('facility,count\n1,2\n');

async function damaged(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { damage } of verifyObjects(await openVault({ folder, keys })))
    if (damage) found.push(damage.detail);
  return found;
}

describe('a receipt, when the disk fails', () => {
  let folder: string;
  let failing: Failing;
  let store: RawStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'raw-full-'));
    failing = failingDisk();
    store = await openRawStore({ folder, keys, maxBytes: 1 << 20, disk: failing.disk });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** One try under a plan, then everything that has to hold, then the same bytes again. */
  async function tryAndRecover(name: string, content: Buffer, plan: Parameters<Failing['plan']>[0]): Promise<boolean> {
    const chunks = [content.subarray(0, 100), content.subarray(100)];
    failing.plan(plan);
    const outcome = await store.put(facts(name), chunks).catch((error: unknown) => error as { code?: string });
    failing.heal();
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
    const gaveReceipt = 'submission' in outcome;
    if (!gaveReceipt) {
      expect(['STORAGE_FULL', 'STORAGE_FAILED']).toContain(outcome.code);
    }
    const receipt = await store.put(facts(name), chunks);
    // What failed on the way to its receipt was either not kept, or is whole and pending.
    expect((await store.content(receipt.submission)).equals(content)).toBe(true);
    expect(await store.pending()).toContain(receipt.submission);
    await store.settle(receipt.submission);
    return gaveReceipt;
  }

  it('is never false, at whichever byte the disk is full, and the same bytes are received afterwards', async () => {
    for (const content of [small, large]) {
      const before = failing.bytes();
      await store.put(facts('whole'), [content]);
      const whole = failing.bytes() - before;
      const offsets = new Set<number>();
      for (let i = 0; i < 125; i++) offsets.add(Math.floor((i * whole) / 125));
      for (const at of offsets) {
        expect(await tryAndRecover(`${content.length}-${at}`, content, { bytes: at })).toBe(false);
      }
      expect(offsets.size).toBe(125);
    }
    expect(await damaged(folder)).toEqual([]);
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])(
    'is never false when any one of its calls fails with %s',
    async (code) => {
      for (const content of [small, large]) {
        let calls = 0;
        for (let call = 1; ; call++) {
          const before = failing.calls();
          const hadReceipt = await tryAndRecover(`${code}-${content.length}-${call}`, content, { call, code });
          calls = Math.max(calls, failing.calls() - before);
          if (hadReceipt && call > 20) break;
        }
        expect(calls).toBeGreaterThan(10);
      }
      expect(await damaged(folder)).toEqual([]);
    },
  );

  it('is whole when every write takes less than it was given', async () => {
    expect(await tryAndRecover('short', large.subarray(0, 70_000), { most: 1000 })).toBe(true);
    expect(await tryAndRecover('bytes', small, { most: 1 })).toBe(true);
  });

  it('is refused below the reserve, before a byte is written, and given when there is room again', async () => {
    let free = 5;
    const disk = { ...failing.disk, statfs: () => Promise.resolve({ bavail: free, bsize: 1000 }) };
    const careful = await openRawStore({ folder, keys, maxBytes: 1 << 20, reserveBytes: 6000, disk });
    const before = failing.bytes();
    await expect(careful.put(facts('reserve'), [small])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(failing.bytes()).toBe(before);
    free = 6;
    await expect(careful.put(facts('reserve'), [small])).resolves.toMatchObject({ duplicate: false });
  });
});

/** A file system of our own needs the right to mount one. */
function mountSmall(): string | undefined {
  const at = mkdtempSync(join(tmpdir(), 'raw-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    return at;
  } catch {
    rmSync(at, { recursive: true });
    console.warn('SKIPPED: the test on a file system that is really full; it needs the right to mount a tmpfs');
    return undefined;
  }
}
const mounted = mountSmall();

(mounted === undefined ? describe.skip : describe)('a receipt, on a file system that is full', () => {
  const at = mounted ?? '';
  afterAll(() => {
    execFileSync('umount', [at]);
    rmSync(at, { recursive: true });
  });

  it('is refused, leaves nothing, and is given once there is room', async () => {
    const folder = join(at, 'raw');
    const store = await openRawStore({ folder, keys, maxBytes: 1 << 20 });
    const known = await store.put(facts('before'), [small]);
    mkdirSync(join(at, 'others'));
    for (let room = 700_000, i = 0; room >= 0; room -= 50_000, i++) {
      const others = join(at, 'others', String(i));
      writeFileSync(others, Buffer.alloc(room));
      const content = randomBytes(2 ** 20 - room);
      await expect(store.put(facts(`full-${i}`), [content])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
      expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
      expect(await store.content(known.submission)).toEqual(small);
      rmSync(others);
      const receipt = await store.put(facts(`room-${i}`), [content.subarray(0, 20_000)]);
      expect((await store.content(receipt.submission)).length).toBe(Math.min(20_000, content.length));
    }
    expect(await damaged(folder)).toEqual([]);
  });
});
