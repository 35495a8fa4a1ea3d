import type { ServerResponse } from 'node:http';
import { BellwetherError, ERRORS, type ErrorCode } from '#vocabulary';

/** The number and name by which ClickHouse's drivers know an error (ClickHouse, src/Common/ErrorCodes.cpp). */
const AS_CLICKHOUSE: Partial<Record<ErrorCode, readonly [number, string]>> = {
  SQL_REFUSED: [497, 'ACCESS_DENIED'],
  FORBIDDEN: [497, 'ACCESS_DENIED'],
  UNAUTHENTICATED: [516, 'AUTHENTICATION_FAILED'],
  TOO_MANY_REQUESTS: [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  PAYLOAD_TOO_LARGE: [62, 'SYNTAX_ERROR'],
  REQUEST_INVALID: [36, 'BAD_ARGUMENTS'],
  NOT_FOUND: [36, 'BAD_ARGUMENTS'],
  ENGINE_FAILED: [210, 'NETWORK_ERROR'],
};

/** Answers as ClickHouse does, so that every driver shows the message. */
export function refuse(response: ServerResponse, error: BellwetherError): void {
  if (response.headersSent) return void response.destroy();
  const [number, name] = AS_CLICKHOUSE[error.code] ?? [1002, 'UNKNOWN_EXCEPTION'];
  const { title, remedy } = ERRORS[error.code];
  response.writeHead(error.http, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-exception-code': String(number),
    ...(error.code === 'UNAUTHENTICATED'
      ? { 'www-authenticate': 'Basic realm="Bellwether SQL", charset="UTF-8"' }
      : {}),
    ...(error.code === 'TOO_MANY_REQUESTS' ? { 'retry-after': String(error.retryAfter ?? 1) } : {}),
    connection: 'close',
  });
  response.end(`Code: ${number}. DB::Exception: ${error.code}: ${title}: ${error.detail}. ${remedy} (${name})\n`);
}

/** Whatever it is, as one of ours. */
export function known(error: unknown): BellwetherError {
  return error instanceof BellwetherError
    ? error
    : new BellwetherError('INTERNAL', 'see the log', {}, { cause: error });
}
