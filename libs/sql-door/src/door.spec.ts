import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startEngine, type Engine } from '#embedded-clickhouse';
import { openEngine } from '#warehouse';
import { startSqlDoor, type SqlDoor, type SqlReader } from './door.js';
import { HOSTILE } from './hostile.fixture.js';
import type { SqlLimits } from './limits.js';
import { READABLE } from './readable.fixture.js';
import { checkStatement } from './statement/check-statement.js';

// The engine is real, and the machine may be busy.
jest.setTimeout(60_000);

const CANARY = 'canary-8d1f';
const DATABASE = 'bellwether_views';
const VIEWS = ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'];
const LIMITS: SqlLimits = {
  seconds: 5,
  memoryBytes: 500_000_000,
  resultRows: 5_000,
  resultBytes: 2_000_000,
  readRows: 100_000,
  concurrent: 4,
  concurrentEach: 4,
};

const QUIET = { level: ClickHouseLogLevel.OFF } as const;

/** The shapes of the real views over a few made-up rows, and things nobody may see. */
const TABLES = [
  `CREATE TABLE hidden.secret (text String) ENGINE = MergeTree ORDER BY text`,
  `INSERT INTO hidden.secret VALUES ('${CANARY}')`,
  `CREATE VIEW ${DATABASE}.secret AS SELECT text FROM hidden.secret`,
  `CREATE TABLE hidden.daily (dataset String, level String, region String, day Date, category String, flag String, value Nullable(UInt64), suppressed UInt64, missing UInt64, reporting UInt32) ENGINE = MergeTree ORDER BY day`,
  `INSERT INTO hidden.daily SELECT if(number % 2 = 0, 'ed', 'otc'), if(number % 3 = 0, 'state', 'county'), if(number % 3 = 0, '42', '42003'), toDate('2026-01-01') + number % 90, if(number % 5 = 0, 'GI', 'ILI'), if(number % 7 = 0, 'P', 'N'), if(number % 11 = 0, NULL, number % 13), number % 11 = 0, 0, 5 FROM numbers(1000)`,
  `CREATE VIEW ${DATABASE}.region_daily AS SELECT * FROM hidden.daily`,
  `CREATE VIEW ${DATABASE}.facility_daily AS SELECT dataset, region AS facility, day, category, flag, value, 'reported' AS status FROM hidden.daily`,
  `CREATE VIEW ${DATABASE}.completeness_daily AS SELECT dataset, level, region, day, max(reporting) AS reporting FROM hidden.daily GROUP BY dataset, level, region, day`,
  `CREATE VIEW ${DATABASE}.facilities AS SELECT 'ed' AS dataset, '42003' AS facility, '15213' AS zip, '42003' AS county, '42' AS state, '3' AS hhs_region`,
  `CREATE TABLE hidden.many (n UInt64) ENGINE = MergeTree ORDER BY n`,
  `INSERT INTO hidden.many SELECT number FROM numbers(200000)`,
  `CREATE VIEW ${DATABASE}.many AS SELECT n FROM hidden.many`,
];

const READERS: Readonly<Record<string, SqlReader>> = {
  'analyst-key': { id: 'analyst' },
  'county-key': { id: 'county', filters: { region_daily: "`level` = 'county' AND `dataset` = 'ed'" } },
};

let folder = '';
let engine: Engine;
let door: SqlDoor;
let client: ClickHouseClient;
let owner: ClickHouseClient;

const openDoor = (over: { database: string; views: readonly string[] }): Promise<SqlDoor> =>
  startSqlDoor({
    ...over,
    engineUrl: engine.url,
    host: '127.0.0.1',
    port: 0,
    authenticate: ({ key }) => READERS[key ?? ''],
    limits: LIMITS,
    log: { info: () => undefined, warn: () => undefined },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sql-door-'));
  await writeFile(join(folder, 'secret.txt'), `${CANARY}\n`);
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: ['hidden', DATABASE] });
  owner = createClient({ url: engine.url });
  for (const query of TABLES) await owner.command({ query });
  door = await openDoor({ database: DATABASE, views: [...VIEWS, 'many'] });
  client = createClient({ url: door.url, username: 'tableau', password: 'analyst-key', log: QUIET });
}, 60_000);

