import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { BellwetherError } from '#vocabulary';
import type { EngineAddress } from './engine.js';

/** Changes of whole databases. Names are ours; anything but letters, digits and _ is refused. */
export interface Databases {
  has(name: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}

function checked(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,63}$/.test(name))
    throw new BellwetherError('REQUEST_INVALID', 'a database name: expected a-z, 0-9 and _, at most 64');
  return name;
}

/** For what is done around a database, while nobody uses it. */
export function openDatabases({ url, username = 'default', password = '' }: EngineAddress): Databases {
  const client = createClient({
    url,
    username,
    password,
    request_timeout: 300_000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const run = async (query: string): Promise<void> => {
    await client.command({ query }).catch((error: unknown) => {
      throw new BellwetherError('ENGINE_FAILED', 'a database could not be changed', {}, { cause: error });
    });
  };
  return {
    async has(name) {
      const result = await client.query({ query: `EXISTS DATABASE ${checked(name)}`, format: 'JSONCompactEachRow' });
      const [row] = await result.json<[number]>();
      return Number(row?.[0]) === 1;
    },
    rename: (from, to) => run(`RENAME DATABASE ${checked(from)} TO ${checked(to)}`),
    drop: (name) => run(`DROP DATABASE IF EXISTS ${checked(name)} SYNC`),
    close: () => client.close(),
  };
}
