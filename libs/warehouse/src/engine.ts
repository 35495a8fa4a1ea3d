import { Readable } from 'node:stream';
import { buffer as bytesOf } from 'node:stream/consumers';
import {
  type ClickHouseClient,
  type ClickHouseSettings,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { BellwetherError } from '#vocabulary';
import { statementsIn, fill } from './statements.js';

/** How the engine is reached: a ClickHouse server, or the embedded one; nothing here knows which. */
export interface EngineAddress {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Default `bellwether`. */
  readonly database?: string | undefined;
  /** Database of the views for analysts. Default `bellwether_views`. */
  readonly views?: string | undefined;
}

type Parameters = Readonly<Record<string, unknown>>;

/** The port to the engine: what the wrappers of the SQL files use. */
export interface Engine {
  /** Rows as arrays, in the order of the columns. 64-bit integers come as text. */
  rows<Row extends readonly unknown[]>(query: string, parameters?: Parameters): Promise<Row[]>;
  /** The answer in the Native format, bytes as they come. */
  native(query: string, parameters?: Parameters): Promise<Buffer>;
  /** A statement without answer. Large texts are fine. */
  run(query: string, parameters?: Parameters): Promise<void>;
  /** One insert: one block, one part, safe on disk when it resolves. `columns` name what the bytes hold. */
  insert(table: string, columns: readonly string[], rowBinary: Buffer): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * One insert must become one part, or a kill tears it. That it is on disk when acknowledged is a setting of the tables.
 * Measured with kill -9: docs/adr/0007.
 */
const DURABLE: ClickHouseSettings = {
  async_insert: 0,
  max_insert_threads: '1',
  max_insert_block_size: '50000000',
  min_insert_block_size_rows: '50000000',
  min_insert_block_size_bytes: '4000000000',
  optimize_on_insert: 0,
  max_query_size: '100000000',
};

function failed(error: unknown): BellwetherError {
  if (error instanceof BellwetherError) return error;
  const detail = error instanceof ClickHouseError ? `${error.type ?? 'error'} (${error.code})` : 'no connection';
  return new BellwetherError('ENGINE_FAILED', detail, {}, { cause: error });
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failed(error);
  }
}

/** Connects, and creates what is not there yet. */
export async function openEngine(address: EngineAddress): Promise<Engine> {
  const { url, username = 'default', password = '', database = 'bellwether', views = 'bellwether_views' } = address;
  // Errors are thrown to the caller, who logs them once.
  const log = { level: ClickHouseLogLevel.OFF };
  const options = { url, username, password, request_timeout: 300_000, max_open_connections: 16, log };
  const first = createClient(options);
  await guarded(async () => {
    for (const name of [database, views])
      await first.command({ query: `CREATE DATABASE IF NOT EXISTS ${name} ENGINE = Atomic` });
  }).finally(() => first.close());
  const client = createClient({ ...options, database });
  const engine = portOf(client);
  for (const table of statementsIn('tables')) await engine.run(table);
  for (const view of statementsIn('views')) await engine.run(fill(view, { database, views, rows: '' }));
  return engine;
}

function portOf(client: ClickHouseClient): Engine {
  return {
    rows: <Row extends readonly unknown[]>(query: string, parameters: Parameters = {}) =>
      guarded(async () => {
        const result = await client.query({
          query,
          query_params: { ...parameters },
          format: 'JSONCompactEachRow',
          clickhouse_settings: { output_format_json_quote_64bit_integers: 1, max_query_size: '100000000' },
        });
        return result.json<Row>() as Promise<Row[]>;
      }),
    native: (query, parameters = {}) =>
      guarded(async () => {
        const { stream } = await client.exec({
          query: `${query} FORMAT Native`,
          query_params: { ...parameters },
          clickhouse_settings: { max_query_size: '100000000' },
        });
        return await bytesOf(stream);
      }),
    run: (query, parameters = {}) =>
      guarded(async () => {
        await client.command({ query, query_params: { ...parameters }, clickhouse_settings: DURABLE });
      }),
    insert: (table, columns, rowBinary) =>
      guarded(async () => {
        const insert = await client.exec({
          query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT RowBinary`,
          values: Readable.from([rowBinary], { objectMode: false }),
          clickhouse_settings: DURABLE,
        });
        insert.stream.resume();
      }),
    ping: async () => (await client.ping()).success,
    close: () => client.close(),
  };
}
