import type { IncomingMessage } from 'node:http';
import { subjectOf } from '#access';
import { BellwetherError } from '#vocabulary';
import { STATEMENT_LIMIT } from '../statement/tokens.js';

/** Who asks, from the headers and the socket; the parts a gate needs to know a person at this machine from a web page. */
export interface SqlCredentials {
  readonly user: string;
  /** The password of the ClickHouse protocol: an API key. Undefined: none was given. */
  readonly key: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly remoteAddress: string | undefined;
  /** The subject of a client certificate that is trusted. */
  readonly subject: string | undefined;
  /** A proxy has handed the request on. */
  readonly forwarded: boolean;
}

/** As in the ClickHouse HTTP interface: X-ClickHouse-User and -Key, else Basic, else the address. */
export function credentialsOf(request: IncomingMessage, asked: URLSearchParams): SqlCredentials {
  const [basicUser, basicKey] = basic(request.headers.authorization);
  const key = header(request, 'x-clickhouse-key') ?? basicKey ?? asked.get('password') ?? '';
  return {
    user: header(request, 'x-clickhouse-user') ?? basicUser ?? asked.get('user') ?? 'default',
    key: key === '' ? undefined : key,
    subject: subjectOf(request.socket),
    host: request.headers.host,
    origin: request.headers.origin,
    remoteAddress: request.socket.remoteAddress,
    forwarded: ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => request.headers[name] !== undefined),
  };
}

function basic(authorization: string | undefined): [string | undefined, string | undefined] {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,4096})$/i.exec(authorization ?? '')?.[1];
  if (encoded !== undefined) {
    const [, user, key] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    return [user, key];
  }
  return [undefined, /^Bearer (\S{1,4096})$/i.exec(authorization ?? '')?.[1]];
}

/** The database and the format of the answer, where the request names them. */
export function choicesOf(request: IncomingMessage, asked: URLSearchParams): { database: string; format: string } {
  return {
    database: asked.get('database') ?? header(request, 'x-clickhouse-database') ?? '',
    format: asked.get('default_format') ?? header(request, 'x-clickhouse-format') ?? '',
  };
}

/** The statement: `query=` of the address, then the body. Reads no more than a statement may have. */
export async function statementOf(request: IncomingMessage, asked: URLSearchParams): Promise<string> {
  const type = request.headers['content-type'] ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (type.startsWith('multipart/') || encoding !== 'identity' || (asked.get('decompress') ?? '0') !== '0') {
    throw new BellwetherError('REQUEST_INVALID', 'found a body in parts or compressed, expected the statement as text');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > STATEMENT_LIMIT)
      throw new BellwetherError('PAYLOAD_TOO_LARGE', `the statement exceeds ${STATEMENT_LIMIT} bytes`);
    chunks.push(chunk);
  }
  return [asked.get('query') ?? '', Buffer.concat(chunks).toString('utf8')].filter((part) => part !== '').join('\n');
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
