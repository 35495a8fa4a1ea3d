import { readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { blockingDisk } from './blocking-disk.js';
import { openRawStore, openVault } from './open-raw-store.js';
import type { Kind } from './raw-store.contract.js';
import { tierObjects } from './tier/tier-objects.js';

const hotPath = (folder: string, submission: string): string =>
  join(folder, 'objects', submission.slice(0, 2), submission);

export const hot: Kind = { name: 'hot', age: () => Promise.resolve(), fileOf: hotPath, endsWithFile: true };

/** As a thread reads that has nothing else to do. */
export const blocking: Kind = { ...hot, name: 'hot, on a disk that blocks', disk: blockingDisk };

const agedTo =
  (now: number): Kind['age'] =>
  async ({ folder, keys }) => {
    const vault = await openVault({ folder, keys });
    await tierObjects(vault, { now, coolAfterMonths: 6, archiveAfterMonths: 24 });
  };

export const cool: Kind = {
  name: 'cool',
  age: agedTo(Date.UTC(2025, 0, 1)),
  fileOf: (folder, submission) => join(folder, 'cool', submission.slice(0, 2), submission),
  endsWithFile: true,
};

export const archived: Kind = {
  name: 'archived',
  age: agedTo(Date.UTC(2026, 5, 1)),
  fileOf: (folder) => {
    const month = join(folder, 'archive/2024-01');
    return join(
      month,
      readdirSync(month).find((name) => name.endsWith('.pack'))!,
    );
  },
  endsWithFile: false,
};

/** As it was written before encryption, by a writer of our own. */
export const plain: Kind = {
  name: 'plain, from before encryption',
  async age({ folder, keys }) {
    const store = await openRawStore({ folder, keys, maxBytes: 1 << 20 });
    for await (const submission of store.all()) {
      const content = await store.content(submission);
      const json = JSON.stringify({
        ...(await store.facts(submission)),
        sha256: createHash('sha256').update(content).digest('hex'),
      }).padEnd(700);
      const lead = Buffer.from('BWR1\0\0\0\0', 'latin1');
      lead.writeUInt32LE(json.length, 4);
      rmSync(hotPath(folder, submission));
      const received = new Date((await store.facts(submission))?.receivedAt ?? Date.UTC(2024, 0, 2));
      writeFileSync(join(folder, 'incoming/plain'), Buffer.concat([lead, Buffer.from(json), content]));
      utimesSync(join(folder, 'incoming/plain'), received, received);
      renameSync(join(folder, 'incoming/plain'), hotPath(folder, submission));
    }
  },
  fileOf: hotPath,
  endsWithFile: true,
};
