import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { buildTree } from './built-tree.fixture.js';

/** Stands for an application: serves nothing, but starts, drains and dies as one, by the library's own means. */
const STAND_IN = `
import { appendFileSync } from 'node:fs';
import { announceReady, drainWhenStopped, openLog, stopRequested } from '#platform';
const note = (what) => appendFileSync(process.env.DIARY, NAME + ' ' + what + '\\n');
note('start ' + process.pid + ' ' + [process.env.UV_THREADPOOL_SIZE, process.env.CLICKHOUSE_URL, process.env.BELLWETHER_LOG_LEVEL].join(' '));
const stop = stopRequested();
setInterval(() => undefined, 1_000);
announceReady({ url: 'http://127.0.0.1:' + PORT });
await drainWhenStopped({
  stop,
  drain: async () => note('drained after ' + (await stop)),
  within: 5_000,
  log: openLog({ name: NAME, level: 'silent', style: 'json' }),
});
`;

/** Milliseconds after which a wait has failed, on the slowest machine. */
const PATIENCE = 30_000;
jest.setTimeout(2 * PATIENCE);

let tree = '';
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'launch-'));
  buildTree(tree, ['libs/vocabulary', 'libs/notices', 'libs/platform', 'apps/launcher']);
  for (const [app, port] of [
    ['engine', 4001],
    ['ingest', 4002],
    ['api', 4003],
    ['watch', 4004],
  ] as const) {
    mkdirSync(join(tree, 'dist/apps', app, 'src'), { recursive: true });
    const constants = `const NAME = '${app}'; const PORT = ${port};\n`;
    writeFileSync(
      join(tree, 'dist/apps', app, 'src/main.js'),
      STAND_IN.replace('\nconst note', `\n${constants}const note`),
    );
  }
});
afterAll(() => rm(tree, { recursive: true, force: true }));

interface Launcher {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

describe('the launcher', () => {
  let data = '';
  const launchers: Launcher[] = [];
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'data-'));
    writeFileSync(join(data, 'diary'), '');
  });
  afterEach(async () => {
    for (const { process: launched, ended } of launchers.splice(0)) {
      launched.kill('SIGTERM');
      await ended;
    }
    await until(() => pids().every(isGone));
    await rm(data, { recursive: true, force: true });
  });

  const launch = (...argv: string[]): Launcher => {
    const launched = spawn(process.execPath, [join(tree, 'dist/apps/launcher/src/main.js'), '--data', data, ...argv], {
      env: { PATH: process.env['PATH'], DIARY: join(data, 'diary'), BELLWETHER_LOG_STYLE: 'lines' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    launched.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    launched.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(launched, 'exit').then(([code]) => code as number | null);
    const launcher = { process: launched, output: () => output, ended };
    launchers.push(launcher);
    return launcher;
  };
  const diary = (): string[] =>
    readFileSync(join(data, 'diary'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const pids = (): number[] =>
    existsSync(data)
      ? diary()
          .flatMap((line) => / start (\d+)/.exec(line)?.[1] ?? [])
          .map(Number)
      : [];
  const until = async (holds: () => boolean): Promise<void> => {
    const end = Date.now() + PATIENCE;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`waited in vain; the diary says: ${diary().join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** Without its parent, a process that ended may stay as a zombie where no init collects it: that is gone, too. */
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return true;
    }
  };
  const ready = async (launcher: Launcher): Promise<void> =>
    until(() => launcher.output().includes('Bellwether is ready'));

  it('starts engine, ingest, api and detection in this order, hands on the settings, and prints the addresses', async () => {
    const launcher = launch('--log-level', 'info', '--ingest-processes', '2');
    await ready(launcher);
    expect(diary().map((line) => line.replace(/\d+/, 'PID'))).toEqual([
      'engine start PID 16  info',
      'ingest start PID  http://127.0.0.1:4001 info',
      'ingest start PID  http://127.0.0.1:4001 info',
      'api start PID  http://127.0.0.1:4001 info',
      'watch start PID  http://127.0.0.1:4001 info',
    ]);
    expect(launcher.output()).toContain('engine=http://127.0.0.1:4001');
    expect(launcher.output()).toContain('api=http://127.0.0.1:4003');
  });

  it('drains all on ctrl-C, the engine last, and exits with 0', async () => {
    const launcher = launch();
    await ready(launcher);
    launcher.process.kill('SIGINT');
    expect(await launcher.ended).toBe(0);
    expect(diary().slice(4)).toEqual([
      'watch drained after SIGTERM',
      'api drained after SIGTERM',
      'ingest drained after SIGTERM',
      'engine drained after SIGTERM',
    ]);
  });

  it('says who holds the data folder when it is in use, and disturbs nobody', async () => {
    const first = launch();
    await ready(first);
    const second = launch();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(
        `^Another Bellwether runs on this data folder: ${data} is held by process ${first.process.pid} since 2\\S+Z\\. Stop it first`,
      ),
    );
    expect(diary()).toHaveLength(4);
  });

  it('leaves no orphan when it is killed, and the folder can be used again at once', async () => {
    const first = launch();
    await ready(first);
    first.process.kill('SIGKILL');
    await until(() => pids().every(isGone));
    expect(diary().slice(4).toSorted()).toEqual([
      'api drained after orphaned',
      'engine drained after orphaned',
      'ingest drained after orphaned',
      'watch drained after orphaned',
    ]);
    await ready(launch());
  });

  it('starts a killed child again', async () => {
    const launcher = launch();
    await ready(launcher);
    process.kill(pids()[2] ?? 0, 'SIGKILL');
    await until(() => diary().length === 5);
    expect(diary()[4]).toMatch(/^api start/);
    expect(launcher.output()).toContain('api ended by itself; it starts again');
  });

  it('says what is wrong with the settings, and starts nothing', async () => {
    const launcher = launch('--api-port', '8o8o');
    expect(await launcher.ended).toBe(1);
    expect(launcher.output()).toContain('--api-port: found "8o8o", expected a port');
    expect(diary()).toEqual([]);
  });

  it('explains its options', async () => {
    const launcher = launch('--help');
    expect(await launcher.ended).toBe(0);
    expect(launcher.output()).toContain('--api-port …\n      BELLWETHER_API_PORT: ');
  });
});
