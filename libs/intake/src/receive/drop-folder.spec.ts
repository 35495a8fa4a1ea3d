import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { openDropFolder } from './drop-folder.js';

describe('a dropped file that nobody reads, for its feed is not known', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drop-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is set aside, and never opened', async () => {
    const contents: AsyncIterable<Uint8Array>[] = [];
    const dropFolder = await openDropFolder({
      folder,
      take: ({ content }) => {
        contents.push(content);
        return Promise.reject(new BellwetherError('UNKNOWN_FEED', 'there is no such feed'));
      },
      log: () => undefined,
    });
    await mkdir(join(folder, 'nobody'));
    for (const name of ['a.csv', 'b.csv', 'c.csv']) await writeFile(join(folder, 'nobody', name), 'x');
    const aside = async (): Promise<number> => (await readdir(join(folder, '.refused'))).length;
    while ((await aside()) < 3) await new Promise((next) => setTimeout(next, 10));
    await dropFolder.close();
    // An opened stream would have failed by now: the file has been moved.
    for (const content of contents) expect(content).not.toHaveProperty('fd');
  });
});
