import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Disk } from './disk.js';
import { nodeDisk } from './node-disk.js';
import { openKeyFolder, rotateKeyFolder } from './envelope/key-folder.js';
import { type Keyring, givenKeyring } from './envelope/keyring.js';
import { archived, cool, plain } from './kinds.fixture.js';
import { openRawStore, openVault } from './open-raw-store.js';
import { arrival, filesBelow } from './raw-store.contract.js';
import { countKeyUse, rewrapKeys, verifyObjects } from './walk.js';

const text = (i: number): Buffer => Buffer.from(`needle-in-the-content,${i}\n`.repeat(50));
const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

let home: string;
let folder: string;
let ringFolder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'raw-keys-'));
  folder = join(home, 'raw');
  ringFolder = join(home, 'keys');
});
afterEach(() => rmSync(home, { recursive: true }));

const ring = (): Keyring => openKeyFolder({ folder: ringFolder, raw: folder });

async function put(keys: Keyring, count: number): Promise<string[]> {
  const store = await openRawStore({ folder, keys, maxBytes: 1 << 20 });
  const submissions: string[] = [];
  for (let i = 0; i < count; i++) {
    const stated = { facility: `F${i}` };
    submissions.push((await store.put({ ...arrival, stated }, [text(i)])).submission);
  }
  return submissions;
}

async function rewrapAll(keys: Keyring, disk?: Disk): Promise<number> {
  let last = { seen: 0, changed: 0 };
  for await (last of rewrapKeys(await openVault({ folder, keys, ...(disk ? { disk } : {}) })));
  return last.changed;
}

async function readable(keys: Keyring): Promise<number> {
  let whole = 0;
  for await (const { damage } of verifyObjects(await openVault({ folder, keys }))) {
    expect(damage).toBeUndefined();
    whole++;
  }
  return whole;
}

const uses = async (keys: Keyring): Promise<Record<string, number>> =>
  Object.fromEntries((await countKeyUse(await openVault({ folder, keys }))).uses);

describe('what is on the disk', () => {
  it('shows neither content nor names, not even while it is being received', async () => {
    const seen: Buffer[] = [];
    const look = (): Promise<void> => {
      for (const path of filesBelow(home)) seen.push(readFileSync(path));
      return Promise.resolve();
    };
    const store = await openRawStore({ folder, keys: ring(), maxBytes: 1 << 21, step: look });
    const needles = Buffer.from('needle-in-the-content,'.repeat(30_000));
    await store.put(arrival, [needles.subarray(0, 300_000), needles.subarray(300_000)]);
    await look();
    expect(seen.length).toBeGreaterThan(8);
    for (const bytes of seen) {
      expect(bytes.includes('needle')).toBe(false);
      expect(bytes.includes('2024-01-01')).toBe(false);
    }
  });

  it('has different bytes for the same content in two stores', async () => {
    const [submission = ''] = await put(ring(), 1);
    const path = join(folder, 'objects', submission.slice(0, 2), submission);
    const first = readFileSync(path);
    rmSync(path);
    await put(ring(), 1);
    expect(readFileSync(path).length).toBe(first.length);
    expect(readFileSync(path).subarray(1024).equals(first.subarray(1024))).toBe(false);
  });

  it('cannot be read by others', async () => {
    await put(ring(), 3);
    for (const path of filesBelow(home)) expect(statSync(path).mode & 0o077).toBe(0);
  });
});

