import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Egress } from '../egress/index.js';
import { BellwetherError } from '#vocabulary';
import { pinnedAgents } from './dial.js';

const LARGEST_ANSWER = 1_048_576;
const WITHIN_MS = 10_000;

interface Wanted {
  readonly method?: string | undefined;
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

export interface EgressFetch {
  /** Like `fetch`, without redirects: a 3xx is the answer. Fails with EGRESS_REFUSED, ENDPOINT_FAILED. */
  fetch(address: string, wanted?: Wanted): Promise<Response>;
  close(): void;
}

/** `fetch` through the allow-list, for libraries that take one: small answers, at once, and no redirects. */
export function egressFetch(egress: Egress): EgressFetch {
  const agents = pinnedAgents(egress, { ca: undefined });

  function ask(address: URL, { method = 'GET', headers, body, signal }: Wanted): Promise<IncomingMessage> {
    const isSecure = address.protocol === 'https:';
    if (!isSecure && address.protocol !== 'http:')
      throw new BellwetherError('EGRESS_REFUSED', 'the address is neither https nor http');
    if (body !== undefined && body !== null && typeof body !== 'string' && !(body instanceof URLSearchParams))
      throw new BellwetherError('EGRESS_REFUSED', 'the body is not text');
    return new Promise((resolve, reject) => {
      const late = AbortSignal.timeout(WITHIN_MS);
      const request = (isSecure ? https : http).request(address, {
        method,
        agent: isSecure ? agents.https : agents.http,
        signal: signal ? AbortSignal.any([signal, late]) : late,
        headers: { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'identity' },
      });
      request.once('response', resolve);
      request.once('error', (error) =>
        reject(
          error instanceof BellwetherError
            ? error
            : new BellwetherError('ENDPOINT_FAILED', `${address.host} does not answer`, {}, { cause: error }),
        ),
      );
      request.end(body === undefined || body === null ? undefined : String(body));
    });
  }

  return {
    async fetch(address, wanted = {}) {
      const url = new URL(address);
      const answer = await ask(url, wanted);
      const parts: Uint8Array[] = [];
      let bytes = 0;
      for await (const part of answer as AsyncIterable<Uint8Array>) {
        bytes += part.length;
        if (bytes > LARGEST_ANSWER) {
          answer.destroy();
          throw new BellwetherError('ENDPOINT_FAILED', `${url.host} answers with more than ${LARGEST_ANSWER} bytes`);
        }
        parts.push(part);
      }
      const status = answer.statusCode ?? 502;
      const headers = new Headers();
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        headers.append(answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!);
      const isEmpty = [101, 204, 205, 304].includes(status);
      return new Response(isEmpty ? null : Buffer.concat(parts), { status, headers });
    },
    close: () => agents.close(),
  };
}
