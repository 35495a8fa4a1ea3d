import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildTree } from './built-tree.fixture.js';

/** The engine application as a real process: killed, stopped, started twice. */
const PATIENCE = 60_000;
jest.setTimeout(2 * PATIENCE);

let tree = '';
const folders: string[] = [];
const running = new Set<ChildProcess>();
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'engine-tree-'));
  const libraries = readdirSync(join(import.meta.dirname, '../../libs')).map((name) => `libs/${name}`);
  buildTree(tree, [...libraries, 'apps/engine']);
});
afterEach(async () => {
  const alive = [...running].filter((child) => child.exitCode === null && child.signalCode === null);
  const ended = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(ended);
  running.clear();
});
afterAll(() => Promise.all([tree, ...folders].map((folder) => rm(folder, { recursive: true, force: true }))));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly url: string;
}

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-data-'));
  folders.push(folder);
  return folder;
};

const spawnEngine = (folder: string, env: Record<string, string> = { UV_THREADPOOL_SIZE: '16' }) => {
  const child = spawn(process.execPath, [join(tree, 'dist/apps/engine/src/main.js')], {
    env: {
      PATH: process.env['PATH'],
      BELLWETHER_DATA: folder,
      BELLWETHER_ENGINE_PORT: '0',
      BELLWETHER_LOG_STYLE: 'json',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let output = '';
  const listen = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  return { child, output: () => output };
};

const start = async (folder: string, env?: Record<string, string>): Promise<Started> => {
  const { child, output } = spawnEngine(folder, env);
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(output())));
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ url: string }];
  failed.catch(() => undefined);
  return { child, output, url: message.url };
};

const connect = (url: string): ClickHouseClient =>
  createClient({ url, database: 'bellwether', log: { level: ClickHouseLogLevel.OFF } });

const count = async (client: ClickHouseClient, query: string): Promise<number> => {
  const rows = await (await client.query({ query, format: 'JSONEachRow' })).json<{ n: string }>();
  return Number(rows[0]?.n);
};

describe('the engine as a process', () => {
  it('keeps every acknowledged insert through kill -9, and none by half', async () => {
    const folder = await newFolder();
    const rowsEach = 500;
    let acknowledged = 0;
    let offered = 0;
    for (let round = 0; round < 3; round++) {
      const { child, url } = await start(folder);
      const client = connect(url);
      await client.command({
        query: 'CREATE TABLE IF NOT EXISTS t (batch UInt32, n UInt32) ENGINE = MergeTree ORDER BY (batch, n)',
      });
      // Four writers; the kill comes at a moment that has nothing to do with them.
      const write = async (): Promise<void> => {
        for (;;) {
          const batch = offered++;
          const values = Array.from({ length: rowsEach }, (_, n) => ({ batch, n }));
          await client.insert({ table: 't', values, format: 'JSONEachRow' });
          acknowledged += 1;
        }
      };
      const writers = Promise.allSettled([write(), write(), write(), write()]);
      const before = acknowledged;
      while (acknowledged < before + 10) await new Promise((resolve) => setTimeout(resolve, 7));
      child.kill('SIGKILL');
      await writers;
      await client.close();
    }
    expect(acknowledged).toBeGreaterThanOrEqual(30);
    const { url } = await start(folder);
    const client = connect(url);
    const whole = await count(
      client,
      `SELECT count() AS n FROM (SELECT batch FROM t GROUP BY batch HAVING count() = ${rowsEach})`,
    );
    const any = await count(client, 'SELECT uniqExact(batch) AS n FROM t');
    expect(any).toBe(whole);
    expect(whole).toBeGreaterThanOrEqual(acknowledged);
    expect(whole).toBeLessThanOrEqual(offered);
    await client.close();
    expect(await readdir(join(folder, 'engine/incoming'))).toEqual([]);
  });

  it('refuses a folder that another process has open, and names it', async () => {
    const folder = await newFolder();
    await start(folder);
    const second = spawnEngine(folder);
    const [code] = (await once(second.child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(second.output()).toContain('DATA_FOLDER_IN_USE');
    expect(second.output()).toContain(join(folder, 'engine'));
  });

  it('opens a folder whose owner was killed', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect((await start(folder)).url).toMatch(/^http:/);
  });

  it('finishes what runs, and accepts nothing more, when told to stop', async () => {
    const { child, url } = await start(await newFolder());
    const client = connect(url);
    const slow = client.query({ query: 'SELECT sleep(1) AS s', format: 'JSONEachRow' });
    const busy = async (): Promise<number> =>
      count(
        client,
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleep(1)%' AND query NOT LIKE '%LIKE%'",
      );
    while ((await busy()) === 0);
    child.kill('SIGTERM');
    expect(await (await slow).json()).toEqual([{ s: 0 }]);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    await expect(client.query({ query: 'SELECT 1' })).rejects.toThrow();
    await client.close();
  });

  it('gives itself threads enough where nobody did', async () => {
    const { child, url } = await start(await newFolder(), {});
    const client = connect(url);
    // With the four threads that Node has by default, three statements at most would run at once.
    const slow = Array.from({ length: 8 }, () => client.command({ query: 'SELECT sleep(3) FORMAT Null' }));
    const seen = "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleep(3)%' AND query NOT LIKE '%LIKE%'";
    while ((await count(client, seen)) < 8);
    child.kill('SIGTERM');
    await Promise.all(slow);
    expect(await once(child, 'exit')).toEqual([0, null]);
    await client.close();
  });
});
