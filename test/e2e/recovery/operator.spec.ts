import { execFile } from 'node:child_process';
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningBellwether, startBellwether, until } from '../running-bellwether.fixture.js';
import { CONFIG } from './world.fixture.js';

jest.setTimeout(180_000);

const CLI = join(import.meta.dirname, '../../../dist/apps/cli/src/main.js');
/** By hand, seen from 30 April 2024: F2 is silent for 29 + 31 + 30 = 90 days. */
const REPORTED = { F1: ['2024-01-01', '2024-04-30'], F2: ['2024-01-31'] };

describe('an operator with a shell', () => {
  let home: string;
  let data: string;
  let running: RunningBellwether | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'operator-'));
    data = join(home, 'data');
    running = await startBellwether({ data, config: CONFIG });
    await mkdir(join(home, 'files'));
    for (const [clinic, days] of Object.entries(REPORTED))
      for (const day of days)
        await writeFile(
          join(home, 'files', `${clinic}_${day}_v1.csv`),
          `clinic,zip,day,syndrome,admitted,count\n${clinic},19401,${day},fever,N,3\n`,
        );
    expect((await bellwether('load', join(home, 'files'), '--feed', 'clinics')).code).toBe(0);
  });
  afterAll(async () => {
    await running?.stop();
    await rm(home, { recursive: true, force: true });
  });

  interface Said {
    readonly code: number;
    readonly out: string;
    readonly error: string;
  }

  /** Runs a command as typed, with the data folder and the configuration of this Bellwether unless it names its own. */
  function bellwether(...typed: string[]): Promise<Said> {
    const own = typed.includes('--into') || typed[0] === 'restore' ? [] : ['--data', data];
    return new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...typed, ...own, '--config', CONFIG], (failure, out, error) =>
        resolve({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error }),
      );
    });
  }

  const silent = (...more: string[]): Promise<Said> =>
    bellwether('silent', ...more, '--dataset', 'visits', '--api', running?.api ?? '');
  const listed = async (): Promise<string> => (await silent('list', '--days', '90', '--on', '2024-04-30')).out;

  it('lists facilities that are silent, closes one, and opens it again', async () => {
    expect(await listed()).toMatch(/^F2 .* 90\n1 silent$/m);
    const said = await silent('confirm', 'F2', '--reason', 'closed for good');
    expect(said.out).toBe('F2 is closed from 2024-02-01; counted so within ten seconds\n');
    await until(async () => ((await listed()).includes('0 silent') ? true : undefined));
    await silent('reopen', 'F2', '--reason', 'it was a strike');
    await until(async () => ((await listed()).includes('1 silent') ? true : undefined));
  });

  it('orders nothing when one of several facilities is misspelt, and says which', async () => {
    const said = await silent('confirm', 'F2', 'F22', '--reason', 'closed');
    expect([said.code, said.out]).toEqual([1, '']);
    expect(said.error).toContain('nothing was ordered, for visits has no facility F22');
    expect(said.error).toContain('(REQUEST_INVALID)');
  });

  it('is told of an option that does not exist in one line', async () => {
    const said = await bellwether('verify', '--everything');
    expect([said.code, said.error.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining("'--everything'")]]);
  });

  it('finds everything there, with nothing of age to move', async () => {
    expect((await bellwether('verify')).out).toMatch(/^5 checked, 0 damaged$/m);
    expect((await bellwether('tier', '--dry-run')).out).toBe('0 would become cool, 0 would become archived\n');
  });

  it('a backup from before a new key needs the key of then: a restore names it, and continues with it', async () => {
    const [backups, into] = [join(home, 'backups'), join(home, 'restored')];
    expect((await bellwether('backup', '--to', backups)).code).toBe(0);
    await bellwether('keys', 'rotate');
    expect((await bellwether('keys', 'rewrap')).out).toBe('5 of 5 wrapped anew\n');
    const keys = await bellwether('keys', 'list');
    const [, old] = /^(\S+) +opens 0$/m.exec(keys.out) ?? [];
    expect(keys.out).toMatch(/^\S+ +opens 5 +current$/m);

    cpSync(join(data, 'keys'), join(into, 'keys'), { recursive: true });
    const [file] = readdirSync(join(into, 'keys/raw')).filter((name) => name.startsWith(old!));
    renameSync(join(into, 'keys/raw', file!), join(home, file!));
    const without = await bellwether('restore', '--from', backups, '--into', into);
    expect([without.code, without.error]).toEqual([1, expect.stringContaining(`key ${old!} is not on the ring`)]);
    renameSync(join(home, file!), join(into, 'keys/raw', file!));
    const restored = await bellwether('restore', '--from', backups, '--into', into);
    expect([restored.code, restored.out]).toEqual([0, expect.stringMatching(/0 of 5 submissions counted again/)]);

    // What is restored is whole: it can be made again from its own submissions.
    const rebuilt = await new Promise<string>((resolve) => {
      execFile(process.execPath, [CLI, 'rebuild', '--data', into, '--config', CONFIG], (_, out) => resolve(out));
    });
    expect(rebuilt).toMatch(/ equal$/m);
    rmSync(into, { recursive: true });
  });

  it('does not swap under a running Bellwether; stopped, what was rebuilt takes its place and means the same', async () => {
    const sums = (await bellwether('checksum')).out;
    const refused = await bellwether('rebuild', '--swap');
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('a swap needs Bellwether stopped')]);
    await running?.stop();
    running = undefined;
    const swapped = await bellwether('rebuild', '--swap');
    expect([swapped.code, swapped.out]).toEqual([0, expect.stringContaining('bellwether_made is in use')]);
    expect((await bellwether('checksum')).out).toBe(sums);
  });
});
