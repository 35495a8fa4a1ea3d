import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { namesTag, VALIDATED } from '../finished/index.js';

/** A strong entity tag of any text that names the exact content. */
export const etagOf = (...names: readonly string[]): string =>
  `"${hash('sha256', names.join('\n'), 'base64url').slice(0, 27)}"`;

/**
 * Sets the validators of an answer. True when the asker has it already: the status is then 304, and there is nothing
 * to send.
 */
export function revalidated(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  void reply.headers({ etag, ...VALIDATED });
  if (!namesTag(request.headers['if-none-match'], etag)) return false;
  void reply.status(304);
  return true;
}
