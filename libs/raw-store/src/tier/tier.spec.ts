import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { givenKeyring } from '../envelope/keyring.js';
import type { Vault } from '../object/open-object.js';
import { openRawStore, openVault } from '../open-raw-store.js';
import type { RawStore } from '../port.js';
import { failingDisk } from '../failing-disk.fixture.js';
import { filesBelow } from '../raw-store.contract.js';
import { verifyObjects } from '../walk.js';
import { relinkObjects } from './relink.js';
import { type TierStep, tierObjects } from './tier-objects.js';

jest.setTimeout(30_000);

const keys = givenKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const ages = { coolAfterMonths: 6, archiveAfterMonths: 24 };

let home: string;
let folder: string;
let roots: { folder: string; cool: string; archive: string };
let store: RawStore;
let vault: Vault;
const contents = new Map<string, Buffer>();

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'raw-tier-'));
  folder = join(home, 'raw');
  roots = { folder, cool: join(home, 'slow disk'), archive: join(home, 'slower disk') };
  store = await openRawStore({ ...roots, keys, maxBytes: 1 << 20 });
  vault = await openVault({ ...roots, keys });
  contents.clear();
});
afterEach(() => rmSync(home, { recursive: true }));

async function putAt(receivedAt: number): Promise<string> {
  const i = contents.size;
  const content = Buffer.from(`${i},`.repeat(500 + i));
  const facts = { feed: 'otc', name: `${i}.csv`, stated: { facility: `F${i}` }, receivedAt };
  const { submission } = await store.put(facts, [content]);
  contents.set(submission, content);
  return submission;
}

/** Everything can be read, is whole, and is there once. */
async function expectAll(): Promise<void> {
  const all: string[] = [];
  for await (const submission of store.all()) all.push(submission);
  expect(all.sort()).toEqual([...contents.keys()].sort());
  for (const [submission, content] of contents) expect((await store.content(submission)).equals(content)).toBe(true);
  for await (const { damage } of verifyObjects(vault)) expect(damage).toBeUndefined();
}

const filesOf = (root: string, ending = ''): number =>
  existsSync(root) ? filesBelow(root).filter((path) => path.endsWith(ending)).length : 0;
const counts = () => ({
  hot: filesOf(join(folder, 'objects')),
  cool: filesOf(roots.cool),
  packs: filesOf(roots.archive, '.pack'),
  others: filesOf(roots.archive) - filesOf(roots.archive, '.pack') + readdirSync(join(folder, 'incoming')).length,
});

describe('tiers', () => {
  it('hold what arrived 6 months and 24 whole months ago, to the millisecond and the month', async () => {
    const cut = Date.UTC(2026, 4, 21, 12);
    await putAt(NOW);
    const young = await putAt(cut);
    await putAt(cut - 1);
    await putAt(Date.UTC(2024, 10, 1)); // November 2024 has not been over for 24 months
    await putAt(Date.UTC(2024, 9, 31, 23));
    await putAt(Date.UTC(2023, 0, 5));
    await putAt(Date.UTC(2023, 0, 6));
    const options = { now: NOW, ...ages };
    expect(await tierObjects(vault, { ...options, dryRun: true })).toEqual({ cooled: 5, archived: 0, left: [] });
    expect(counts()).toEqual({ hot: 7, cool: 0, packs: 0, others: 0 });
    expect(await tierObjects(vault, options)).toEqual({ cooled: 5, archived: 3, left: [] });
    expect(counts()).toEqual({ hot: 2, cool: 2, packs: 2, others: 0 });
    await expectAll();
    expect(await tierObjects(vault, options)).toEqual({ cooled: 0, archived: 0, left: [] });
    expect(await tierObjects(vault, { ...options, now: NOW + 31 * DAY })).toEqual({ cooled: 1, archived: 1, left: [] });
    expect((await store.facts(young))?.receivedAt).toBe(cut);
    await expectAll();
  });

  it('never move what they are told to keep', async () => {
    await putAt(Date.UTC(2001, 0, 1));
    await tierObjects(vault, { now: NOW, coolAfterMonths: 0, archiveAfterMonths: 0 });
    expect(counts()).toEqual({ hot: 1, cool: 0, packs: 0, others: 0 });
    await tierObjects(vault, { now: NOW, coolAfterMonths: 6, archiveAfterMonths: 0 });
    expect(counts()).toEqual({ hot: 0, cool: 1, packs: 0, others: 0 });
    await expectAll();
  });

  it('leave a damaged submission where it is and move the others', async () => {
    const broken = await putAt(Date.UTC(2023, 0, 5));
    await putAt(Date.UTC(2023, 0, 6));
    writeFileSync(join(folder, 'objects', broken.slice(0, 2), broken), 'BWR2');
    const before = new Date(Date.UTC(2023, 0, 5));
    utimesSync(join(folder, 'objects', broken.slice(0, 2), broken), before, before);
    expect(await tierObjects(vault, { now: NOW, ...ages })).toEqual({ cooled: 1, archived: 1, left: [broken] });
    contents.delete(broken);
    rmSync(join(folder, 'objects', broken.slice(0, 2), broken));
    await expectAll();
  });

  it('are read while things move: each read finds its submission', async () => {
    for (let i = 0; i < 20; i++) await putAt(Date.UTC(2023, i % 3, 5));
    let reads = 0;
    const step = async (): Promise<void> => {
      for (const [submission, content] of [...contents].slice(0, 4)) {
        expect((await store.content(submission)).equals(content)).toBe(true);
        reads++;
      }
    };
    await tierObjects(vault, { now: NOW, ...ages, step });
    expect(reads).toBeGreaterThan(100);
    await expectAll();
  });
});

