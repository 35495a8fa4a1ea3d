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

/** A file that moves to another folder while the folders are read may be seen in neither: they are read again. */
const PASSES = 3;

const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Copies the files of a folder that the backup does not have yet. */
export async function keepFiles(options: KeepFilesOptions): Promise<KeptFile[]> {
  const { directory, folder, before, isLeftOut, kept } = options;
  const known = new Map(before.map((file) => [file.path, file]));
  const files = new Map<string, KeptFile>();
  let newBytes = 0;
  let total = 0;
  async function keepOne(path: string): Promise<void> {
    const found = await ifThere(stat(join(folder, path)));
    if (!found) return;
    const changed = Math.floor(found.mtimeMs);
    const earlier = known.get(path);
    if (earlier?.bytes === found.size && earlier.changed === changed) files.set(path, earlier);
    else {
      const copied = await ifThere(copyIn(directory, join(folder, path)));
      if (!copied) return;
      const { sha256, bytes, isNew } = copied;
      if (isNew) newBytes += bytes;
      files.set(path, { path, changed, sha256, bytes });
    }
    kept({ done: files.size, total, newBytes });
  }
  for (let pass = 1; pass <= PASSES; pass++) {
    const queue = (await filesBelow(folder, isLeftOut)).filter((path) => !files.has(path));
    if (queue.length === 0) break;
    total = files.size + queue.length;
    const keepSome = async (): Promise<void> => {
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) await keepOne(path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, keepSome));
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
