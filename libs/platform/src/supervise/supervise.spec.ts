import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openLog } from '../observe/log.js';
import { pauseBefore, type ChildPlan } from './child-plan.js';
import { supervise, type Supervisor } from './supervise.js';

/** Real children, each a few lines; they write what happens to them to a diary. */
const CHILDREN = {
  good: `
    note('start');
    process.on('SIGTERM', () => { note('term'); setTimeout(() => { note('drained'); process.exit(0); }, 30); });
    process.send({ ready: true, url: process.env.ADDRESS || 'http://127.0.0.1:' + (process.env.PORT || 4000) });
    setInterval(() => {}, 1000);`,
  deaf: `
    note('start');
    process.on('SIGTERM', () => note('term'));
    process.send({ ready: true });
    setInterval(() => {}, 1000);`,
  broken: `note('start'); process.exit(3);`,
  silent: `note('start'); process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`,
  /** Ready at its first start only. */
  declining: `
    const before = fs.readFileSync(diary, 'utf8').split('declining start').length - 1;
    note('start');
    if (before === 1 || before === 2) process.exit(4);
    process.on('SIGTERM', () => process.exit(0));
    process.send({ ready: true });
    setInterval(() => {}, 1000);`,
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervise-'));
  const head = `
    const fs = require('node:fs');
    const diary = process.env.DIARY;
    const note = (what) => fs.appendFileSync(diary, process.env.NAME + ' ' + what + '\\n');
    process.on('disconnect', () => process.exit(0));`;
  for (const [name, body] of Object.entries(CHILDREN)) await writeFile(join(folder, `${name}.cjs`), head + body);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the supervisor', () => {
  const running: Supervisor[] = [];
  let diary = '';
  let lines: string[] = [];
  let count = 0;
  afterEach(async () => {
    await Promise.all(running.splice(0).map((supervisor) => supervisor.stop()));
  });

  const plan = (name: string, script: keyof typeof CHILDREN, more: Partial<ChildPlan> = {}): ChildPlan => ({
    name,
    script: join(folder, `${script}.cjs`),
    argv: [],
    environment: () => ({ NAME: name }),
    readyWithin: 20_000,
    ...more,
  });
  const start = async (plans: ChildPlan[], drainWithin = 20_000, signal?: AbortSignal): Promise<Supervisor> => {
    lines = [];
    diary = join(folder, `diary-${++count}`);
    await writeFile(diary, '');
    const log = openLog({
      name: 'launcher',
      level: 'info',
      style: 'lines',
      to: { write: (line: string) => void lines.push(line) },
    });
    const backoff = { first: 10, most: 50, forgetAfter: 60_000 };
    const environment = { PATH: process.env['PATH'], DIARY: diary };
    const supervisor = await supervise({ plans, environment, drainWithin, log, backoff }, signal);
    running.push(supervisor);
    return supervisor;
  };
  const notes = async (): Promise<string[]> =>
    (await readFile(diary, 'utf8')).split('\n').filter((line) => line !== '');
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it('starts each child when the one before is ready, and tells it the address', async () => {
    const told = (urls: ReadonlyMap<string, string>): Record<string, string> => ({
      NAME: 'api',
      ADDRESS: `${urls.get('engine')}/seen`,
    });
    const supervisor = await start([plan('engine', 'good'), plan('api', 'good', { environment: told })]);
    expect([...supervisor.urls]).toEqual([
      ['engine', 'http://127.0.0.1:4000'],
      ['api', 'http://127.0.0.1:4000/seen'],
    ]);
    expect(await notes()).toEqual(['engine start', 'api start']);
  });

  it('drains in reverse order, one after the other', async () => {
    const supervisor = await start([plan('engine', 'good'), plan('ingest-1', 'good'), plan('api', 'good')]);
    await supervisor.stop();
    expect((await notes()).slice(3)).toEqual([
      ...['api term', 'api drained', 'ingest-1 term', 'ingest-1 drained', 'engine term', 'engine drained'],
    ]);
  });

  it('cuts off a child that does not drain in time, and still stops those below it', async () => {
    const supervisor = await start([plan('engine', 'good'), plan('api', 'deaf')], 300);
    const pids = ['engine', 'api'].map((name) => supervisor.pidOf(name) ?? 0);
    await supervisor.stop();
    expect(lines.join('')).toContain('api did not drain in time and is cut off');
    expect(lines.join('')).toContain('api stopped child=api ending=signal SIGKILL');
    expect(pids.map(isGone)).toEqual([true, true]);
  });

  it('starts a killed child again, with its old address at hand, and says so', async () => {
    const again = (urls: ReadonlyMap<string, string>): Record<string, string> => {
      const url = urls.get('engine');
      return { NAME: 'engine', ...(url === undefined ? {} : { PORT: String(Number(new URL(url).port) + 1) }) };
    };
    const supervisor = await start([plan('engine', 'good', { environment: again })]);
    process.kill(supervisor.pidOf('engine') ?? 0, 'SIGKILL');
    await until(() => supervisor.urls.get('engine') === 'http://127.0.0.1:4001');
    expect(await notes()).toEqual(['engine start', 'engine start']);
    expect(lines.join('')).toContain('engine ended by itself; it starts again child=engine ending=signal SIGKILL');
  });

  it('keeps trying when a restart fails', async () => {
    const supervisor = await start([plan('declining', 'declining')]);
    process.kill(supervisor.pidOf('declining') ?? 0, 'SIGKILL');
    await until(async () => (await notes()).length === 4);
    await until(() => lines.filter((line) => line.includes(' ready ')).length === 2);
    expect(lines.filter((line) => line.includes('ending=exit code 4'))).toHaveLength(2);
  });

  it('does not start a child again once it is stopping', async () => {
    const supervisor = await start([plan('engine', 'good')]);
    process.kill(supervisor.pidOf('engine') ?? 0, 'SIGKILL');
    await supervisor.stop();
    expect((await notes()).filter((note) => note === 'engine term')).toEqual([]);
    expect(isGone(supervisor.pidOf('engine') ?? 0)).toBe(true);
  });

  it('gives up the whole start when a child ends before it is ready, and stops the others', async () => {
    await expect(start([plan('engine', 'good'), plan('api', 'broken')])).rejects.toMatchObject({
      code: 'NOT_READY',
      detail: 'api did not start: exit code 3',
    });
    expect(await notes()).toEqual(['engine start', 'api start', 'engine term', 'engine drained']);
  });

  it('gives up the start when a child is not ready in time, and leaves no process', async () => {
    await expect(start([plan('api', 'silent', { readyWithin: 500 })])).rejects.toMatchObject({
      detail: 'api did not start: not ready within 0.5 s',
    });
  });

  it('gives up the start when a script is not there', async () => {
    await expect(start([plan('api', 'good', { script: join(folder, 'nowhere.js') })])).rejects.toMatchObject({
      code: 'NOT_READY',
    });
  });

  it('ends a start that is interrupted, without an error', async () => {
    const interrupt = new AbortController();
    const started = start([plan('engine', 'good'), plan('api', 'silent')], 20_000, interrupt.signal);
    await until(async () => (await notes().catch((): string[] => [])).includes('api start'));
    interrupt.abort();
    const supervisor = await started;
    await supervisor.stop();
    expect(isGone(supervisor.pidOf('engine') ?? 0) && isGone(supervisor.pidOf('api') ?? 0)).toBe(true);
  });

  it('waits twice as long before each restart, up to a limit', () => {
    const backoff = { first: 500, most: 30_000, forgetAfter: 60_000 };
    expect([1, 2, 3, 6, 7, 8, 1_000].map((restart) => pauseBefore(restart, backoff))).toEqual([
      500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});
