import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEngine, type Engine } from './index.js';

/** What only our own server promises; what every ClickHouse does is in test/contract/clickhouse-http. */
let folder = '';
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
});
afterEach(() => engine.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = async (more: object = {}): Promise<void> => {
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: ['bellwether'], ...more });
};
interface Said {
  readonly status: number;
  readonly text: string;
}
const say = async (body: string, query = '', init: RequestInit = {}): Promise<Said> => {
  const response = await fetch(`${engine.url}/?database=bellwether&${query}`, { method: 'POST', body, ...init });
  return { status: response.status, text: await response.text() };
};
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const running = async (mark: string): Promise<number> => {
  const where = `query LIKE '%${mark}%' AND query NOT LIKE '%LIKE%'`;
  return Number((await say(`SELECT count() FROM system.processes WHERE ${where}`)).text);
};

describe('the embedded server', () => {
  it('creates its databases as Atomic, keeps them, and is open once in a process', async () => {
    await start();
    expect((await say("SELECT engine FROM system.databases WHERE name = 'bellwether'")).text).toBe('Atomic\n');
    await say('CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a');
    await say('INSERT INTO kept VALUES (1)');
    await expect(startEngine({ dataPath: join(folder, 'engine') })).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
    });
    await engine.close();
    await start();
    expect((await say('SELECT * FROM kept')).text).toBe('1\n');
  });

  it('says who takes the port', async () => {
    await start();
    const first = engine;
    await first.close();
    const { createServer } = await import('node:net');
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    await expect(startEngine({ dataPath: join(folder, 'engine'), port })).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  it('asks for its password, in any of the three ways', async () => {
    await start({ password: "p'w" });
    expect(await say('SELECT 1')).toMatchObject({ status: 403 });
    expect((await say('SELECT 1', 'user=default&password=wrong')).text).toContain('(AUTHENTICATION_FAILED)');
    expect((await say('SELECT 1', "user=someone&password=p'w")).status).toBe(403);
    expect((await say('SELECT 1', "user=default&password=p'w")).text).toBe('1\n');
    const basic = `Basic ${Buffer.from("default:p'w").toString('base64')}`;
    expect((await say('SELECT 1', '', { headers: { Authorization: basic } })).text).toBe('1\n');
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': "p'w" };
    expect((await say('SELECT 1', '', { headers })).text).toBe('1\n');
  });

  it('does not answer web pages', async () => {
    await start();
    expect((await say('SELECT 1', '', { headers: { Origin: 'http://elsewhere.example' } })).status).toBe(403);
  });

  it('refuses bodies and statements beyond its limits, and leaves no file', async () => {
    await start({ limits: { bodyBytes: 300_000, inlineBytes: 100_000, statementBytes: 200_000 } });
    await say('CREATE OR REPLACE TABLE t (s String) ENGINE = MergeTree ORDER BY s');
    const line = `${'x'.repeat(999)}\n`;
    expect((await say(line.repeat(200), 'query=INSERT INTO t FORMAT TSV')).status).toBe(200);
    expect((await say('SELECT count() FROM t')).text).toBe('200\n');
    expect((await say(line.repeat(400), 'query=INSERT INTO t FORMAT TSV')).status).toBe(413);
    expect((await say(`SELECT '${'x'.repeat(250_000)}'`)).status).toBe(413);
    expect((await say('SELECT count() FROM t')).text).toBe('200\n');
    expect(await readdir(join(folder, 'engine/incoming'))).toEqual([]);
  });

  it('inserts nothing of a body that breaks off', async () => {
    await start({ limits: { inlineBytes: 1000 } });
    await say('CREATE OR REPLACE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a');
    const socket = connect(engine.port, '127.0.0.1');
    const head = 'POST /?database=bellwether&query=INSERT%20INTO%20t%20FORMAT%20CSV HTTP/1.1\r\nHost: x\r\n';
    socket.write(`${head}Content-Length: 100000\r\n\r\n${'1\n'.repeat(5000)}`);
    await until(async () => (await readdir(join(folder, 'engine/incoming'))).length === 1);
    socket.destroy();
    await until(async () => (await readdir(join(folder, 'engine/incoming'))).length === 0);
    expect((await say('SELECT count() FROM t')).text).toBe('0\n');
  });

  it('lets statements wait for a place, refuses what is too many, and still kills', async () => {
    await start({ limits: { concurrentQueries: 1, queuedQueries: 1 } });
    const slow = say('SELECT count() FROM system.numbers WHERE NOT ignore(number)', 'query_id=slow');
    await until(async () => (await say("KILL QUERY WHERE query_id = 'slow' TEST")).text !== '');
    const answers: string[] = [];
    const others = [1, 2, 3].map(async () => answers.push((await say('SELECT 2')).text));
    // One waits, two are refused while it does.
    await Promise.race([
      Promise.all(others.slice(0, 2)),
      Promise.all(others.slice(1)),
      Promise.all([others[0], others[2]]),
    ]);
    expect(answers.every((answer) => answer.includes('(TOO_MANY_SIMULTANEOUS_QUERIES)'))).toBe(true);
    await say("KILL QUERY WHERE query_id = 'slow' SYNC");
    expect((await slow).text).toContain('(QUERY_WAS_CANCELLED)');
    await Promise.all(others);
    expect(answers).toHaveLength(3);
    expect(answers[2]).toBe('2\n');
  });

  it('refuses a second query under the id of a running one', async () => {
    await start();
    const slow = say('SELECT sleep(1) FORMAT Null', 'query_id=twice');
    await until(async () => (await running('sleep(1)')) > 0);
    expect((await say('SELECT 1', 'query_id=twice')).text).toContain('Code: 216.');
    await slow;
    expect((await say('SELECT 1', 'query_id=twice')).text).toBe('1\n');
  });

  it('cancels what does not finish while it closes', async () => {
    await start({ limits: { drainSeconds: 0.2 } });
    const endless = say('SELECT count() FROM system.numbers WHERE NOT ignore(number)').catch(() => undefined);
    await until(async () => (await running('ignore(number)')) > 0);
    await engine.close();
    await endless;
    await start();
    expect((await say('SELECT 1')).text).toBe('1\n');
  });

  it('forgets a session after its timeout', async () => {
    await start();
    await say('CREATE TEMPORARY TABLE mine (a UInt8)', 'session_id=s&session_timeout=1');
    expect((await say('SELECT count() FROM mine', 'session_id=s&session_timeout=1&session_check=1')).text).toBe('0\n');
    // Asking would keep it alive.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await say('SELECT 1', 'session_id=s&session_check=1')).text).toContain('(SESSION_NOT_FOUND)');
    expect((await say('SELECT 1', 'session_id=s&session_timeout=999999')).status).toBe(400);
  });

  it('writes an acknowledged insert to the disk', async () => {
    await start();
    const sql = "SELECT name, value FROM system.merge_tree_settings WHERE name LIKE 'fsync%' ORDER BY name";
    expect((await say(sql)).text).toBe('fsync_after_insert\t1\nfsync_part_directory\t1\n');
  });

  it('backs up to its own folder and nowhere else', async () => {
    await start();
    await say('CREATE OR REPLACE TABLE b (a UInt8) ENGINE = MergeTree ORDER BY a');
    await say('INSERT INTO b VALUES (7)');
    const saved = await say(`BACKUP TABLE b TO File('${join(folder, 'engine/backups/one')}')`);
    expect(saved.text).toContain('BACKUP_CREATED');
    await say('DROP TABLE b');
    await say(`RESTORE TABLE b FROM File('${join(folder, 'engine/backups/one')}')`);
    expect((await say('SELECT a FROM b')).text).toBe('7\n');
    expect((await say(`BACKUP TABLE b TO File('${join(folder, 'elsewhere')}')`)).status).toBeGreaterThanOrEqual(400);
  });

  it('holds many parallel readers to what each asked for', async () => {
    await start();
    const ask = async (i: number): Promise<void> => {
      const threads = 1 + (i % 5);
      const sql = "SELECT getSetting('max_threads'), {p:UInt32}, currentDatabase()";
      const { text } = await say(sql, `max_threads=${threads}&param_p=${i}`);
      expect(text).toBe(`${threads}\t${i}\tbellwether\n`);
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i)));
  });
});
