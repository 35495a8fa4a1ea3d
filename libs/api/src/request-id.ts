import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The caller's id where it is harmless to echo and log, else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
}
