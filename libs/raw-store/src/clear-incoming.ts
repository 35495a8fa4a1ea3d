import { join } from 'node:path';
import { type Disk, ifThere } from './disk.js';
import { nodeDisk } from './node-disk.js';
import { foldersOf, placeOf } from './object/places.js';

/** Removes what was being written when a process died: older than what anyone can still be writing. */
export async function clearIncoming(folder: string, olderThan: number, disk: Disk = nodeDisk): Promise<void> {
  const folders = foldersOf({ folder });
  const isOld = async (path: string): Promise<boolean> => {
    const found = await ifThere(disk.lstat(path));
    return found !== undefined && found.mtimeMs < olderThan;
  };
  for (const name of await disk.readdir(folders.incoming)) {
    const path = join(folders.incoming, name);
    if (await isOld(path)) await ifThere(disk.unlink(path));
  }
  for (const name of await disk.readdir(folders.pending)) {
    const mark = join(folders.pending, name);
    if (!(await placeOf(disk, folders, name)) && (await isOld(mark))) await ifThere(disk.unlink(mark));
  }
}
