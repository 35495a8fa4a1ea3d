import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { BellwetherError } from '#vocabulary';
import type { Engine, EngineAddress } from './engine.js';
import { statement } from './statements.js';

/** A part of a table that is copied as one file. */
export interface Slice {
  readonly table: string;
  readonly columns: readonly string[];
  /** The rows of which `by`, an SQL expression of ours, is `key`. */
  readonly by: string;
  readonly key: string;
  /** Rows of equal keys collapse to the newest. */
  readonly collapses: boolean;
  /** Order of its rows, an SQL expression of the table's: equal rows make equal files. */
  readonly order: string;
  /** Rows it had when the list was made, before they collapse. */
  readonly rows: number;
}

/** A slice is carried in one request; one with more rows than this is cut finer. */
const MAX_ROWS = 500_000;

/** Every row of the database, in slices; of the ledger first. */
export async function slicesOf(engine: Engine): Promise<Slice[]> {
  const tables = await engine.rows<[string, number, string[], string, string]>(statement('slices/tables'));
  const slices: Slice[] = [];
  for (const [table, collapses, columns, dated, order] of tables) {
    const finer = dated === '' ? `cityHash64(${columns[0]!}) % 64` : `toYYYYMMDD(${dated})`;
    const coarse = dated === '' ? '0' : `toYYYYMM(${dated})`;
    const cut = async (by: string, where: string): Promise<Slice[]> => {
      const text = `SELECT toString(${by}) AS key, count() FROM ${table} ${where} GROUP BY key ORDER BY key`;
      const found = await engine.rows<[string, string]>(text);
      return found.map(([key, rows]) => ({
        table,
        columns,
        by,
        key,
        collapses: collapses === 1,
        order,
        rows: Number(rows),
      }));
    };
    for (const slice of await cut(coarse, '')) {
      if (slice.rows <= MAX_ROWS) slices.push(slice);
      else slices.push(...(await cut(finer, `WHERE ${rowsOf(slice)}`)));
    }
  }
  return slices;
}

/** First day of a month or day written YYYYMM or YYYYMMDD, and the first day after it. */
function spanOf(key: string): [string, string] {
  const [year, month, day] = [Number(key.slice(0, 4)), Number(key.slice(4, 6)), Number(key.slice(6, 8))];
  const from = Date.UTC(year, month - 1, day || 1);
  const to = day === 0 ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1);
  return [new Date(from).toISOString().slice(0, 10), new Date(to).toISOString().slice(0, 10)];
}

/** A condition on the column itself lets the engine pass over what lies outside; one on `by` would read the whole table. */
function rowsOf({ by, key }: Slice): string {
  const dated = /^toYYYYMM(?:DD)?\((\w+)\)$/.exec(by)?.[1];
  if (dated === undefined) return `toString(${by}) = '${key.replace(/[^0-9]/g, '')}'`;
  const [from, to] = spanOf(key);
  return `${dated} >= toDate('${from}') AND ${dated} < toDate('${to}')`;
}

/** Removes what an import that was interrupted has left. */
export async function clearSlice(engine: Engine, slice: Slice): Promise<void> {
  await engine.run(`DELETE FROM ${slice.table} WHERE ${rowsOf(slice)}`);
}

/** Copies slices between a database and files: ClickHouse's Native format, gzipped. */
export interface SliceCarrier {
  write(slice: Slice, path: string): Promise<void>;
  read(slice: Slice, path: string): Promise<void>;
  close(): Promise<void>;
}

export function openSliceCarrier({ url, username, password, database = 'bellwether' }: EngineAddress): SliceCarrier {
  const client = createClient({
    url,
    username: username ?? 'default',
    password: password ?? '',
    database,
    request_timeout: 600_000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new BellwetherError('ENGINE_FAILED', 'a slice of a table could not be copied', {}, { cause: error });
    }
  };
  return {
    write: (slice, path) =>
      guarded(async () => {
        const { table, columns, collapses, order } = slice;
        // A condition on a day or instant is one on a column by which rows collapse, so it may come first.
        const first = slice.by.startsWith('to') ? 'PREWHERE' : 'WHERE';
        const from = `FROM ${table}${collapses ? ' FINAL' : ''} ${first} ${rowsOf(slice)}`;
        const query = `SELECT ${columns.join(', ')} ${from} ORDER BY ${order} FORMAT Native`;
        const result = await client.exec({ query });
        await pipeline(
          result.stream,
          createGzip({ level: constants.Z_BEST_SPEED }),
          createWriteStream(path, { mode: 0o600 }),
        );
      }),
    read: ({ table, columns }, path) =>
      guarded(async () => {
        const values = createReadStream(path).pipe(createGunzip());
        const insert = await client.exec({
          query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT Native`,
          values,
        });
        insert.stream.resume();
      }),
    close: () => client.close(),
  };
}
