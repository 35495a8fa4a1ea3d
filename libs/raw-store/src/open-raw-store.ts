import { dirname, join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { type Disk, ifThere, syncFolder } from './disk.js';
import type { Keyring } from './envelope/keyring.js';
import { shardOf } from './identity.js';
import { type Vault, withObject } from './object/open-object.js';
import { type Roots, foldersOf, placeOf, submissionsIn } from './object/places.js';
import type { RawStore } from './port.js';
import { nodeDisk } from './node-disk.js';
import { type ReceiptStep, createReceipts } from './receipt.js';

export interface RawStoreOptions extends Roots {
  readonly keys: Keyring;
  /** Largest submission, bytes. */
  readonly maxBytes: number;
  /** Nothing is taken in while less than this is free on the disk, bytes; 0, when not given: no reserve. */
  readonly reserveBytes?: number;
  /** Told how far a receipt has come, and waited for: the crash test ends the process there. */
  readonly step?: (name: ReceiptStep) => Promise<void>;
  /** The file system, for tests in which it fails. */
  readonly disk?: Disk;
}

export async function openVault({
  keys,
  disk = nodeDisk,
  ...roots
}: Omit<RawStoreOptions, 'maxBytes'>): Promise<Vault> {
  const folders = foldersOf(roots);
  for (const path of [folders.objects, folders.pending, folders.incoming]) await disk.mkdir(path);
  // A power cut takes a folder whose own name is not safe, and with it all that is synced within.
  for (const path of [roots.folder, dirname(roots.folder)]) await syncFolder(disk, path);
  return { disk, folders, keys };
}

export async function openRawStore(options: RawStoreOptions): Promise<RawStore> {
  const { maxBytes, reserveBytes = 0, step } = options;
  const vault = await openVault(options);
  const { disk, folders } = vault;
  const { put, mark } = createReceipts({ vault, maxBytes, reserveBytes, step });

  return {
    put,
    facts: (submission) => withObject(vault, submission, (object) => Promise.resolve(object.stored)),
    async content(submission) {
      const content = await withObject(vault, submission, async (object) => {
        const frames: Buffer[] = [];
        for await (const frame of object.content()) frames.push(frame);
        return frames.length === 1 ? frames[0]! : Buffer.concat(frames);
      });
      if (!content) throw new BellwetherError('UNKNOWN_SUBMISSION', `the raw store has no content of ${submission}`);
      return content;
    },
    /**
     * A mark whose submission is still being received is none: who settles that loses it if a kill comes next. One that
     * has its name, but no receipt yet, is made safe first: who counts it must not outlive it.
     */
    async pending() {
      const pending: string[] = [];
      for (const name of await disk.readdir(folders.pending)) {
        if (await placeOf(disk, folders, name)) pending.push(name);
      }
      for (const shard of new Set(pending.map(shardOf))) await syncFolder(disk, join(folders.objects, shard));
      return pending;
    },
    pendingCount: async () => (await disk.readdir(folders.pending)).length,
    async settle(submission) {
      await ifThere(disk.unlink(join(folders.pending, submission)));
    },
    async reopen(submission) {
      if (!(await placeOf(disk, folders, submission))) {
        throw new BellwetherError('UNKNOWN_SUBMISSION', 'the raw store does not hold it');
      }
      await mark(submission);
    },
    all: () => submissionsIn(disk, folders),
  };
}
