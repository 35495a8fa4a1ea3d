import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDataFolder, type DataFolderLock } from './data-folder-lock.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  await mkdir(join(folder, 'run'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const deadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
};
const plant = async (number: number, holder: object): Promise<string> => {
  const path = join(folder, 'run', `lock.${number}`);
  const whole = { pid: 1, host: hostname(), since: '2026-01-02T03:04:05.000Z', held: true, ...holder };
  await writeFile(path, JSON.stringify(whole));
  return path;
};
const locks = async (): Promise<string[]> => (await readdir(join(folder, 'run'))).toSorted();

describe('the lock of a data folder', () => {
  it('refuses a second start and says who holds the folder, since when', async () => {
    const lock = await lockDataFolder(folder);
    const { since } = JSON.parse(await readFile(join(folder, 'run', 'lock.1'), 'utf8')) as { since: string };
    await expect(lockDataFolder(folder)).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
      detail: `${folder} is held by process ${process.pid} since ${since}`,
    });
    await lock.release();
  });

  it('is free again after a release, and its number goes up', async () => {
    await (await lockDataFolder(folder)).release();
    const lock = await lockDataFolder(folder);
    expect(await locks()).toEqual(['lock.2']);
    await lock.release();
  });

  it('is taken over from a process that died', async () => {
    await plant(7, { pid: await deadPid() });
    const lock = await lockDataFolder(folder);
    expect(await locks()).toEqual(['lock.8']);
    await lock.release();
  });

  it('is taken over from a process whose number was given to another since', async () => {
    await plant(7, { pid: process.pid, started: 'another boot 12345' });
    const lock = await lockDataFolder(folder);
    expect(await locks()).toEqual(['lock.8']);
    await lock.release();
  });

  it('is taken over when a power cut left half of it', async () => {
    await writeFile(join(folder, 'run', 'lock.3'), '{"pid":12');
    const lock = await lockDataFolder(folder);
    expect(await locks()).toEqual(['lock.4']);
    await lock.release();
  });

  it('of another host holds while it is touched, and not when silent for half a minute', async () => {
    const path = await plant(2, { host: 'elsewhere.example' });
    await expect(lockDataFolder(folder)).rejects.toThrow(
      'is held by process 1 on host elsewhere.example since 2026-01-02',
    );
    const before = new Date(Date.now() - 31_000);
    await utimes(path, before, before);
    await (await lockDataFolder(folder)).release();
  });

  it('has one winner among many that find the same dead holder at once', async () => {
    const pid = await deadPid();
    for (let round = 0; round < 20; round++) {
      await rm(join(folder, 'run'), { recursive: true });
      await mkdir(join(folder, 'run'));
      await plant(1, { pid });
      const tries = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataFolder(folder)));
      const won = tries.filter(
        (attempt): attempt is PromiseFulfilledResult<DataFolderLock> => attempt.status === 'fulfilled',
      );
      expect(won).toHaveLength(1);
      await won[0]?.value.release();
    }
  });
});
