import { gzipSync, gunzipSync, deflateSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, openTarget, type Answer, type Target } from './target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
}, 30_000);
afterAll(() => target.close());

const say = async (body: string, query: Record<string, string> = {}): Promise<Answer> => ask(target, { body, query });
/** fetch would unpack; this shows the bytes as they come. */
const raw = (
  query: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ encoding: string | undefined; bytes: Buffer }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${target.url}/?database=${target.database}&${query}`,
      { method: 'POST', headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

describe('an address', () => {
  it('answers health checks', async () => {
    for (const path of ['/', '/ping', '/replicas_status']) {
      const { status, text } = await ask(target, { path, method: 'GET' });
      expect([path, status, text]).toEqual([path, 200, 'Ok.\n']);
    }
    expect((await ask(target, { path: '/nothing', method: 'GET' })).status).toBe(404);
  });

  it('takes the statement from the query, from the body, or from both', async () => {
    expect((await ask(target, { method: 'GET', query: { query: 'SELECT 1' } })).text).toBe('1\n');
    expect((await say('SELECT 2')).text).toBe('2\n');
    expect((await say('3', { query: 'SELECT' })).text).toBe('3\n');
  });

  it('answers in TabSeparated unless told otherwise, and the statement has the last word', async () => {
    const plain = await say("SELECT 1 AS a, 'x\ty' AS b");
    expect(plain.text).toBe('1\tx\\ty\n');
    expect(plain.headers.get('content-type')).toBe('text/tab-separated-values; charset=UTF-8');
    expect(plain.headers.get('x-clickhouse-format')).toBe('TabSeparated');
    expect((await say('SELECT 1 AS a', { default_format: 'CSVWithNames' })).text).toBe('"a"\n1\n');
    const both = await say('SELECT 1 AS a FORMAT JSONEachRow -- said here', { default_format: 'CSV' });
    expect(both.text).toBe('{"a":1}\n');
    expect(both.headers.get('x-clickhouse-format')).toBe('JSONEachRow');
    const byHeader = await ask(target, { body: 'SELECT 1 AS a', headers: { 'X-ClickHouse-Format': 'CSV' } });
    expect(byHeader.text).toBe('1\n');
  });

  it('understands a column called format, comments, trailing semicolons and SETTINGS', async () => {
    const cases = [
      ['SELECT 1 AS format', '1\n'],
      ['SELECT format FROM (SELECT 5 AS format)', '5\n'],
      ['SELECT 1 FORMAT CSV SETTINGS max_threads = 1', '1\n'],
      ['SELECT 1 SETTINGS max_threads = 1 FORMAT CSV;', '1\n'],
      ["/* ; */ SELECT ';' /* FORMAT JSON */ ; -- end", ';\n'],
      ['(SELECT 1) UNION ALL (SELECT 1)', '1\n1\n'],
      ['WITH 7 AS x SELECT x', '7\n'],
      ["SELECT $tag$;'$tag$", ";\\'\n"],
    ] as const;
    for (const [sql, expected] of cases) expect([sql, (await say(sql)).text]).toEqual([sql, expected]);
  });

  it('says who answered, under which id, and what it cost', async () => {
    const { headers } = await say('SELECT number FROM numbers(10)', { query_id: 'wire-1' });
    expect(headers.get('x-clickhouse-query-id')).toBe('wire-1');
    expect(headers.get('x-clickhouse-timezone')).toBeTruthy();
    expect(headers.get('x-clickhouse-server-display-name')).toBeTruthy();
    expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ result_rows: '10' });
  });

  it('tells errors by status, header and text', async () => {
    const cases = [
      ['SELEKT', 400, '62'],
      ['SELECT * FROM absent', 404, '60'],
      ['SELECT throwIf(1)', 500, '395'],
    ] as const;
    for (const [sql, status, code] of cases) {
      const answer = await say(sql);
      expect([sql, answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([sql, status, code]);
      expect(answer.text).toMatch(
        new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\) \\(version [0-9.]+.*\\)\n$`, 's'),
      );
    }
  });

  it('lets GET read and nothing else', async () => {
    for (const query of [
      'CREATE TABLE never (a UInt8) ENGINE = Memory',
      'INSERT INTO never VALUES (1)',
      'DROP TABLE never',
    ]) {
      expect((await ask(target, { method: 'GET', query: { query } })).headers.get('x-clickhouse-exception-code')).toBe(
        '164',
      );
    }
    expect((await ask(target, { method: 'GET', query: { query: 'SELECT 1', max_threads: '1' } })).text).toBe('1\n');
  });

  it('runs one statement, and touches no file of the server', async () => {
    expect((await say('SELECT 1; SELECT 2')).headers.get('x-clickhouse-exception-code')).toBe('62');
    expect((await say("SELECT 1 INTO OUTFILE '/tmp/never'")).status).toBeGreaterThanOrEqual(400);
    expect((await say("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV")).status).toBeGreaterThanOrEqual(400);
  });
});

