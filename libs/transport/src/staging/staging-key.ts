import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reads the bytes of a file that only its owner can read; makes it first where there is none. */
export async function onceMade(path: string, make: () => Uint8Array): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(fresh, 'wx', 0o400);
  try {
    await file.writeFile(make());
    await file.sync();
    await link(fresh, path); // of several processes that start at once, the first one's holds
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(fresh);
  }
  return readFile(path);
}

/** The key of what is staged; without it, unfinished transfers begin anew. */
export const stagingKey = (keysFolder: string): Promise<Buffer> =>
  onceMade(`${keysFolder}/staging.key`, () => randomBytes(32));