describe('a move that is killed', () => {
  const STEPS: readonly TierStep[] = ['copied', 'moved', 'packed', 'pointed', 'removed'];
  const moments = STEPS.flatMap((step) => [1, 2].map((occurrence) => ({ step, occurrence })));

  it.each(moments)('$step, time $occurrence, loses and doubles nothing; the next run finishes it', async (moment) => {
    for (let i = 0; i < 6; i++) await putAt(Date.UTC(2023, i % 2, 5));
    let left = moment.occurrence;
    const step = (name: TierStep): Promise<void> =>
      name === moment.step && --left === 0 ? Promise.reject(new Error('killed')) : Promise.resolve();
    await expect(tierObjects(vault, { now: NOW, ...ages, step })).rejects.toThrow('killed');
    await expectAll();
    await tierObjects(vault, { now: NOW, ...ages });
    await expectAll();
    expect(counts()).toMatchObject({ hot: 0, cool: 0, others: 0 });
  });

  it('at any call to the disk, or when the slow disks are full, leaves all readable; the next run finishes it', async () => {
    for (let i = 0; i < 3; i++) await putAt(Date.UTC(2023, 0, 5));
    const failing = failingDisk();
    const failingVault = await openVault({ ...roots, keys, disk: failing.disk });
    let failed = 0;
    for (let call = 1; call <= 150; call++) {
      failing.plan(call % 3 === 0 ? { bytes: call * 7 } : { call: call % 60, code: call % 2 === 0 ? 'EIO' : 'ENOSPC' });
      const done = await tierObjects(failingVault, { now: NOW, ...ages }).catch(() => undefined);
      failing.heal();
      if (!done) failed++;
      if (call % 20 === 0) await expectAll();
      if (done || call % 5 === 0) {
        await tierObjects(vault, { now: NOW, ...ages });
        expect(counts()).toMatchObject({ hot: 0, cool: 0, others: 0 });
        await putAt(Date.UTC(2023, call % 12, 5));
      }
    }
    expect(failed).toBeGreaterThan(50);
    await expectAll();
  });
});

describe('a catalogue that was lost', () => {
  it('is made again from the cool folder and the packs', async () => {
    for (let i = 0; i < 5; i++) await putAt(Date.UTC(2023, 0, 5));
    for (let i = 0; i < 4; i++) await putAt(Date.UTC(2026, 0, 5));
    await tierObjects(vault, { now: NOW, ...ages });
    rmSync(join(folder, 'objects'), { recursive: true });
    vault = await openVault({ ...roots, keys });
    expect(await relinkObjects(vault)).toBe(9);
    expect(await relinkObjects(vault)).toBe(0);
    await expectAll();
  });
});
