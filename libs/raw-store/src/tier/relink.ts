import { dirname, join } from 'node:path';
import { ifThere, syncFolder } from '../disk.js';
import { isSubmission } from '../identity.js';
import type { Vault } from '../object/open-object.js';
import { type Place, objectPath, placeOf } from '../object/places.js';
import { pointTo } from './copy.js';
import { entriesOf } from './archive.js';
import { packsIn } from './packs.js';

/**
 * Gives back to the catalogue what lies in the cool folder and in packs and is not in it: after a restore that brought
 * files and no links, or when the disk of the catalogue was lost. Returns how many that were.
 */
export async function relinkObjects(vault: Vault): Promise<number> {
  const { disk, folders } = vault;
  const touched = new Set<string>();
  let linked = 0;
  async function link(submission: string, place: Exclude<Place, { tier: 'hot' }>): Promise<void> {
    if (await placeOf(disk, folders, submission)) return;
    const shard = dirname(objectPath(folders, submission));
    await disk.mkdir(shard);
    await pointTo(vault, submission, place);
    touched.add(shard);
    linked++;
  }
  // Packs first: what is in both was about to leave the cool folder.
  for await (const pack of packsIn(disk, folders)) {
    for await (const { submission, at } of entriesOf(vault, pack))
      await link(submission, { tier: 'archive', pack, at });
  }
  for (const shard of (await ifThere(disk.readdir(folders.cool))) ?? []) {
    for (const name of await disk.readdir(join(folders.cool, shard))) {
      if (isSubmission(name)) await link(name, { tier: 'cool' });
    }
  }
  for (const shard of touched) await syncFolder(disk, shard);
  if (touched.size > 0) await syncFolder(disk, folders.objects);
  return linked;
}
