import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Egress } from '../egress/index.js';
import { BellwetherError } from '#vocabulary';
import { pinnedAgents, SILENT_MS } from './dial.js';
import { failed } from './source.js';

const MOST_HOPS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface HttpRequestsOptions {
  readonly egress: Egress;
  readonly ca: string | undefined;
  /** The only origin that gets `headers`. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Expecting {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Further statuses that are answers. */
  readonly statuses?: readonly number[];
}

/** Requests that follow redirects, each hop pinned for itself, never from https to http. */
export interface HttpRequests {
  /** An answer with status 200, or one that is expected; its body is still to be read, or destroyed. */
  send(address: URL, more?: Expecting): Promise<IncomingMessage>;
  text(address: URL, maxBytes: number): Promise<string>;
  close(): void;
}

export function openHttpRequests({ egress, ca, origin, headers }: HttpRequestsOptions): HttpRequests {
  const agents = pinnedAgents(egress, { ca });

  async function send(given: URL, more: Expecting = {}): Promise<IncomingMessage> {
    let address = given;
    for (let hop = 0; hop <= MOST_HOPS; hop++) {
      const answer = await once(address, more);
      const { statusCode = 0 } = answer;
      if (statusCode === 200 || more.statuses?.includes(statusCode)) return answer;
      answer.destroy();
      const { location } = answer.headers;
      if (!REDIRECTS.includes(statusCode) || location === undefined)
        throw failed(`${address.host} answers ${statusCode}`);
      if (!URL.canParse(location, address.href)) throw failed(`${address.host} sends to an address that is none`);
      const next = new URL(location, address);
      if (address.protocol === 'https:' && next.protocol !== 'https:')
        throw failed(`${address.host} sends from https to another protocol`);
      address = next;
    }
    throw failed(`${address.host} sends from one address to the next`);
  }

  function once(address: URL, more: Expecting, isAgain = false): Promise<IncomingMessage> {
    const isSecure = address.protocol === 'https:';
    if (!isSecure && address.protocol !== 'http:')
      return Promise.reject(new BellwetherError('EGRESS_REFUSED', 'the address is neither https nor http'));
    return new Promise((resolve, reject) => {
      const request = (isSecure ? https : http).request(address, {
        method: more.method ?? 'GET',
        agent: isSecure ? agents.https : agents.http,
        timeout: SILENT_MS,
        headers: {
          'user-agent': 'Bellwether',
          'accept-encoding': 'identity',
          ...more.headers,
          ...(address.origin === origin ? headers : {}),
        },
      });
      request.once('response', resolve);
      request.once('timeout', () => request.destroy(failed(`${address.host} does not answer`)));
      request.once('error', (error: Error) => {
        // A server may end an idle connection at the moment at which it is used again.
        const isStale = request.reusedSocket && !isAgain && 'code' in error && error.code === 'ECONNRESET';
        if (isStale) once(address, more, true).then(resolve, reject);
        else reject(failed(`${address.host} does not answer`, error));
      });
      request.end();
    });
  }

  async function text(address: URL, maxBytes: number): Promise<string> {
    const answer = await send(address);
    const parts: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const part of answer as AsyncIterable<Uint8Array>) {
        bytes += part.length;
        if (bytes > maxBytes) throw failed(`${address.host}: a page of the listing has more than ${maxBytes} bytes`);
        parts.push(part);
      }
    } catch (error) {
      throw failed(`${address.host}: the listing was cut off`, error);
    } finally {
      answer.destroy();
    }
    return Buffer.concat(parts).toString('utf8');
  }

  return { send, text, close: () => agents.close() };
}
