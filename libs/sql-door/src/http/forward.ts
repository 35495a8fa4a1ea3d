import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { BellwetherError } from '#vocabulary';

const STATISTICS = new Set(['x-clickhouse-summary', 'x-clickhouse-progress']);

interface Forwarding {
  readonly engineUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: URLSearchParams;
  readonly sql: string;
  readonly response: ServerResponse;
  readonly resultBytes: number;
  /** Headers that tell how much was read are left out. */
  readonly withoutStatistics?: boolean;
}

/** Headers that belong to one connection, not to the answer (RFC 9110, section 7.6.1). */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-authenticate',
]);

/**
 * Sends the statement to the engine and its answer on to the caller as it comes, no more in memory than the sockets
 * hold. When the caller hangs up, so do we, and the engine cancels. Resolves to the status of the engine.
 */
export async function forward({
  engineUrl,
  headers,
  parameters,
  sql,
  response,
  resultBytes,
  withoutStatistics = false,
}: Forwarding): Promise<number> {
  const url = new URL(`/?${parameters.toString()}`, engineUrl);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const outgoing = send(url, { method: 'POST', headers: { ...headers, 'content-type': 'text/plain; charset=UTF-8' } });
  response.once('close', () => outgoing.destroy());
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', () => reject(new BellwetherError('ENGINE_FAILED', 'the engine cannot be reached')));
    outgoing.end(sql);
  });
  const status = answer.statusCode ?? 502;
  const passed = Object.entries(answer.headers).filter(
    ([name]) => !OF_CONNECTION.has(name) && !(withoutStatistics && STATISTICS.has(name)),
  );
  response.writeHead(status, Object.fromEntries(passed) as Record<string, string | string[]>);
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > resultBytes)
      answer.destroy(new BellwetherError('SQL_REFUSED', `the answer exceeds ${resultBytes} bytes`));
  });
  await pipeline(answer, response);
  return status;
}