describe('the first query of the JDBC driver', () => {
  it('gets names and types in front of its row, in bytes', async () => {
    const { bytes, headers } = await ask(target, {
      body: 'SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1',
      headers: { 'X-ClickHouse-Format': 'RowBinaryWithNamesAndTypes', 'X-ClickHouse-User': 'default' },
    });
    expect(headers.get('x-clickhouse-format')).toBe('RowBinaryWithNamesAndTypes');
    // Three columns; then every text as its length and its bytes (docs: RowBinaryWithNamesAndTypes).
    const texts: string[] = [];
    let at = 1;
    while (at < bytes.length) {
      const length = bytes.readUInt8(at);
      texts.push(bytes.toString('utf8', at + 1, at + 1 + length));
      at += 1 + length;
    }
    expect(bytes[0]).toBe(3);
    expect(texts.slice(0, 3)).toEqual(['user', 'timezone', 'version']);
    expect(texts.slice(3, 6).map((type) => type.replace(/LowCardinality\((.*)\)/, '$1'))).toEqual([
      'String',
      'String',
      'String',
    ]);
    expect(texts[6]).toBe('default');
    expect(texts[8]).toMatch(/^\d+\.\d+\./);
  });

  it('is answered in gzip where it asks for compressed blocks, if that is said', async () => {
    if (target.kind === 'server') return;
    const { encoding, bytes } = await raw('compress=1', {}, 'SELECT 258::UInt16 FORMAT RowBinary');
    expect(encoding).toBe('gzip');
    expect(gunzipSync(bytes)).toEqual(Buffer.from([2, 1]));
  });
});

describe('compression', () => {
  it('is used only where both sides say so', async () => {
    const asked = { 'Accept-Encoding': 'gzip' };
    const sql = "SELECT repeat('x', 1000)";
    expect((await raw('', asked, sql)).encoding).toBeUndefined();
    expect((await raw('enable_http_compression=1', {}, sql)).encoding).toBeUndefined();
    const { encoding, bytes } = await raw('enable_http_compression=1', asked, sql);
    expect(encoding).toBe('gzip');
    expect(gunzipSync(bytes).toString()).toBe(`${'x'.repeat(1000)}\n`);
  });

  it('is undone in what comes', async () => {
    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      const body = new Uint8Array(pack(`SELECT '${encoding}'`));
      expect((await ask(target, { body, headers: { 'Content-Encoding': encoding } })).text).toBe(`${encoding}\n`);
    }
  });

  it('that is broken is an error', async () => {
    const body = new Uint8Array(gzipSync('SELECT 1').subarray(0, 15));
    expect((await ask(target, { body, headers: { 'Content-Encoding': 'gzip' } })).status).toBeGreaterThanOrEqual(400);
    const text = 'not gzip at all';
    expect((await ask(target, { body: text, headers: { 'Content-Encoding': 'gzip' } })).status).toBeGreaterThanOrEqual(
      400,
    );
  });

  it('in native blocks is refused in words', async () => {
    if (target.kind === 'server') return;
    const { status, text } = await say('anything', { decompress: '1', query: 'INSERT INTO t FORMAT Native' });
    expect(status).toBe(501);
    expect(text).toContain('decompress=1');
  });
});

