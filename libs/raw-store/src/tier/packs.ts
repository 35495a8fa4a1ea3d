import { type Disk, ifThere } from '../disk.js';
import type { Folders } from '../object/places.js';
import { join } from 'node:path';

/** Every finished pack, as `<month>/<name>`. */
export async function* packsIn(disk: Disk, folders: Folders): AsyncGenerator<string> {
  for (const month of (await ifThere(disk.readdir(folders.archive))) ?? []) {
    if (!/^\d{4}-\d{2}$/.test(month)) continue;
    for (const name of await disk.readdir(join(folders.archive, month))) {
      const [, pack] = /^([0-9a-f]{16})\.pack$/.exec(name) ?? [];
      if (pack !== undefined) yield `${month}/${pack}`;
    }
  }
}
