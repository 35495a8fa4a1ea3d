import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { startEngine } from '#embedded-clickhouse';

/** A ClickHouse to be held to the contract. */
export interface Target {
  readonly url: string;
  /** `embedded`: ours; `server`: the one at CLICKHOUSE_URL. */
  readonly kind: 'embedded' | 'server';
  /** A database of this run alone. */
  readonly database: string;
  client(options?: Parameters<typeof createClient>[0]): ClickHouseClient;
  close(): Promise<void>;
}

const log = { level: ClickHouseLogLevel.OFF };
/** A server's default has changed between versions; ours is 1. */
const clickhouse_settings = { output_format_json_quote_64bit_integers: 1 } as const;

/** The server at CLICKHOUSE_URL if that is set, else an embedded one on a folder of its own. */
export async function openTarget(): Promise<Target> {
  const given = process.env['CLICKHOUSE_URL'];
  const database = `contract_${process.pid}`;
  const clients: ClickHouseClient[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'clickhouse-http-'));
  const engine =
    given === undefined
      ? await startEngine({ dataPath: folder, databases: [database], limits: { concurrentQueries: 3 } })
      : undefined;
  const url = given ?? engine!.url;
  const client: Target['client'] = (options = {}) => {
    const made = createClient({
      url,
      database,
      log,
      ...(given === undefined ? {} : { clickhouse_settings }),
      ...options,
    });
    clients.push(made);
    return made;
  };
  if (given !== undefined) await client({ database: 'default' }).command({ query: `CREATE DATABASE ${database}` });
  const close = async (): Promise<void> => {
    if (given !== undefined) await client({ database: 'default' }).command({ query: `DROP DATABASE ${database}` });
    await Promise.all(clients.map((each) => each.close()));
    await engine?.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, kind: given === undefined ? 'embedded' : 'server', database, client, close };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
}

/** One request by hand, in the database of the target. */
export async function ask(target: Target, { path = '/', query = {}, ...init }: Asking): Promise<Answer> {
  const url = new URL(path, target.url);
  for (const [key, value] of Object.entries({ database: target.database, ...query })) url.searchParams.set(key, value);
  const response = await fetch(url, { method: 'POST', ...init });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString('utf8') };
}

interface Asking extends RequestInit {
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
}
