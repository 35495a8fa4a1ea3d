import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** When each key was last used, by its name; milliseconds since the epoch. */
export interface KeyUse {
  /** Costs no more than a write to a map; it is on disk within a minute. */
  note(key: string, at: number): void;
  close(): Promise<void>;
}

const WRITE_MS = 60_000;
const FILE = /^[\w.-]+\.json$/;

/** Keeps the uses of one process in a file of its own in the folder. */
export async function openKeyUse({ folder, name }: { folder: string; name: string }): Promise<KeyUse> {
  const path = join(folder, `${name}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const uses = new Map(await readUses(path));
  let isChanged = false;
  let writing: Promise<void> = Promise.resolve();
  async function write(): Promise<void> {
    if (!isChanged) return;
    isChanged = false;
    try {
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(uses)), { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
    } catch {
      isChanged = true; // a full disk: again in a minute
    }
  }
  const timer = setInterval(() => (writing = writing.then(write)), WRITE_MS);
  timer.unref();
  return {
    note(key, at) {
      uses.set(key, at);
      isChanged = true;
    },
    async close() {
      clearInterval(timer);
      await (writing = writing.then(write));
    },
  };
}

async function readUses(path: string): Promise<[string, number][]> {
  try {
    const read: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof read !== 'object' || read === null) return [];
    return Object.entries(read).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  } catch {
    return []; // a file that is not there or not whole says nothing
  }
}

/** The last use of each key by any process. */
export async function lastUses(folder: string): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((one) => FILE.test(one)))
    for (const [key, at] of await readUses(join(folder, file))) last.set(key, Math.max(at, last.get(key) ?? 0));
  return last;
}