describe('a form', () => {
  it('carries parameters, and tables for one query', async () => {
    const form = new FormData();
    form.set('query', 'SELECT name, value * {factor:UInt8} FROM given ORDER BY value');
    form.set('param_factor', '10');
    form.set('given_structure', 'name String, value UInt8');
    form.set('given_format', 'CSV');
    form.set('given', new Blob(['b,2\na,1\n']), 'given.csv');
    expect((await ask(target, { body: form })).text).toBe('a\t10\nb\t20\n');
    expect((await say('SELECT * FROM given')).headers.get('x-clickhouse-exception-code')).toBe('60');
  });
});

describe('data behind a statement', () => {
  beforeEach(async () => {
    expect((await say('CREATE OR REPLACE TABLE t (a UInt32, s String) ENGINE = MergeTree ORDER BY a')).text).toBe('');
  });
  const content = async (): Promise<string> => (await say('SELECT a, s FROM t ORDER BY a, s FORMAT CSV')).text;

  it('starts after one line end, whatever its bytes are', async () => {
    const head = Buffer.from('INSERT INTO t FORMAT RowBinary\n');
    const row = Buffer.from([10, 10, 0, 0, 4, 0x0a, 0x0a, 0x3b, 0xff]);
    const { status, headers } = await ask(target, { body: new Uint8Array(Buffer.concat([head, row])) });
    expect(status).toBe(200);
    expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ written_rows: '1' });
    expect((await say('SELECT a, hex(s) FROM t FORMAT CSV')).text).toBe('2570,"0A0A3BFF"\n');
  });

  it('may stand in the same line, or follow the query of the address', async () => {
    await say('INSERT INTO t FORMAT JSONEachRow {"a":1,"s":"x"}');
    await say('2,y\n', { query: 'INSERT INTO t (a, s) FORMAT CSV' });
    await say('', { query: "INSERT INTO t VALUES (3, 'z')" });
    await say("(4, 'w')", { query: 'INSERT INTO t VALUES' });
    expect(await content()).toBe('1,"x"\n2,"y"\n3,"z"\n4,"w"\n');
  });

  it('is never run as a statement', async () => {
    await say("INSERT INTO t VALUES (1, 'a'); DROP TABLE t");
    await say('INSERT INTO t FORMAT CSV\n1,b\n\nDROP TABLE t');
    await say('INSERT INTO t FORMAT JSONEachRow\n{"a":1,"s":"c"}\n\nDROP TABLE t');
    expect((await say('EXISTS TABLE t')).text).toBe('1\n');
  });

  it('loses no row behind an empty line', async () => {
    await say('INSERT INTO t FORMAT JSONEachRow\n{"a":1,"s":"x"}\n\n{"a":2,"s":"y"}\n\n\n{"a":3,"s":"z"}');
    expect(await content()).toBe('1,"x"\n2,"y"\n3,"z"\n');
  });

  it('may have SETTINGS and comments before it', async () => {
    const sql =
      'INSERT INTO t (a, s) /* FORMAT CSV */ SETTINGS max_insert_threads = 1 -- FORMAT TSV\nFORMAT CSV\n5,"v\n\nv"\n';
    expect((await say(sql)).text).toBe('');
    expect((await say("SELECT s = 'v\\n\\nv' FROM t")).text).toBe('1\n');
  });

  it('may be nothing', async () => {
    expect((await say('', { query: 'INSERT INTO t FORMAT JSONEachRow' })).status).toBe(200);
    expect(await content()).toBe('');
  });
});
