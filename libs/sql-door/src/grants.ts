import type { KeyEntry } from '#access';
import { viewSelect } from '#warehouse';
import type { SqlLimits } from './limits.js';
import type { SqlReaders } from './reader.js';
import { quoteName, quoteText } from './statement/tokens.js';

const VIEWS = ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'];

export interface GrantsOptions {
  /** What each principal may read: as the door asks. */
  readonly readers: SqlReaders;
  readonly limits: SqlLimits;
  /** Database of the tables. */
  readonly database: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `2026-03-01 12:00:00` in UTC. */
const instant = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/**
 * The rights of principals on a ClickHouse server of one's own, as statements of its access control, by the policy that
 * the SQL door asks: a settings profile with the limits, a quota, and for each principal a database with views of its
 * rows, a role that may read them, and a user that logs in with its API keys (known by their hashes alone). Rows are in
 * views rather than in row policies, because ClickHouse has none for views. Who may not ask in SQL is left out.
 */
export function sqlGrants(entries: readonly KeyEntry[], options: GrantsOptions): readonly string[] {
  const { readers, limits, database, now } = options;
  const profile = [
    ...['readonly = 1', 'allow_ddl = 0', `max_execution_time = ${limits.seconds}`],
    ...[`max_memory_usage = ${limits.memoryBytes}`, `max_result_rows = ${limits.resultRows}`],
    ...[`max_rows_to_read = ${limits.readRows}`, `max_concurrent_queries_for_user = ${limits.concurrentEach}`],
    // Conditions of a reader are not to be evaluated on rows that are not its own; see docs/adr/0024-rows-of-a-reader.md.
    'query_plan_enable_optimizations = 0',
  ];
  return [
    `CREATE SETTINGS PROFILE OR REPLACE bellwether_readers SETTINGS ${profile.join(', ')}`,
    'CREATE QUOTA OR REPLACE bellwether_readers KEYED BY user_name FOR INTERVAL 1 hour MAX queries = 10000, execution_time = 3600',
    ...entries.flatMap(({ principal, keys }) => {
      const reader = readers.readerOf(principal);
      const valid = keys.filter(({ expires }) => now < (expires ?? Infinity));
      if (!reader || valid.length === 0) return [];
      const name = quoteName(`bellwether_${principal.id}`);
      const views = VIEWS.map((view) => {
        const filter = reader.filters?.[view];
        const select = reader.selects?.[view] ?? viewSelect(view, { database, rows: undefined });
        const where = filter === undefined ? '' : ` WHERE ${filter}`;
        return `CREATE OR REPLACE VIEW ${name}.${quoteName(view)} DEFINER = CURRENT_USER SQL SECURITY DEFINER AS SELECT * FROM (${select})${where}`;
      });
      const methods = valid.map(({ hash, expires }) => {
        const until = expires === undefined ? '' : ` VALID UNTIL ${quoteText(instant(expires))}`;
        return `sha256_hash BY ${quoteText(hash)}${until}`;
      });
      return [
        `CREATE DATABASE IF NOT EXISTS ${name}`,
        ...views,
        `CREATE ROLE OR REPLACE ${name} SETTINGS PROFILE 'bellwether_readers'`,
        `GRANT SELECT ON ${name}.* TO ${name}`,
        `CREATE USER OR REPLACE ${name} IDENTIFIED WITH ${methods.join(', ')} DEFAULT ROLE ${name} DEFAULT DATABASE ${name}`,
        `GRANT ${name} TO ${name}`,
        `ALTER QUOTA bellwether_readers TO ${name}`,
      ];
    }),
  ];
}
