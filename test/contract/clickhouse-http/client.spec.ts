import { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTarget, type Target } from './target.js';

let target: Target;
let client: ClickHouseClient;
beforeAll(async () => {
  target = await openTarget();
  client = target.client();
}, 30_000);
afterAll(() => target.close());

const rows = async (query: string, more: object = {}): Promise<unknown[]> =>
  (await client.query({ query, format: 'JSONEachRow', ...more })).json();
const errorOf = async (work: Promise<unknown>): Promise<ClickHouseError> => {
  const error: unknown = await work.then(
    () => new Error('there was no error'),
    (found: unknown) => found,
  );
  if (error instanceof ClickHouseError) return error;
  throw error;
};
/** Until something holds; for what happens soon after its cause. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const bytesOf = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

describe('the ordinary client asks', () => {
  it('is answered a ping', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it('gets rows as JSONEachRow, JSON, JSONCompactEachRow and CSV', async () => {
    const query = "SELECT number AS n, concat('r', toString(number)) AS s FROM numbers(2)";
    expect(await rows(query)).toEqual([
      { n: '0', s: 'r0' },
      { n: '1', s: 'r1' },
    ]);
    const json = await (await client.query({ query, format: 'JSON' })).json<{ n: string }>();
    expect(json.data.map(({ n }) => n)).toEqual(['0', '1']);
    expect(json.meta).toEqual([
      { name: 'n', type: 'UInt64' },
      { name: 's', type: 'String' },
    ]);
    expect(json.rows).toBe(2);
    expect(await (await client.query({ query, format: 'JSONCompactEachRow' })).json()).toEqual([
      ['0', 'r0'],
      ['1', 'r1'],
    ]);
    expect(await (await client.query({ query, format: 'CSVWithNames' })).text()).toBe('"n","s"\n0,"r0"\n1,"r1"\n');
  });

  it('gets 64-bit integers without loss', async () => {
    expect(await rows('SELECT toUInt64(18446744073709551615) AS n')).toEqual([{ n: '18446744073709551615' }]);
  });

  it('gets no rows as no rows, in every format', async () => {
    const query = 'SELECT number AS n FROM numbers(0)';
    expect(await rows(query)).toEqual([]);
    expect(await (await client.query({ query, format: 'CSV' })).text()).toBe('');
    expect((await (await client.query({ query, format: 'JSON' })).json()).rows).toBe(0);
  });

  it('gets a FORMAT that the statement itself names, as bytes', async () => {
    const { stream } = await client.exec({ query: 'SELECT toUInt16(258) AS n FORMAT RowBinary' });
    expect(await bytesOf(stream)).toEqual(Buffer.from([2, 1]));
    const parquet = await client.exec({ query: 'SELECT number FROM numbers(10) FORMAT Parquet' });
    const bytes = await bytesOf(parquet.stream);
    expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
    expect(bytes.subarray(-4).toString()).toBe('PAR1');
  });

  it('streams a result larger than any buffer, whole and in order', async () => {
    const result = await client.query({
      query: 'SELECT number AS n FROM numbers(1000000)',
      format: 'JSONCompactEachRow',
    });
    let expected = 0;
    for await (const chunk of result.stream<[string]>()) {
      for (const row of chunk) {
        if (Number(row.json()[0]) !== expected) throw new Error(`row ${expected} is ${row.text}`);
        expected += 1;
      }
    }
    expect(expected).toBe(1_000_000);
  }, 30_000);

  it('gets gzipped results whole', async () => {
    const zipped = target.client({ compression: { response: true, request: true } });
    const result = await zipped.query({
      query: 'SELECT number AS n FROM numbers(300000)',
      format: 'JSONCompactEachRow',
    });
    const got = await result.json<[string]>();
    expect(got).toHaveLength(300_000);
    expect(got[299_999]).toEqual(['299999']);
    expect(await (await zipped.query({ query: 'SELECT 1 WHERE 0', format: 'CSV' })).text()).toBe('');
    expect(await (await zipped.query({ query: "SHOW DATABASES LIKE 'system'", format: 'CSV' })).text()).toBe(
      '"system"\n',
    );
  }, 30_000);

  it('binds parameters of every kind', async () => {
    const cases: readonly (readonly [type: string, value: unknown, expected: unknown])[] = [
      ['String', 'tab\tquote\' double" back\\ line\nend é ✓', 'tab\tquote\' double" back\\ line\nend é ✓'],
      ['String', '', ''],
      ['UInt64', 18446744073709551615n, '18446744073709551615'],
      ['Int32', -5, -5],
      ['Float64', 1.5, 1.5],
      ['Bool', true, true],
      ['Nullable(String)', null, null],
      ['Array(UInt32)', [1, 2, 3], [1, 2, 3]],
      ['Array(String)', ["a'b", 'c\td'], ["a'b", 'c\td']],
      ['Array(Array(Int8))', [[1], [], [2, 3]], [[1], [], [2, 3]]],
      ['Map(String, UInt8)', { "k'1": 1 }, { "k'1": 1 }],
      ['Date', '2024-02-29', '2024-02-29'],
      ["DateTime('UTC')", new Date('2024-02-29T12:34:56Z'), '2024-02-29 12:34:56'],
    ];
    for (const [type, value, expected] of cases) {
      expect([type, await rows(`SELECT {p:${type}} AS v`, { query_params: { p: value } })]).toEqual([
        type,
        [{ v: expected }],
      ]);
    }
    const query = 'SELECT max({column:Identifier}) AS v FROM {database:Identifier}.{table:Identifier}';
    expect(await rows(query, { query_params: { column: 'dummy', database: 'system', table: 'one' } })).toEqual([
      { v: 0 },
    ]);
  }, 30_000);

  it('does not lend a parameter to the next request', async () => {
    await rows('SELECT {p:String} AS v', { query_params: { p: 'x' } });
    expect((await errorOf(rows('SELECT {p:String} AS v'))).type).toBe('UNKNOWN_QUERY_PARAMETER');
    expect((await errorOf(rows('SELECT {p:String} AS v', { query_params: { q: 'x' } }))).type).toBe(
      'UNKNOWN_QUERY_PARAMETER',
    );
  });
});

describe('the ordinary client inserts', () => {
  beforeEach(async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE t (a UInt32, s String) ENGINE = MergeTree ORDER BY a' });
  });
  const content = (): Promise<unknown[]> => rows('SELECT a, s FROM t ORDER BY a, s');

  it('inserts arrays of objects, and is told how many rows were written', async () => {
    const values = [
      { a: 1, s: 'x' },
      { a: 2, s: 'line\n\nline; DROP TABLE t' },
    ];
    const { summary } = await client.insert({ table: 't', values, format: 'JSONEachRow' });
    expect(summary?.written_rows).toBe('2');
    expect(await content()).toEqual(values);
  });

  it('inserts only the named columns', async () => {
    await client.insert({ table: 't', values: [[7]], columns: ['a'], format: 'JSONCompactEachRow' });
    expect(await content()).toEqual([{ a: 7, s: '' }]);
  });

  it('inserts streams of objects and of bytes', async () => {
    const objects = Readable.from([
      { a: 1, s: 'o' },
      { a: 2, s: 'p' },
    ]);
    await client.insert({ table: 't', values: objects, format: 'JSONEachRow' });
    const bytes = Readable.from([Buffer.from('3,"q\n\n'), Buffer.from('q"\n4,r\n')], { objectMode: false });
    await client.insert({ table: 't', values: bytes, format: 'CSV' });
    expect(await content()).toEqual([
      { a: 1, s: 'o' },
      { a: 2, s: 'p' },
      { a: 3, s: 'q\n\nq' },
      { a: 4, s: 'r' },
    ]);
  });

  it('inserts RowBinary with any bytes in it', async () => {
    // 0x0A0A0A0A and an empty line within a string: the engine takes an empty line for the end of inline data.
    const strings = ['\n\n', ";\n\n'", '\0\\'];
    const body = Buffer.concat(
      strings.map((s, i) => {
        const row = Buffer.alloc(5 + s.length);
        row.writeUInt32LE(0x0a0a0a0a + i);
        row.writeUInt8(s.length, 4);
        row.write(s, 5, 'latin1');
        return row;
      }),
    );
    const insert = await client.exec({
      query: 'INSERT INTO t FORMAT RowBinary',
      values: Readable.from([body], { objectMode: false }),
    });
    insert.stream.resume();
    expect(await content()).toEqual(strings.map((s, i) => ({ a: 0x0a0a0a0a + i, s })));
  });

  it('inserts again what it read as Parquet and as Native', async () => {
    for (const format of ['Parquet', 'Native', 'Arrow']) {
      await client.command({ query: 'TRUNCATE TABLE t' });
      const query = `SELECT toUInt32(number) AS a, toString(number) AS s FROM numbers(1000) FORMAT ${format}`;
      const bytes = await bytesOf((await client.exec({ query })).stream);
      const values = Readable.from([bytes], { objectMode: false });
      const insert = await client.exec({ query: `INSERT INTO t FORMAT ${format}`, values });
      insert.stream.resume();
      expect([format, await rows('SELECT count() AS c, sum(a) AS a, uniqExact(s) AS s FROM t')]).toEqual([
        format,
        [{ c: '1000', a: '499500', s: '1000' }],
      ]);
    }
  }, 30_000);

  it('inserts more than is held in memory', async () => {
    const long = 'x'.repeat(1000);
    const values = Array.from({ length: 6_000 }, (_, a) => ({ a, s: long }));
    await client.insert({ table: 't', values, format: 'JSONEachRow' });
    expect(await rows('SELECT count() AS c, sum(length(s)) AS l FROM t')).toEqual([{ c: '6000', l: '6000000' }]);
  }, 30_000);

  it('inserts rows written out in the statement, with semicolons and empty lines in them', async () => {
    await client.command({ query: "INSERT INTO t VALUES (1, 'a;b'), (2, 'c\n\nd');" });
    expect(await content()).toEqual([
      { a: 1, s: 'a;b' },
      { a: 2, s: 'c\n\nd' },
    ]);
  });

  it('inserts from a SELECT and is told how many rows were written', async () => {
    const { summary } = await client.command({ query: "INSERT INTO t SELECT number, 'x' FROM numbers(5)" });
    expect(summary?.written_rows).toBe('5');
    expect(await rows('SELECT count() AS c FROM t')).toEqual([{ c: '5' }]);
  });

  it('inserts through input()', async () => {
    const query = "INSERT INTO t SELECT a * 2, upper(s) FROM input('a UInt32, s String') FORMAT CSV";
    const values = Readable.from([Buffer.from('1,x\n2,y\n')], { objectMode: false });
    (await client.exec({ query, values })).stream.resume();
    expect(await content()).toEqual([
      { a: 2, s: 'X' },
      { a: 4, s: 'Y' },
    ]);
  });

  it('inserts nothing of data that does not fit', async () => {
    const values = Readable.from([Buffer.from('1,a\nnot a number,b\n')], { objectMode: false });
    const error = await errorOf(client.insert({ table: 't', values, format: 'CSV' }));
    expect(error.type).toBe('CANNOT_PARSE_INPUT_ASSERTION_FAILED');
    expect(await content()).toEqual([]);
  });
});

describe('the ordinary client is told errors', () => {
  it('with code and type', async () => {
    const cases: readonly (readonly [query: string, code: string, type: string])[] = [
      ['SELECT nothing', '47', 'UNKNOWN_IDENTIFIER'],
      ['SELECT * FROM absent', '60', 'UNKNOWN_TABLE'],
      ['SELECT 1 FROM absent.t', '81', 'UNKNOWN_DATABASE'],
      ['SELECT noSuchFunction(1)', '46', 'UNKNOWN_FUNCTION'],
      ["SELECT throwIf(1, 'on purpose')", '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
    ];
    for (const [query, code, type] of cases) {
      const error = await errorOf(client.query({ query }));
      expect([query, error.code, error.type]).toEqual([query, code, type]);
    }
    expect((await errorOf(client.command({ query: 'SELECT 1; SELECT 2' }))).code).toBe('62');
    expect((await errorOf(client.command({ query: '' }))).code).toBe('62');
  });

  it('that come in the middle of a result', async () => {
    const query = 'SELECT number, throwIf(number = 2000000) FROM numbers(3000000)';
    const result = await client.query({ query, format: 'JSONEachRow' });
    const read = async (): Promise<void> => {
      for await (const _ of result.stream());
    };
    expect((await errorOf(read())).type).toBe('FUNCTION_THROW_IF_VALUE_IS_NON_ZERO');
  }, 30_000);

  it('for a database that is not there', async () => {
    const elsewhere = target.client({ database: 'absent' });
    expect((await errorOf(elsewhere.query({ query: 'SELECT 1' }))).type).toBe('UNKNOWN_DATABASE');
  });

  it('when time or memory run out, and serves on', async () => {
    const slow = client.query({
      query: 'SELECT sleepEachRow(0.1) FROM numbers(100)',
      clickhouse_settings: { max_execution_time: 1, max_block_size: '1' },
    });
    expect((await errorOf(slow)).type).toBe('TIMEOUT_EXCEEDED');
    const large = client.query({
      query: 'SELECT groupArray(number) FROM numbers(10000000)',
      clickhouse_settings: { max_memory_usage: '10000000' },
    });
    expect((await errorOf(large)).type).toBe('MEMORY_LIMIT_EXCEEDED');
    expect(await rows('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  }, 30_000);
});

describe('the ordinary client sets', () => {
  const threads = "SELECT getSetting('max_threads') AS m";

  it('settings for one request, not for the next', async () => {
    const before = await rows(threads);
    expect(await rows(threads, { clickhouse_settings: { max_threads: 7 } })).toEqual([{ m: 7 }]);
    expect(await rows(threads)).toEqual(before);
    expect(await rows(threads, { clickhouse_settings: { max_threads: 5 } })).toEqual([{ m: 5 }]);
    expect(await rows(threads)).toEqual(before);
  });

  it('settings that act on inserts, one by one', async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE parts (a UInt64) ENGINE = MergeTree ORDER BY a' });
    await client.command({ query: 'SYSTEM STOP MERGES parts' });
    const parts = async (): Promise<unknown> =>
      rows(
        `SELECT count() AS c FROM system.parts WHERE table = 'parts' AND database = '${target.database}' AND active`,
      );
    const insert = 'INSERT INTO parts SELECT number FROM numbers(1000)';
    const blocks = { max_insert_threads: '1', max_block_size: '100', min_insert_block_size_bytes: '0' } as const;
    await client.command({ query: insert, clickhouse_settings: { ...blocks, min_insert_block_size_rows: '100' } });
    expect(await parts()).toEqual([{ c: '10' }]);
    await client.command({ query: insert, clickhouse_settings: { ...blocks, min_insert_block_size_rows: '1000000' } });
    expect(await parts()).toEqual([{ c: '11' }]);
  });

  it('settings that make one part of an insert or several, however its bytes travel', async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE parts (a UInt32) ENGINE = MergeTree ORDER BY a' });
    await client.command({ query: 'SYSTEM STOP MERGES parts' });
    const where = `table = 'parts' AND database = '${target.database}' AND active`;
    const parts = async (): Promise<unknown> =>
      rows(`SELECT count() AS c, sum(rows) AS r FROM system.parts WHERE ${where}`);
    const rowsEach = 1_100_000;
    for (const fill of [0x01010101, 0x0a0a0a0a]) {
      // More than 4 MB, and with empty lines or without.
      const bytes = Buffer.from(new Uint32Array(rowsEach).fill(fill).buffer);
      for (const [size, expected] of [
        ['2000000', '1'],
        ['550000', '2'],
      ] as const) {
        await client.command({ query: 'TRUNCATE TABLE parts' });
        const { stream } = await client.exec({
          query: 'INSERT INTO parts FORMAT RowBinary',
          values: Readable.from([bytes], { objectMode: false }),
          clickhouse_settings: {
            max_insert_threads: '1',
            max_insert_block_size: size,
            min_insert_block_size_rows: size,
            min_insert_block_size_bytes: '0',
          },
        });
        stream.resume();
        expect(await parts()).toEqual([{ c: expected, r: String(rowsEach) }]);
      }
    }
  }, 30_000);

  it('readonly and row filters that hold', async () => {
    const filters = { additional_table_filters: "{'system.numbers': 'number % 2 = 0'}" };
    const clickhouse_settings: ClickHouseSettings = { readonly: '1', ...(filters as object) };
    const query = 'SELECT number AS n FROM system.numbers LIMIT 3';
    expect(await rows(query, { clickhouse_settings })).toEqual([{ n: '0' }, { n: '2' }, { n: '4' }]);
    const write = client.command({ query: 'CREATE TABLE forbidden (a UInt8) ENGINE = Memory', clickhouse_settings });
    expect((await errorOf(write)).type).toBe('READONLY');
    expect(await rows(query)).toEqual([{ n: '0' }, { n: '1' }, { n: '2' }]);
  });

  it('no setting that does not exist', async () => {
    const odd = { no_such_setting: 1 } as Record<string, number>;
    expect((await errorOf(rows('SELECT 1', { clickhouse_settings: odd }))).type).toBe('UNKNOWN_SETTING');
    expect(await rows('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('the ordinary client holds sessions', () => {
  it('whose temporary tables, settings and parameters last, and are not seen outside', async () => {
    const own = target.client({ session_id: `contract-${process.pid}-a` });
    await own.command({ query: 'CREATE TEMPORARY TABLE mine (a UInt8) ENGINE = Memory' });
    await own.insert({ table: 'mine', values: [{ a: 9 }], format: 'JSONEachRow' });
    await own.command({ query: 'SET max_threads = 3' });
    expect(await (await own.query({ query: 'SELECT a FROM mine', format: 'JSONEachRow' })).json()).toEqual([{ a: 9 }]);
    const query = "SELECT getSetting('max_threads') AS m";
    expect(await (await own.query({ query, format: 'JSONEachRow' })).json()).toEqual([{ m: 3 }]);
    expect((await errorOf(rows('SELECT a FROM mine'))).type).toBe('UNKNOWN_TABLE');
    expect(await rows(query)).not.toEqual([{ m: 3 }]);
  });

  it('in which settings of one request end with it', async () => {
    const own = target.client({ session_id: `contract-${process.pid}-b` });
    const query =
      "SELECT getSetting('max_threads') AS m, toString(getSetting('max_result_rows')) AS r, toUInt64(5) AS quoted";
    const read = async (clickhouse_settings = {}): Promise<unknown> =>
      (await own.query({ query, format: 'JSONEachRow', clickhouse_settings })).json();
    await own.command({ query: 'SET max_threads = 3' });
    expect(await read({ max_threads: 6, max_result_rows: '44' })).toEqual([{ m: 6, r: '44', quoted: '5' }]);
    expect(await read()).toEqual([{ m: 3, r: '0', quoted: '5' }]);
  });

  it('that serve one request at a time', async () => {
    const session_id = `contract-${process.pid}-c`;
    const first = target.client({ session_id });
    const second = target.client({ session_id });
    const slow = first.command({ query: 'SELECT sleep(1) FORMAT Null' });
    let error: ClickHouseError | undefined;
    // The first may not have arrived yet.
    while (error === undefined)
      error = await second.command({ query: 'SELECT 1 FORMAT Null' }).then(() => undefined, errorFrom);
    expect(error.type).toBe('SESSION_IS_LOCKED');
    expect(error.code).toBe('373');
    await slow;
    await second.command({ query: 'SELECT 1 FORMAT Null' });
  });
  const errorFrom = (error: unknown): ClickHouseError => {
    if (error instanceof ClickHouseError) return error;
    throw error;
  };
});

describe('the ordinary client goes away', () => {
  it('and its query is cancelled, while others are answered', async () => {
    const running = (mark: string): Promise<unknown[]> =>
      rows(`SELECT 1 AS n FROM system.processes WHERE query LIKE '%${mark}%' AND query NOT LIKE '%system.processes%'`);
    const mark = `endless-${process.pid}`;
    const abort = new AbortController();
    const query = `SELECT count() FROM system.numbers WHERE NOT ignore(sipHash64(number)) AND '${mark}' != ''`;
    const asked = client.query({
      query,
      abort_signal: abort.signal,
      clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
    });
    const outcome = expect(asked).rejects.toThrow('abort');
    await until(async () => (await running(mark)).length > 0);
    abort.abort();
    await outcome;
    await until(async () => (await running(mark)).length === 0);
    expect(await rows('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  }, 30_000);

  it('in the middle of a large result, and others are answered', async () => {
    const result = await client.query({ query: 'SELECT number FROM system.numbers', format: 'CSV' });
    const stream = result.stream();
    await new Promise((resolve) => stream.once('data', resolve));
    result.close();
    await until(
      async () =>
        (await rows("SELECT 1 FROM system.processes WHERE query LIKE 'SELECT number FROM system.numbers%'")).length ===
        0,
    );
    expect(await rows('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  }, 30_000);

  it('and kills its query by the id it gave', async () => {
    const query_id = `contract-${process.pid}-kill`;
    const slow = errorOf(
      client.command({
        query: 'SELECT count() FROM system.numbers WHERE NOT ignore(sipHash64(number)) FORMAT Null',
        query_id,
      }),
    );
    let over = false;
    void slow.then(() => (over = true));
    await until(async () => {
      await client.command({ query: `KILL QUERY WHERE query_id = '${query_id}' ASYNC` });
      return over;
    });
    expect((await slow).type).toBe('QUERY_WAS_CANCELLED');
  }, 30_000);

  it('sends several requests at once, which run side by side', async () => {
    // Each waits until it has seen another one at work, which no queue of one could bring about.
    const seen = 'SELECT max((SELECT count() FROM system.processes)) AS n, sleep(1) FORMAT JSONEachRow';
    await Promise.all([
      client.command({ query: seen }),
      client.command({ query: seen }),
      (async (): Promise<void> => {
        await until(
          async () =>
            Number(
              (
                await rows(
                  "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleep(1)%' AND query NOT LIKE '%system.processes WHERE%'",
                )
              ).map((row) => (row as { n: string }).n)[0],
            ) >= 2,
        );
      })(),
    ]);
  }, 30_000);
});
