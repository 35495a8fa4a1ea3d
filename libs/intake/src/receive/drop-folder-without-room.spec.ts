import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { openDropFolder } from './drop-folder.js';

describe('the drop folder, when the raw store has no room', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drop-'));
    mkdirSync(join(folder, 'otc'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const files = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name.replace(/^.*--/, ''));

  it('keeps a file, and gives it again until there is room', async () => {
    writeFileSync(join(folder, 'otc', 'a.csv'), 'facility,count\n');
    let tries = 0;
    let resolve: (text: string) => void = () => undefined;
    const taken = new Promise<string>((done) => (resolve = done));
    const dropFolder = await openDropFolder({
      folder,
      againAfterMs: 10,
      async take({ name, content }) {
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        expect(files()).toEqual([name]);
        if (++tries < 4) throw new BellwetherError('STORAGE_FULL', 'no receipt was given');
        resolve(Buffer.concat(parts).toString());
      },
      log: () => undefined,
    });
    expect(await taken).toBe('facility,count\n');
    await dropFolder.close();
    expect(tries).toBe(4);
    expect(files()).toEqual([]);
  });

  it('leaves a file to whoever opens it next, when it is closed meanwhile', async () => {
    writeFileSync(join(folder, 'otc', 'a.csv'), 'x');
    let refused: () => void = () => undefined;
    const wasRefused = new Promise<void>((done) => (refused = done));
    const first = await openDropFolder({
      folder,
      take() {
        refused();
        return Promise.reject(new BellwetherError('STORAGE_FULL', 'no receipt was given'));
      },
      log: () => undefined,
    });
    await wasRefused;
    await first.close();
    expect(files()).toEqual(['a.csv']);
    const names: string[] = [];
    const second = await openDropFolder({
      folder,
      take({ name }) {
        names.push(name);
        return Promise.resolve();
      },
      log: () => undefined,
    });
    await second.close();
    expect(names).toEqual(['a.csv']);
    expect(files()).toEqual([]);
  });
});
