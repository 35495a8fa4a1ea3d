import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Notice } from './event.js';
import { signed } from './signature.js';

const TIMEOUT_MS = 10_000;

export interface Hook {
  readonly url: string;
  readonly secret: string;
}

/** What receivers get. */
export function bodyOf({ id, topic, key, at, data }: Notice): string {
  return JSON.stringify({ id, type: topic, key, timestamp: new Date(at).toISOString(), data });
}

/**
 * Posts a notice and resolves to the status of the answer. Goes to the address that is configured and to no other:
 * redirects are not followed, proxies not used. Rejects when there is no answer within ten seconds.
 */
export function post(notice: Notice, { url, secret }: Hook, now: number): Promise<number> {
  const body = bodyOf(notice);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'bellwether',
    ...signed(body, { id: notice.id, timestamp: Math.floor(now / 1000), secret }),
  };
  const request = url.startsWith('https:') ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const asked = request(url, { method: 'POST', headers, signal }, (answer) => {
      answer.resume().on('error', () => undefined); // what it says beyond the status is not read
      answer.on('data', (chunk: Buffer) => void (chunk.length > 65_536 && answer.destroy()));
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
