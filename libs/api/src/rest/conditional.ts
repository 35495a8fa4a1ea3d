import type { FastifyInstance } from 'fastify';
import { namesTag, VALIDATED } from '../finished/index.js';
import { etagOf } from './revalidate.js';

/** Where an answer is of the moment, or the same for ever anyway. */
const NEVER = /^\/(healthz|readyz|metrics|assets\/)/;

/**
 * Whatever GET answers as a whole and without a tag of its own is tagged by its bytes, so that who has it already is
 * answered 304 (RFC 9110 §13). Streams are not: their end is not known when they begin.
 */
export function tagAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload: unknown) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || reply.hasHeader('etag')) return payload;
    if (!(typeof payload === 'string' || Buffer.isBuffer(payload)) || NEVER.test(request.url)) return payload;
    const etag = etagOf(typeof payload === 'string' ? payload : payload.toString('latin1'));
    void reply.header('etag', etag);
    if (!reply.hasHeader('cache-control')) void reply.headers(VALIDATED);
    if (!namesTag(request.headers['if-none-match'], etag)) return payload;
    void reply.status(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}
