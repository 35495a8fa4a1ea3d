import { createHash, randomBytes } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Disk } from './disk.js';
import { openKeyFolder } from './envelope/key-folder.js';
import { openRawStore, openVault } from './open-raw-store.js';
import type { ArrivalFacts, RawStore } from './port.js';
import { verifyObjects } from './walk.js';

/** One way in which a submission can lie in the store. */
export interface Kind {
  readonly name: string;
  /** Brings everything that was put into this form. */
  age(options: { folder: string; keys: ReturnType<typeof openKeyFolder> }): Promise<void>;
  /** The file in which a submission then lies, from the raw folder. */
  fileOf(folder: string, submission: string): string;
  /** False: what is behind it in the file belongs to others. */
  readonly endsWithFile: boolean;
  /** The file system, where it is not the usual one. */
  readonly disk?: Disk;
}

export const arrival: ArrivalFacts = {
  feed: 'otc',
  name: 'clinic-of-the-needle_2024-01-01_v1.csv',
  stated: { facility: 'S1', period: '2024-01-01', version: '1' },
  receivedAt: Date.UTC(2024, 0, 2, 3),
};

const text = Buffer.from('needle,name\n'.repeat(40));
const CONTENTS: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.of(7),
  text,
  'a whole frame': Buffer.alloc(256 * 1024, 'abc,'),
  'a frame and a byte': Buffer.alloc(256 * 1024 + 1, 'abc,'),
  'three frames that do not compress': randomBytes(700_000),
  'an archive': Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(20_000, 1)]),
};

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function rawStoreContract(kind: Kind): void {
  describe(`the raw store, ${kind.name}`, () => {
    let home: string;
    let folder: string;
    let store: RawStore;
    const keys = (): ReturnType<typeof openKeyFolder> => openKeyFolder({ folder: join(home, 'keys'), raw: folder });
    const reopened = (): Promise<RawStore> =>
      openRawStore({ folder, keys: keys(), maxBytes: 1 << 20, ...(kind.disk && { disk: kind.disk }) });
    const age = (): Promise<void> => kind.age({ folder, keys: keys() });
    const damage = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { damage: one } of verifyObjects(await openVault({ folder, keys: keys() }))) {
        if (one) found.push(`${one.submission} ${one.code}`);
      }
      return found;
    };

    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'raw-'));
      folder = join(home, 'raw');
      store = await reopened();
    });
    afterEach(() => rm(home, { recursive: true }));

    it('gives back the bytes and the facts of every submission, also after being opened again', async () => {
      const receipts = new Map<string, Buffer>();
      for (const content of Object.values(CONTENTS)) {
        const parts = [content.subarray(0, 3), content.subarray(3)];
        const { submission } = await store.put(arrival, parts);
        receipts.set(submission, content);
      }
      await age();
      for (const reader of [store, await reopened()]) {
        for (const [submission, content] of receipts) {
          expect((await reader.content(submission)).equals(content)).toBe(true);
          expect(await reader.facts(submission)).toEqual({
            ...arrival,
            submission,
            sha256: createHash('sha256').update(content).digest('hex'),
            bytes: content.length,
          });
        }
      }
      const all: string[] = [];
      for await (const submission of store.all()) all.push(submission);
      expect(all.sort()).toEqual([...receipts.keys()].sort());
      expect(await damage()).toEqual([]);
    });

    it('gives the same receipt for the same file again and writes nothing', async () => {
      const first = await store.put(arrival, [text]);
      await store.settle(first.submission);
      await age();
      const before = filesBelow(folder).map((path) => [path, readFileSync(path).toString('base64')]);
      const again = await store.put({ ...arrival, name: 'S1_2024-01-01_v1.1.csv', receivedAt: 1 }, [text]);
      expect(again).toEqual({ ...first, duplicate: true });
      expect(await store.pending()).toEqual([]);
      expect(filesBelow(folder).map((path) => [path, readFileSync(path).toString('base64')])).toEqual(before);
    });

    it('knows what is pending, and has it read again when asked', async () => {
      const { submission } = await store.put(arrival, [text]);
      await age();
      expect(await store.pending()).toEqual([submission]);
      await store.settle(submission);
      await store.settle(submission);
      expect(await store.pending()).toEqual([]);
      await store.reopen(submission);
      expect(await store.pending()).toEqual([submission]);
    });

    it('says so when it does not hold a submission', async () => {
      await age();
      for (const unknown of ['../../etc/passwd', 'ab'.repeat(32)]) {
        expect(await store.facts(unknown)).toBeUndefined();
        await expect(store.content(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_SUBMISSION' });
        await expect(store.reopen(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_SUBMISSION' });
      }
    });

    it('gives out no byte that was not put, whichever bytes on the disk are changed', async () => {
      const content = CONTENTS['three frames that do not compress']!.subarray(0, 300_000);
      const { submission } = await store.put(arrival, [content]);
      await age();
      const path = kind.fileOf(folder, submission);
      const whole = readFileSync(path);
      const places = fc.oneof(fc.nat(whole.length - 1), fc.nat(2500));
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const changed = Buffer.from(whole);
          changed[at]! ^= change;
          writeFileSync(path, changed);
          const read = await store.content(submission).catch((error: unknown) => {
            expect(['OBJECT_DAMAGED', 'KEY_MISSING']).toContain((error as { code?: string }).code);
            refused++;
          });
          if (read) expect(read.equals(content)).toBe(true);
        }),
        { numRuns: 60 },
      );
      expect(refused).toBeGreaterThan(20);
    });

    it('refuses what was cut anywhere, and what was continued', async () => {
      const { submission } = await store.put(arrival, [CONTENTS['a frame and a byte']!]);
      await age();
      const path = kind.fileOf(folder, submission);
      const whole = readFileSync(path);
      for (const part of [0, 3, 900, 1024, 1028, 1500, whole.length - 60, whole.length - 1]) {
        truncateSync(path, part);
        await expect(store.content(submission)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
        expect(await damage()).toEqual([`${submission} OBJECT_DAMAGED`]);
        writeFileSync(path, whole);
      }
      if (!kind.endsWithFile) return;
      writeFileSync(path, Buffer.concat([whole, Buffer.alloc(40)]));
      await expect(store.content(submission)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
    });

    it('refuses a submission under the name of another', async () => {
      const first = await store.put(arrival, [text]);
      const second = await store.put({ ...arrival, feed: 'other' }, [text]);
      await age();
      const name = (submission: string): string => join(folder, 'objects', submission.slice(0, 2), submission);
      // As it lies in the catalogue, and the bytes themselves.
      if (kind.endsWithFile) cpSync(kind.fileOf(folder, first.submission), kind.fileOf(folder, second.submission));
      else {
        await rm(name(second.submission));
        cpSync(name(first.submission), name(second.submission), { verbatimSymlinks: true });
        expect(readlinkSync(name(second.submission))).toBe(readlinkSync(name(first.submission)));
      }
      await expect(store.content(second.submission)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
      await expect(store.facts(second.submission)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
      expect(await damage()).toEqual([`${second.submission} OBJECT_DAMAGED`]);
    });
  });
}
