import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { copyIn } from './blobs.js';
import type { KeptFile } from './manifest.js';

const AT_ONCE = 8;

/** Regular files below a folder, as paths from it with `/`. What goes away meanwhile is passed over. */
async function filesBelow(folder: string, isLeftOut: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      const name = relative(folder, path).split(sep).join('/');
      if (isLeftOut(name)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) found.push(name);
    }
  };
  await walk(folder);
  return found.sort();
}

export interface KeepFilesOptions {
  /** The backup. */
  readonly directory: string;
  readonly folder: string;
  /** As the backup before has them; those of the same size and time are not read. */
  readonly before: readonly KeptFile[];
  isLeftOut(path: string): boolean;
  kept(progress: { readonly done: number; readonly total: number; readonly newBytes: number }): void;
}

/** Copies the files of a folder that the backup does not have yet. */
export async function keepFiles({ directory, folder, before, isLeftOut, kept }: KeepFilesOptions): Promise<KeptFile[]> {
  const known = new Map(before.map((file) => [file.path, file]));
  const paths = await filesBelow(folder, isLeftOut);
  const files: KeptFile[] = [];
  const queue = [...paths];
  let newBytes = 0;
  async function keepSome(): Promise<void> {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const found = await stat(join(folder, path)).catch(() => undefined);
      if (!found) continue;
      const changed = Math.floor(found.mtimeMs);
      const earlier = known.get(path);
      if (earlier?.bytes === found.size && earlier.changed === changed) files.push(earlier);
      else {
        const { sha256, bytes, isNew } = await copyIn(directory, join(folder, path));
        if (isNew) newBytes += bytes;
        files.push({ path, changed, sha256, bytes });
      }
      kept({ done: files.length, total: paths.length, newBytes });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, keepSome));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
