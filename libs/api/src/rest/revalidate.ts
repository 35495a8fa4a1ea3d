import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether an If-None-Match header names the tag (RFC 9110 §13.1.2, weak comparison). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '');
    return tag === '*' || tag === etag;
  });
}

/** A strong entity tag of any text that names the exact content. */
export const etagOf = (...names: readonly string[]): string =>
  `"${createHash('sha256').update(names.join('\n')).digest('base64url').slice(0, 27)}"`;

/**
 * Sets the validators of an answer. True when the asker has it already: the status is then 304, and there is nothing
 * to send. Answers differ by principal and change with every commit, so caches may keep but must ask again.
 */
export function revalidated(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  void reply
    .header('etag', etag)
    .header('cache-control', 'private, no-cache')
    .header('vary', 'Authorization, X-Api-Key');
  if (!matches(request.headers['if-none-match'], etag)) return false;
  void reply.status(304);
  return true;
}