afterAll(async () => {
  await client.close();
  await owner.close();
  await door.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (
  statement: string,
  more: { query?: string; key?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(`${door.url}/?${more.query ?? ''}`, {
    method: 'POST',
    body: statement,
    headers: { 'x-clickhouse-user': 'x', 'x-clickhouse-key': more.key ?? 'analyst-key', ...more.headers },
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

describe('the SQL door', () => {
  it('answers what analysts and BI tools ask', async () => {
    const failed: string[] = [];
    for (const statement of READABLE) {
      const { status, text } = await ask(statement);
      if (status !== 200) failed.push(`${statement}\n    ${text}`);
    }
    expect(failed).toEqual([]);
  }, 60_000);

  it('answers the same over the views as the warehouse makes them', async () => {
    const warehouse = await openEngine({ url: engine.url, database: 'made', views: 'made_views' });
    await warehouse.close();
    const real = await openDoor({ database: 'made_views', views: VIEWS });
    const failed: string[] = [];
    for (const statement of READABLE) {
      const body = statement.replaceAll(DATABASE, 'made_views');
      const response = await fetch(real.url, { method: 'POST', body, headers: { 'x-clickhouse-key': 'analyst-key' } });
      if (response.status !== 200) failed.push(`${body}\n    ${await response.text()}`);
    }
    await real.close();
    expect(failed).toEqual([]);
  }, 60_000);

  it('answers as the engine answers the same statement without the door', async () => {
    for (const statement of READABLE.filter(
      (one) => !/system\.|SHOW|DESC|EXISTS TABLE|any|now\(\)|groupArray|LIMIT|TOP|FETCH/i.test(one),
    )) {
      const direct = await fetch(`${engine.url}/?database=${DATABASE}`, { method: 'POST', body: statement });
      const [theirs, ours] = [await direct.text(), (await ask(statement)).text];
      expect([statement, ours.split('\n').toSorted()]).toEqual([statement, theirs.split('\n').toSorted()]);
    }
  }, 60_000);

  it('refuses every hostile statement, and lets nothing out', async () => {
    const escaped: string[] = [];
    for (const statement of HOSTILE) {
      const { status, text } = await ask(
        statement
          .replaceAll('/etc/passwd', join(folder, 'secret.txt'))
          .replaceAll('bellwether.secret', 'hidden.secret'),
      );
      if (status < 400 || text.includes(CANARY)) escaped.push(statement);
    }
    expect(escaped).toEqual([]);
  }, 60_000);

  it('guards a secret that is there: the engine itself would hand it out', async () => {
    const text = async (query: string): Promise<string> =>
      (await owner.query({ query, format: 'TabSeparated' })).text();
    expect(await text('SELECT text FROM hidden.secret')).toContain(CANARY);
    expect(await text(`SELECT text FROM ${DATABASE}.secret`)).toContain(CANARY);
    expect(await text(`SELECT * FROM file('${join(folder, 'secret.txt')}', 'LineAsString')`)).toContain(CANARY);
    expect(await text(`SELECT * FROM merge('hidden', 'secret')`)).toContain(CANARY);
  });

  it('lets the engine see only tables that stand behind the views (the engine’s own parser is the judge)', async () => {
    const filters = {};
    for (const statement of READABLE) {
      const { sql } = checkStatement(statement, { database: DATABASE, views: VIEWS, filters });
      if (!/^(SELECT|WITH|\()/.test(sql)) continue;
      const tree = await (await owner.query({ query: `EXPLAIN AST ${sql}`, format: 'TabSeparatedRaw' })).text();
      const read = [...tree.matchAll(/TableIdentifier ([\w.]+)/g)].map(([, name]) => name ?? '');
      const foreign = read.filter(
        (name) => !name.startsWith(`${DATABASE}.`) && !name.startsWith('system.') && !['monthly'].includes(name),
      );
      expect([statement, foreign]).toEqual([statement, []]);
    }
  }, 60_000);

  it('shows nothing of the system but the views', async () => {
    for (const statement of [
      'SELECT * FROM system.tables',
      'SELECT * FROM system.columns',
      'SELECT * FROM system.databases',
      'SHOW TABLES',
      'SHOW DATABASES',
      'SELECT * FROM system.settings',
    ]) {
      const { text } = await ask(`${statement} FORMAT JSONEachRow`);
      expect(text).toContain('name');
      expect(text).not.toMatch(/hidden|secret/);
    }
    expect((await ask('SHOW TABLES')).text.trim().split('\n').toSorted()).toEqual([...VIEWS, 'many'].toSorted());
    expect((await ask('SELECT create_table_query FROM system.tables')).status).toBeGreaterThanOrEqual(400);
  });

  it('keeps a reader to its rows in every way of reading a view', async () => {
    const statements = [
      'SELECT DISTINCT level, dataset FROM region_daily',
      `SELECT DISTINCT r.level, r.dataset FROM ${DATABASE}.region_daily AS r`,
      'WITH w AS (SELECT * FROM region_daily) SELECT DISTINCT level, dataset FROM w',
      'SELECT DISTINCT a.level, a.dataset FROM facilities f JOIN region_daily a ON 1 = 1',
      "SELECT 'county', 'ed' UNION DISTINCT SELECT DISTINCT level, dataset FROM region_daily",
    ];
    for (const statement of statements) {
      expect([statement, (await ask(statement, { key: 'county-key' })).text]).toEqual([statement, 'county\ted\n']);
      expect((await ask(statement)).text.trim().split('\n').length).toBeGreaterThan(1);
    }
    const outside = "SELECT ('state', 'ed') IN (SELECT level, dataset FROM region_daily)";
    expect([(await ask(outside)).text, (await ask(outside, { key: 'county-key' })).text]).toEqual(['1\n', '0\n']);
  });

  it('knows nobody without a key', async () => {
    for (const key of ['', 'wrong', 'ANALYST-KEY']) {
      const { status, headers, text } = await ask('SELECT 1', { key });
      expect([status, headers.get('x-clickhouse-exception-code')]).toEqual([401, '516']);
      expect(text).toContain('AUTHENTICATION_FAILED');
    }
    const basic = Buffer.from('tableau:analyst-key').toString('base64');
    const response = await fetch(`${door.url}/?query=SELECT+1`, { headers: { authorization: `Basic ${basic}` } });
    expect(await response.text()).toBe('1\n');
    expect(await (await fetch(`${door.url}/ping`)).text()).toBe('Ok.\n');
  });
});

describe('limits', () => {
  it('stop a statement that reads, returns or works too much', async () => {
    expect((await ask('SELECT sum(n) FROM many')).text).toContain('TOO_MANY_ROWS');
    expect((await ask('SELECT 1 FROM region_daily a, region_daily b')).text).toContain('TOO_MANY_ROWS');
    // Without FROM the engine knows no limit of rows; the door's own cuts one row beyond.
    expect((await ask('SELECT arrayJoin(range(10000))')).text.split('\n')).toHaveLength(LIMITS.resultRows + 2);
    await expect(
      ask("SELECT repeat('x', 1000) FROM region_daily a, (SELECT arrayJoin(range(5))) AS b"),
    ).rejects.toThrow();
    expect(
      (
        await ask('SELECT length(groupArray(x)) FROM (SELECT arrayJoin(range(100000000)) AS x)', {
          query: 'max_execution_time=1',
        })
      ).text,
    ).toMatch(/MEMORY_LIMIT|TOO_LARGE|TOO_MANY|TIMEOUT/);
  });

  it.each(['max_rows_to_read', 'max_result_rows', 'max_execution_time', 'max_memory_usage'])(
    'of %s cannot be raised',
    async (setting) => {
      for (const value of ['0', '999999999999']) {
        const { text } = await ask('SELECT sum(n) FROM many', { query: `${setting}=${value}` });
        expect(text).toContain('TOO_MANY_ROWS');
      }
    },
  );

  it('can be lowered by the caller', async () => {
    expect((await ask('SELECT * FROM region_daily', { query: 'max_result_rows=10' })).text).toContain('TOO_MANY_ROWS');
    expect((await ask('SELECT * FROM region_daily')).status).toBe(200);
  });

  it.each(['result_overflow_mode=break', 'read_overflow_mode=break', 'readonly=0', 'readonly=2'])(
    'stand, whatever %s says',
    async (query) => {
      expect((await ask('SELECT sum(n) FROM many', { query })).text).toContain('TOO_MANY_ROWS');
    },
  );

  it.each([
    'allow_introspection_functions=1',
    'additional_table_filters={}',
    'format_schema=x',
    'format_template_row=x',
    'max_threads=64',
    'role=admin',
    'allow_ddl=1',
    'output_format_schema=x',
    'implicit_table_at_top_level=secret',
    'limit=1',
    'input_format_parallel_parsing=1',
    'max_result_rows=ten',
    '__proto__=1',
  ])('and settings that are on no list are refused: %s', async (query) => {
    const { status, text } = await ask('SELECT 1', { query });
    expect([status, text.includes('SQL_REFUSED')]).toEqual([403, true]);
  });

  it('refuse another database and another format, wherever they are named', async () => {
    expect((await ask('SELECT 1', { query: 'database=hidden' })).status).toBe(403);
    expect((await ask('SELECT 1', { headers: { 'x-clickhouse-database': 'hidden' } })).status).toBe(403);
    expect((await ask('SELECT 1', { query: 'default_format=Template' })).status).toBe(403);
    expect((await ask('SELECT 1', { headers: { 'x-clickhouse-format': 'CapnProto' } })).status).toBe(403);
    expect((await ask('SELECT 1 AS a', { headers: { 'x-clickhouse-format': 'JSONEachRow' } })).text).toBe('{"a":1}\n');
  });

  it('never read a parameter as SQL', async () => {
    const { text } = await ask('SELECT {x:String}', {
      query: `param_x=${encodeURIComponent("' FROM hidden.secret --")}`,
    });
    expect(text).toBe("\\' FROM hidden.secret --\n");
  });
});

describe('@clickhouse/client through the door', () => {
  it('pings, by address and by statement', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it('reads JSON with its columns, and rows one by one', async () => {
    const query = 'SELECT day, value FROM region_daily WHERE value IS NOT NULL ORDER BY day, value LIMIT 3';
    const whole = await (await client.query({ query, format: 'JSON' })).json<{ day: string; value: string }>();
    expect(whole.meta).toEqual([
      { name: 'day', type: 'Date' },
      { name: 'value', type: 'Nullable(UInt64)' },
    ]);
    expect(whole.data.map(({ day }) => day)).toEqual(['2026-01-01', '2026-01-01', '2026-01-01']);
    const rows: unknown[] = [];
    for await (const batch of (await client.query({ query, format: 'JSONEachRow' })).stream()) rows.push(...batch);
    expect(rows).toHaveLength(3);
  });

  it.each(['JSONCompactEachRowWithNamesAndTypes', 'CSVWithNames', 'TabSeparated', 'JSONStringsEachRow'] as const)(
    'reads %s',
    async (format) => {
      const text = await (await client.query({ query: 'SELECT 7 AS seven, toDate(20000) AS day', format })).text();
      expect(text).toContain('2024-10-04');
    },
  );

  it('reads bytes: Parquet, Arrow, RowBinary, Native', async () => {
    const bytes = async (format: string): Promise<Buffer> => {
      const { stream } = await client.exec({ query: `SELECT toUInt16(258) AS n FORMAT ${format}` });
      return Buffer.concat(await stream.toArray());
    };
    expect([...(await bytes('RowBinary'))]).toEqual([2, 1]);
    expect((await bytes('Parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect((await bytes('ArrowStream')).length).toBeGreaterThan(100);
    expect((await bytes('Native')).includes('UInt16')).toBe(true);
  });

  it('binds parameters of many types', async () => {
    const result = await client.query({
      query: `SELECT count() AS c FROM region_daily WHERE level = {level:String} AND day >= {day:Date} AND category IN {categories:Array(String)} AND coalesce(value, 0) < {most:UInt32}`,
      query_params: { level: 'state', day: '2026-01-01', categories: ['GI', "it's"], most: 100 },
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ c: string }>();
    expect(Number(row?.c)).toBe(
      Array.from({ length: 1000 }, (_, n) => n).filter((n) => n % 3 === 0 && n % 5 === 0).length,
    );
  });

  it('passes its usual settings, asks for compression, keeps its query id', async () => {
    const compressed = createClient({
      url: door.url,
      password: 'analyst-key',
      compression: { response: true },
      database: DATABASE,
    });
    const result = await compressed.query({
      query: 'SELECT toUInt64(18446744073709551615) AS n',
      format: 'JSONEachRow',
      query_id: 'my-query-7',
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 1,
        join_use_nulls: 1,
        wait_end_of_query: 1,
        max_execution_time: 3,
      },
    });
    expect(result.query_id).toBe('my-query-7');
    expect(await result.json()).toEqual([{ n: '18446744073709551615' }]);
    await compressed.close();
  });

  it('gets errors it understands', async () => {
    await expect(client.query({ query: "SELECT file('/etc/passwd')" })).rejects.toMatchObject({
      code: '497',
      type: 'ACCESS_DENIED',
    });
    await expect(client.query({ query: 'SELECT nothing FROM region_daily' })).rejects.toMatchObject({
      code: '47',
      type: 'UNKNOWN_IDENTIFIER',
    });
    await expect(
      client.insert({ table: 'region_daily', values: [{ a: 1 }], format: 'JSONEachRow' }),
    ).rejects.toMatchObject({ type: 'ACCESS_DENIED' });
    await expect(client.command({ query: 'DROP TABLE region_daily' })).rejects.toMatchObject({ type: 'ACCESS_DENIED' });
  });

  it('may hang up in the middle; the next statement is answered', async () => {
    const abort = new AbortController();
    const slow = client.query({
      query: 'SELECT count() FROM region_daily a, region_daily b, region_daily c WHERE a.value + b.value > c.value',
      abort_signal: abort.signal,
      clickhouse_settings: { max_rows_to_read: '0' },
    });
    setTimeout(() => abort.abort(), 100);
    await expect(slow).rejects.toThrow();
    expect(await (await client.query({ query: 'SELECT 1', format: 'TabSeparated' })).text()).toBe('1\n');
  });
});
