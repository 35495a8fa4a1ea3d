import type { IncomingMessage } from 'node:http';
import { exception } from './exception.js';
import { isOfExternalTable } from './external-tables.js';
import type { Form } from './multipart.js';

/** One HTTP request in the terms of ClickHouse, before its body is looked at. */
export interface Asked {
  readonly method: string;
  /** The `query` parameter; empty where the statement is in the body. */
  readonly query: string;
  readonly queryId: string | undefined;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  readonly user: string;
  readonly password: string;
  readonly session: SessionAsked | undefined;
  /** Settings of the request, to be SET in this order. */
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}` in ClickHouse's escaped form. */
  readonly parameters: ReadonlyMap<string, string>;
  /** `compress=1`: the client reads native blocks, or whatever Content-Encoding says. */
  readonly compress: boolean;
  /** `decompress=1`: the body is in native blocks. */
  readonly decompress: boolean;
  readonly enableHttpCompression: boolean;
  readonly waitEndOfQuery: boolean;
  readonly logComment: string | undefined;
}

export interface SessionAsked {
  readonly id: string;
  /** Seconds of idleness after which the session is dropped. */
  readonly timeout: number;
  /** True where the session must exist already. */
  readonly check: boolean;
}

/** Keys that belong to the HTTP interface; every other key is a setting. */
const OF_HTTP = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'session_timeout',
  'session_check',
  'user',
  'password',
  'role',
  'compress',
  'decompress',
  'enable_http_compression',
  'http_zlib_compression_level',
  'wait_end_of_query',
  'buffer_size',
  'client_protocol_version',
  'http_write_exception_in_output_format',
  'log_comment',
  'quota_key',
  'stacktrace',
  'close_session',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NO_FORM: Form = { fields: new Map(), files: [] };
const LONGEST_SESSION_SECONDS = 3600;

/**
 * Reads the address, the headers and the form, whose fields count like keys of the address.
 *
 * @throws ClickHouseException for what this engine cannot do (roles) and for malformed keys.
 */
export function readAsked(request: IncomingMessage, url: URL, form: Form = NO_FORM): Asked {
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  const http = new Map<string, string>();
  const tables = new Set(form.files.map(({ name }) => name));
  for (const [key, value] of [...url.searchParams, ...form.fields]) {
    if (isOfExternalTable(key, tables)) continue;
    if (key === 'role' && value !== '') throw exception('UNKNOWN_ROLE', 'The embedded engine has no roles');
    if (OF_HTTP.has(key)) http.set(key, value);
    else if (key.startsWith('param_')) parameters.set(named(key.slice('param_'.length)), value);
    else settings.set(named(key), value);
  }
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [basicUser, basicPassword] = basicAuth(header('authorization'));
  return {
    method: request.method ?? 'GET',
    query: http.get('query') ?? '',
    queryId: http.get('query_id') ?? header('x-clickhouse-query-id'),
    database: http.get('database') ?? header('x-clickhouse-database'),
    defaultFormat: http.get('default_format') ?? header('x-clickhouse-format'),
    user: header('x-clickhouse-user') ?? basicUser ?? http.get('user') ?? 'default',
    password: header('x-clickhouse-key') ?? basicPassword ?? http.get('password') ?? '',
    session: sessionOf(http),
    settings,
    parameters,
    compress: isOn(http.get('compress')),
    decompress: isOn(http.get('decompress')),
    enableHttpCompression: isOn(http.get('enable_http_compression')),
    waitEndOfQuery: isOn(http.get('wait_end_of_query')),
    logComment: http.get('log_comment'),
  };
}

function named(key: string): string {
  if (!NAME.test(key)) throw exception('BAD_ARGUMENTS', 'A key of the address is not a name of a setting or parameter');
  return key;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

function sessionOf(http: ReadonlyMap<string, string>): SessionAsked | undefined {
  const id = http.get('session_id') ?? '';
  if (id === '') return undefined;
  const timeout = Number(http.get('session_timeout') ?? 60);
  if (!Number.isInteger(timeout) || timeout < 0) {
    throw exception('INVALID_SESSION_TIMEOUT', 'Invalid session timeout: a whole number of seconds is expected', 400);
  }
  if (timeout > LONGEST_SESSION_SECONDS) {
    const longest = `Maximum session timeout is ${LONGEST_SESSION_SECONDS} seconds`;
    throw exception('INVALID_SESSION_TIMEOUT', `Session timeout '${timeout}' is larger than max: ${longest}`, 400);
  }
  return { id, timeout, check: isOn(http.get('session_check')) };
}

function basicAuth(header: string | undefined): [user: string | undefined, password: string | undefined] {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return [undefined, undefined];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? [pair, ''] : [pair.slice(0, colon), pair.slice(colon + 1)];
}
