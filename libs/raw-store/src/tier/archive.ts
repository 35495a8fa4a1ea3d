import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { CREATE, type Disk, READ, ifThere, readUpTo, syncFolder, writeWhole } from '../disk.js';
import { SLOTS_BYTES, freshSlots } from '../envelope/slots.js';
import { shardOf } from '../identity.js';
import { type Vault, withObject } from '../object/open-object.js';
import { type Folders, coolPath, packPath, placeOf } from '../object/places.js';
import { copyBody, isPart, pointTo } from './copy.js';
import { ENTRY_HEAD_BYTES, type PackEntry, entryHead, entryIn, packKeyIn } from './pack.js';

/*
 * How a pack comes to be: mark <pack>.moving, write <pack>.part, sync, rename to <pack>.pack, sync; point the catalogue to
 * it, sync; remove what was cool; remove the mark. Whoever finds a mark finishes the pack, or clears it away when it was
 * not complete.
 */

export type ArchiveStep = 'packed' | 'pointed' | 'removed';

export interface Archiver {
  readonly vault: Vault;
  readonly step: (name: ArchiveStep) => Promise<void>;
}

const marker = (folders: Folders, pack: string): string => join(folders.archive, `${pack}.moving`);
const partial = (folders: Folders, pack: string): string => join(folders.archive, `${pack}.part`);

/** The entries of a pack with their places in it, in order. */
export async function* entriesOf(
  { disk, folders, keys }: Vault,
  pack: string,
): AsyncGenerator<PackEntry & { readonly at: number }> {
  const file = await disk.open(packPath(folders, pack), READ);
  try {
    const key = packKeyIn(await readUpTo(file, 0, SLOTS_BYTES), keys);
    if (!key) throw new BellwetherError('OBJECT_DAMAGED', `the slots of pack ${pack} are not whole`);
    const { size } = await file.stat();
    for (let at = SLOTS_BYTES; at < size;) {
      const entry = entryIn(key, await readUpTo(file, at, ENTRY_HEAD_BYTES));
      if (!entry) throw new BellwetherError('OBJECT_DAMAGED', `pack ${pack} has no entry at ${at}`);
      yield { ...entry, at };
      at += ENTRY_HEAD_BYTES + entry.length;
    }
  } finally {
    await file.close();
  }
}

/** Packs cool submissions of one month. Those that are damaged stay where they are; they are returned. */
export async function archiveMonth(
  archiver: Archiver,
  { month, submissions }: { month: string; submissions: readonly string[] },
): Promise<string[]> {
  const { vault, step } = archiver;
  const { disk, folders } = vault;
  const pack = `${month}/${randomBytes(8).toString('hex')}`;
  const folder = dirname(packPath(folders, pack));
  await disk.mkdir(folder);
  await syncFolder(disk, folders.archive);
  await (await disk.open(marker(folders, pack), CREATE, 0o600)).close();
  await syncFolder(disk, folder);
  const damaged = await writePack(vault, { pack, submissions });
  await syncFolder(disk, folder);
  await step('packed');
  await finishPack(archiver, pack);
  return damaged;
}

async function writePack(
  vault: Vault,
  { pack, submissions }: { pack: string; submissions: readonly string[] },
): Promise<string[]> {
  const { disk, folders, keys } = vault;
  const key = randomBytes(32);
  const damaged: string[] = [];
  const file = await disk.open(partial(folders, pack), CREATE, 0o600);
  try {
    await writeWhole(file, freshSlots('BWP1', keys, key), 0);
    let at = SLOTS_BYTES;
    for (const submission of submissions) {
      try {
        await withObject(vault, submission, async ({ body }) => {
          if (!body) return;
          await writeWhole(file, entryHead(key, { submission, length: body.end, key: body.key }), at);
          at += ENTRY_HEAD_BYTES + (await copyBody(body, file, at + ENTRY_HEAD_BYTES));
        });
      } catch (error) {
        if (!(error instanceof BellwetherError)) throw error;
        damaged.push(submission); // what was written of it is written over, or cut off
      }
    }
    await file.truncate(at);
    await file.sync();
    await disk.rename(partial(folders, pack), packPath(folders, pack));
  } finally {
    await file.close();
  }
  return damaged;
}

/** Points the catalogue to a complete pack, and removes what it has taken over. May be repeated. */
async function finishPack({ vault, step }: Archiver, pack: string): Promise<void> {
  const { disk, folders } = vault;
  const shards = new Set<string>();
  const taken: string[] = [];
  for await (const { submission, at } of entriesOf(vault, pack)) {
    const place = await placeOf(disk, folders, submission);
    if (place?.tier === 'cool') await pointTo(vault, submission, { tier: 'archive', pack, at });
    else if (place?.tier !== 'archive' || place.pack !== pack) continue; // received again meanwhile
    shards.add(shardOf(submission));
    taken.push(submission);
  }
  for (const shard of shards) await syncFolder(disk, join(folders.objects, shard));
  await step('pointed');
  for (const submission of taken) await ifThere(disk.unlink(coolPath(folders, submission)));
  await step('removed');
  await disk.unlink(marker(folders, pack));
  await syncFolder(disk, dirname(packPath(folders, pack)));
}

/** Finishes what a process that died had begun. Nobody else may be archiving. */
export async function finishArchiving(archiver: Archiver): Promise<void> {
  const { disk, folders } = archiver.vault;
  for (const { month, name } of await leftBehind(disk, folders)) {
    const pack = `${month}/${name.replace(/\.moving$/, '')}`;
    if (await ifThere(disk.lstat(packPath(folders, pack)))) await finishPack(archiver, pack);
    else {
      await ifThere(disk.unlink(partial(folders, pack)));
      await disk.unlink(marker(folders, pack));
    }
  }
  for (const shard of (await ifThere(disk.readdir(folders.cool))) ?? []) {
    for (const name of (await disk.readdir(join(folders.cool, shard))).filter(isPart)) {
      await ifThere(disk.unlink(join(folders.cool, shard, name)));
    }
  }
}

async function leftBehind(disk: Disk, folders: Folders): Promise<{ month: string; name: string }[]> {
  const found: { month: string; name: string }[] = [];
  for (const month of (await ifThere(disk.readdir(folders.archive))) ?? []) {
    if (!/^\d{4}-\d{2}$/.test(month)) continue;
    for (const name of await disk.readdir(join(folders.archive, month))) {
      if (/^[0-9a-f]{16}\.moving$/.test(name)) found.push({ month, name });
    }
  }
  return found;
}
