import { BellwetherError } from '#vocabulary';
import type { SqlLimits } from '../limits.js';

/** Keys of the address that are ours or of no effect here; they end at this door. */
const ENDING_HERE: ReadonlySet<string> = new Set(
  `query database default_format user password session_id session_timeout session_check close_session quota_key readonly
   log_comment query_id result_overflow_mode read_overflow_mode timeout_overflow_mode max_block_size
   cancel_http_readonly_queries_on_client_close async stacktrace async_insert wait_for_async_insert`.split(/\s+/),
);

/** Settings that change how an answer is written, or what null means, and nothing else. */
const HARMLESS: ReadonlySet<string> = new Set(
  `compress enable_http_compression http_zlib_compression_level wait_end_of_query client_protocol_version extremes
   send_progress_in_http_headers http_headers_progress_interval_ms http_write_exception_in_output_format join_use_nulls
   group_by_use_nulls union_default_mode session_timezone date_time_input_format date_time_output_format
   use_client_time_zone low_cardinality_allow_in_native_format`.split(/\s+/),
);
const HARMLESS_OUTPUT =
  /^output_format_(json|csv|tsv|binary|native|arrow|parquet|pretty|decimal|markdown)_[a-z0-9_]{1,60}$/;

const LIMITED: Readonly<Record<string, keyof SqlLimits>> = {
  max_execution_time: 'seconds',
  max_memory_usage: 'memoryBytes',
  max_result_rows: 'resultRows',
  max_rows_to_read: 'readRows',
};

/**
 * The address under which a statement goes on: harmless settings and parameters of the caller, then our limits, and
 * readonly last. Throws SQL_REFUSED for a setting that is on no list.
 */
export function engineParameters(asked: URLSearchParams, limits: SqlLimits): URLSearchParams {
  const sent = new URLSearchParams();
  const caps = new Map(Object.entries(LIMITED).map(([setting, limit]) => [setting, limits[limit]]));
  for (const [key, value] of asked) {
    if (ENDING_HERE.has(key) || (key === 'role' && value === '')) continue;
    const cap = caps.get(key);
    if (cap !== undefined) caps.set(key, lower(key, value, cap));
    else if (HARMLESS.has(key) || HARMLESS_OUTPUT.test(key) || /^param_[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(key))
      sent.append(key, value);
    else throw new BellwetherError('SQL_REFUSED', `the setting ${key.slice(0, 80)}`);
  }
  for (const [setting, cap] of caps) sent.set(setting, String(cap));
  // The engine does not hold a SELECT without FROM to max_result_rows (measured); this cuts it one row beyond.
  sent.set('limit', String((caps.get('max_result_rows') ?? limits.resultRows) + 1));
  for (const mode of ['result', 'read', 'timeout']) sent.set(`${mode}_overflow_mode`, 'throw');
  sent.set('readonly', '1');
  return sent;
}

/** 0 means "without limit" to ClickHouse, and our limit here. */
function lower(key: string, value: string, cap: number): number {
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(value))
    throw new BellwetherError('SQL_REFUSED', `the setting ${key} is no number`);
  const asked = Number(value);
  return asked === 0 ? cap : Math.min(key === 'max_execution_time' ? asked : Math.ceil(asked), cap);
}