describe('the folder of keys', () => {
  it('gets one first key, whoever opens it, and refuses to make another when submissions need the lost one', async () => {
    const [first, second] = [ring(), ring()];
    expect(second.names()).toEqual(first.names());
    expect(first.names()).toHaveLength(1);
    await put(first, 1);
    rmSync(ringFolder, { recursive: true });
    expect(ring).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
  });

  it('is refused when others may read a key', () => {
    const keys = ring();
    const path = join(ringFolder, `${keys.current()}.key`);
    chmodSync(path, 0o440);
    expect(() => ring().wrap(Buffer.alloc(32))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('keys that are given', () => {
  it('wrap by the first and open by any of them', async () => {
    const [submission = ''] = await put(givenKeyring(`old:${key(1)}`), 1);
    const both = givenKeyring(`new:${key(2)},\n old:${key(1)}`);
    expect(both.names()).toEqual(['new', 'old']);
    const store = await openRawStore({ folder, keys: both, maxBytes: 1 << 20 });
    expect(await store.content(submission)).toEqual(text(0));
    expect(await rewrapAll(both)).toBe(1);
    expect(await readable(givenKeyring(`new:${key(2)}`))).toBe(1);
  });

  it('say which key is missing, and that another key of the name is another key', async () => {
    const [submission = ''] = await put(givenKeyring(`old:${key(1)}`), 1);
    const without = await openRawStore({ folder, keys: givenKeyring(`new:${key(2)}`), maxBytes: 1 << 20 });
    await expect(without.content(submission)).rejects.toMatchObject({
      code: 'KEY_MISSING',
      detail: 'key old is not on the ring',
    });
    const other = await openRawStore({ folder, keys: givenKeyring(`old:${key(2)}`), maxBytes: 1 << 20 });
    await expect(other.content(submission)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
  });

  it.each(['', 'a', `a:${key(1).slice(4)}`, `a b:${key(1)}`, `a:${key(1)} a:${key(2)}`, `../a:${key(1)}`])(
    'are refused as %j, and never quoted',
    (setting) => {
      expect(() => givenKeyring(setting)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', detail: expect.not.stringContaining('AQEB') }),
      );
    },
  );
});

describe('rotation', () => {
  it('wraps what comes by the new key, what is there after rewrapping, and rewrites no content', async () => {
    const keys = ring();
    const old = keys.current();
    await put(keys, 3);
    await cool.age({ folder, keys });
    const name = rotateKeyFolder(ringFolder);
    const after = ring();
    await put(after, 5);
    expect(await uses(after)).toEqual({ [name]: 2, [old]: 3 });
    const bodies = (): string[] =>
      filesBelow(join(folder, 'cool')).map((path) => readFileSync(path).subarray(1024).toString('hex'));
    const before = bodies();
    expect(before).toHaveLength(3);
    expect(await rewrapAll(after)).toBe(3);
    expect(await rewrapAll(after)).toBe(0);
    expect(bodies()).toEqual(before);
    expect(await uses(after)).toEqual({ [name]: 5, [old]: 0 });
    rmSync(join(ringFolder, `${old}.key`));
    expect(await readable(ring())).toBe(5);
    // The old key, should somebody have kept it, opens nothing any more.
    for (const path of filesBelow(join(folder, 'cool'))) expect(readFileSync(path).includes(old)).toBe(false);
  });

  it('rewraps a whole pack by its one key', async () => {
    const keys = ring();
    const old = keys.current();
    await put(keys, 4);
    await archived.age({ folder, keys });
    const name = rotateKeyFolder(ringFolder);
    expect(await uses(ring())).toEqual({ [name]: 0, [old]: 1 });
    expect(await rewrapAll(ring())).toBe(1);
    expect(await uses(ring())).toEqual({ [name]: 1, [old]: 0 });
    rmSync(join(ringFolder, `${old}.key`));
    expect(await readable(ring())).toBe(4);
  });

  it('seals what is from before encryption', async () => {
    const keys = ring();
    await put(keys, 3);
    await plain.age({ folder, keys });
    expect(await countKeyUse(await openVault({ folder, keys }))).toMatchObject({ plain: 3 });
    expect(await rewrapAll(keys)).toBe(3);
    expect(await countKeyUse(await openVault({ folder, keys }))).toMatchObject({ plain: 0 });
    expect(await readable(keys)).toBe(3);
    for (const path of filesBelow(join(folder, 'objects'))) expect(readFileSync(path).includes('needle')).toBe(false);
  });

  it('leaves every submission readable wherever it is cut, and a torn write of a slot too', async () => {
    const keys = ring();
    await put(keys, 2);
    const whole = filesBelow(join(folder, 'objects')).map((path) => [path, readFileSync(path)] as const);
    const old = keys.current();
    const name = rotateKeyFolder(ringFolder);
    const after = ring();
    for (let call = 1; call <= 8; call++) {
      for (const torn of [0, 60, 511]) {
        for (const [path, bytes] of whole) writeFileSync(path, bytes);
        let left = call;
        const disk: Disk = {
          ...nodeDisk,
          async open(path, flags, mode) {
            const file = await nodeDisk.open(path, flags, mode);
            return {
              read: (into, offset, length, position) => file.read(into, offset, length, position),
              stat: () => file.stat(),
              close: () => file.close(),
              truncate: (length) => file.truncate(length),
              utimes: (atime, mtime) => file.utimes(atime, mtime),
              async sync() {
                if (--left <= 0) throw new Error('killed');
                await file.sync();
              },
              async write(from, offset, length, position) {
                if (left === 0) throw new Error('killed');
                if (--left > 0) return file.write(from, offset, length, position);
                await file.write(from, offset, Math.min(torn, length), position);
                throw new Error('killed');
              },
            };
          },
        };
        await expect(rewrapAll(after, disk)).rejects.toThrow('killed');
        expect(await readable(after)).toBe(2);
        await rewrapAll(after);
        expect(await uses(after)).toEqual({ [name]: 2, [old]: 0 });
      }
    }
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });
});
