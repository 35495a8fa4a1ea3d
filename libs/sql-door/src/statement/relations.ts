import { quoteName, quoteText } from './tokens.js';

/** What can be read, and what is put in its place. */
export interface Relations {
  readonly database: string;
  readonly views: readonly string[];
  /** View → a condition that every read of it is put under, in the engine's own SQL; written by us, never by a caller. */
  readonly filters: Readonly<Record<string, string>>;
  /** View → a SELECT that is read instead of it, with the same columns; ours, too. */
  readonly selects?: Readonly<Record<string, string>>;
}

/** What a driver reads when it connects, cut down to columns without paths or definitions, and to the views. */
const SYSTEM: Readonly<Record<string, (relations: Relations) => string>> = {
  one: () => 'SELECT dummy FROM system.one',
  databases: ({ database }) =>
    `SELECT name, engine, uuid, comment FROM system.databases WHERE name = ${quoteText(database)}`,
  tables: (relations) =>
    `SELECT database, name, uuid, 'View' AS engine, is_temporary, CAST(NULL, 'Nullable(UInt64)') AS total_rows, CAST(NULL, 'Nullable(UInt64)') AS total_bytes, '' AS primary_key, '' AS sorting_key, '' AS partition_key, '' AS sampling_key, '' AS storage_policy, CAST([], 'Array(String)') AS data_paths, comment FROM system.tables WHERE database = ${quoteText(relations.database)} AND name IN (${listed(relations)})`,
  columns: (relations) =>
    `SELECT database, table, name, type, position, default_kind, default_expression, comment, is_in_partition_key, is_in_sorting_key, is_in_primary_key, is_in_sampling_key, compression_codec, character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision FROM system.columns WHERE database = ${quoteText(relations.database)} AND table IN (${listed(relations)})`,
  data_type_families: () => 'SELECT name, case_insensitive, alias_to FROM system.data_type_families',
  settings: () =>
    `SELECT name, value, changed, '' AS description, toUInt8(0) AS readonly, type FROM system.settings WHERE name IN ('max_execution_time', 'max_result_rows', 'max_memory_usage', 'max_rows_to_read', 'max_block_size', 'join_use_nulls', 'session_timezone')`,
  functions: () =>
    `SELECT name, is_aggregate, case_insensitive, alias_to, '' AS description, toString(origin) AS origin FROM system.functions WHERE origin = 'System'`,
};

function listed({ views }: Relations): string {
  return views.map(quoteText).join(', ');
}

/**
 * What stands for `[database.]name` in a FROM: the view itself, the view under its filter, or what is shown of a table
 * of the system; undefined when there is no such thing here.
 */
export function relationFor(relations: Relations, database: string | undefined, name: string): string | undefined {
  if (database === 'system') return Object.hasOwn(SYSTEM, name) ? `(${SYSTEM[name]!(relations)})` : undefined;
  if (database !== undefined && database !== relations.database) return undefined;
  if (!relations.views.includes(name)) return undefined;
  const select = relations.selects && Object.hasOwn(relations.selects, name) ? relations.selects[name] : undefined;
  const whole = select === undefined ? `${quoteName(relations.database)}.${quoteName(name)}` : `(${select})`;
  const filter = Object.hasOwn(relations.filters, name) ? relations.filters[name] : undefined;
  if (filter !== undefined) return `(SELECT * FROM ${whole} WHERE ${filter})`;
  return whole;
}
