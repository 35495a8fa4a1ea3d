export interface EngineConfigOptions {
  /** Bytes that all statements together may hold. */
  readonly memoryBytes: number;
  /** The only folder that BACKUP and RESTORE may touch. */
  readonly backups: string;
}

const MB = 1024 * 1024;

/** Server configuration of the engine: small caches and few background threads, for a machine it shares. */
export function engineConfig({ memoryBytes, backups }: EngineConfigOptions): string {
  const values: Readonly<Record<string, number>> = {
    max_server_memory_usage: memoryBytes,
    mark_cache_size: 64 * MB,
    uncompressed_cache_size: 0,
    index_mark_cache_size: 16 * MB,
    primary_index_cache_size: 64 * MB,
    mmap_cache_size: 256,
    compiled_expression_cache_size: 16 * MB,
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 2,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_common_pool_size: 2,
    background_buffer_flush_schedule_pool_size: 1,
    background_schedule_pool_size: 4,
    background_message_broker_schedule_pool_size: 1,
    background_distributed_schedule_pool_size: 1,
    tables_loader_background_pool_size: 2,
    tables_loader_foreground_pool_size: 2,
    max_thread_pool_size: 1000,
  };
  const lines = Object.entries(values).map(([name, value]) => `  <${name}>${value}</${name}>`);
  return [
    '<clickhouse>',
    ...lines,
    // An acknowledged insert is on the disk, its part and the folder's entry of it. 26.7 has these per table only.
    '  <merge_tree>',
    '    <fsync_after_insert>1</fsync_after_insert>',
    '    <fsync_part_directory>1</fsync_part_directory>',
    '  </merge_tree>',
    `  <backups><allowed_path>${xml(backups)}/</allowed_path></backups>`,
    '</clickhouse>',
    '',
  ].join('\n');
}

function xml(text: string): string {
  return text.replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;'));
}
