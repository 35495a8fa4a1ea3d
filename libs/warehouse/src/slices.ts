import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
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
  /** Order of its rows, an SQL expression of the table's: what is written back is sorted already. */
  readonly order: string;
  /** Rows it had when the list was made. */
  readonly rows: number;
  /** Sum of the 64-bit hashes of these rows, all columns: slices with the same rows and sum hold the same. */
  readonly sum: string;
}

/** A slice is carried in one request; one with more rows than this is cut finer. */
const MAX_ROWS = 500_000;

/** Years are parts of the keys by which rows collapse, so that no row collapses with one of another partition. */
const BY_PARTITION = 'SETTINGS do_not_merge_across_partitions_select_final = 1';

const columnList = ({ columns }: Pick<Slice, 'columns'>): string => columns.join(', ');
const sourceOf = ({ table, collapses }: Pick<Slice, 'table' | 'collapses'>): string =>
  `${table}${collapses ? ' FINAL' : ''}`;

/** Every row of some tables, in slices; undefined: of all tables. */
export async function slicesOf(engine: Engine, isWanted: (table: string) => boolean = () => true): Promise<Slice[]> {
  const tables = await engine.rows<[string, number, string[], string, string]>(statement('slices/tables'));
  const slices: Slice[] = [];
  for (const [table, collapsing, columns, dated, order] of tables) {
    if (!isWanted(table)) continue;
    const common = { table, columns, collapses: collapsing === 1, order };
    const cut = async (by: string, where: string): Promise<Slice[]> => {
      const of = `toString(${by}) AS key, count(), hex(sum(cityHash64(${columnList(common)})))`;
      const text = `SELECT ${of} FROM ${sourceOf(common)} ${where} GROUP BY key ORDER BY key ${BY_PARTITION}`;
      const found = await engine.rows<[string, string, string]>(text);
      return found.map(([key, rows, sum]) => ({ ...common, by, key, rows: Number(rows), sum }));
    };
    for (const slice of await cut(dated === '' ? '0' : `toYYYYMM(${dated})`, '')) {
      if (slice.rows <= MAX_ROWS) slices.push(slice);
      else {
        const finer = dated === '' ? `cityHash64(${columns[0]!}) % 64` : `toYYYYMMDD(${dated})`;
        slices.push(...(await cut(finer, conditionOf(slice))));
      }
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

/** As `rowsOf`. A day or instant is one of the columns by which rows collapse, so the condition may come first. */
function conditionOf(slice: Slice): string {
  return `${slice.by.startsWith('to') ? 'PREWHERE' : 'WHERE'} ${rowsOf(slice)}`;
}

/** Removes what an import that was interrupted has left. */
export async function clearSlice(engine: Engine, slice: Slice): Promise<void> {
  const found = await engine.rows(`SELECT 1 FROM ${slice.table} ${conditionOf(slice)} LIMIT 1`);
  if (found.length > 0) await engine.run(`DELETE FROM ${slice.table} WHERE ${rowsOf(slice)}`);
}

/** Copies slices between a database and files: ClickHouse's Native format, gzipped by the engine. */
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
    compression: { response: true },
    clickhouse_settings: { http_zlib_compression_level: '1' },
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
        const rows = `SELECT ${columnList(slice)} FROM ${sourceOf(slice)} ${conditionOf(slice)} ORDER BY ${slice.order}`;
        // The engine packs what it sends, and it is kept packed.
        const result = await client.exec({
          query: `${rows} ${BY_PARTITION} FORMAT Native`,
          decompress_response_stream: false,
        });
        await pipeline(result.stream, createWriteStream(path, { mode: 0o600 }));
      }),
    read: (slice, path) =>
      guarded(async () => {
        const insert = await client.exec({
          query: `INSERT INTO ${slice.table} (${columnList(slice)}) FORMAT Native`,
          values: createReadStream(path),
          http_headers: { 'Content-Encoding': 'gzip' },
        });
        insert.stream.resume();
      }),
    close: () => client.close(),
  };
}
