import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BellwetherError } from '#vocabulary';
import { admit, nameAsker } from '../authorise/request.js';
import type { AnsweredRequest, ApiServices } from '../services.js';
import type { Note } from './notes.js';
import { codeOfStatus, entryOf, reasonOf, type Trail } from './trail.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What was asked in this request, for the audit trail. */
    notes: Note[];
    /** Code of the error that it was answered with. */
    failure: string | undefined;
    isRecorded: boolean;
  }
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
/** Requests with a body that change nothing, or whose receipt says more than a trail could. */
const PLAIN = [/^\/graphql/, /^\/soap$/, /^\/v1\/submissions$/, /^\/v1\/uploads/, /^\/v1\/dry-runs$/, /\/preview$/];

/** Identifiers that an address names; nothing that was written by hand. */
const NAMED = ['submission', 'upload', 'feed', 'dataset', 'facility', 'region', 'grant'];

function objectOf({ params, query }: FastifyRequest): string {
  const given = { ...(query as Record<string, unknown>), ...(params as Record<string, unknown>) };
  return NAMED.map((name) => given[name])
    .filter((value): value is string => typeof value === 'string' && /^[\w:.@-]{1,80}$/.test(value))
    .join(' ');
}

/** One entry a question; one for the request where it asked none. */
function record(
  trail: Trail,
  { request, reply, door }: { request: FastifyRequest; reply: FastifyReply; door: string },
): void {
  if (request.isRecorded) return;
  request.isRecorded = true;
  const { principal, id, notes, method, routeOptions } = request;
  const code = request.failure ?? codeOfStatus(reply.statusCode);
  // What is open to everybody is nobody's doing, unless somebody was turned away.
  if (!principal && !['UNAUTHENTICATED', 'TOO_MANY_REQUESTS'].includes(code ?? '')) return;
  const reason =
    reasonOf(request.headers['x-reason']) ?? reasonOf((request.query as Record<string, unknown>)['reason']);
  const seen = { at: Date.now(), principal, door, request: id, reason };
  if (notes.length === 0) {
    const does = `${method} ${routeOptions.url ?? '?'}`;
    return trail.record(entryOf(seen, { does, object: objectOf(request), code: code as Note['code'] }));
  }
  for (const note of notes) trail.record(entryOf(seen, note));
}

/**
 * What every request passes before it is routed: who asks, how often it may, and whether what it does can be recorded;
 * and afterwards the record. What changes something is in the trail, on disk, before it is answered.
 */
export function guard(
  fastify: FastifyInstance,
  { services, doorOf }: { services: ApiServices; doorOf: (route: string) => AnsweredRequest['door'] },
): void {
  const { audit, rates } = services;
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('questions', undefined);
  fastify.decorateRequest('records', undefined);
  fastify.decorateRequest('alarms', undefined);
  fastify.decorateRequest('failure', undefined);
  fastify.decorateRequest('isRecorded', false);
  fastify.decorateRequest<Note[] | null>('notes', null);
  fastify.addHook('onRequest', async (request, reply) => {
    request.notes = [];
    const { principal, refusal } = await admit(request, services);
    if (rates) {
      const { field, retryAfter } = rates.take(principal?.id ?? `@${request.raw.socket.remoteAddress ?? ''}`);
      void reply.header('ratelimit-policy', rates.policy).header('ratelimit', field);
      if (retryAfter > 0)
        throw new BellwetherError(
          'TOO_MANY_REQUESTS',
          'more requests than one may send in a minute',
          {},
          { retryAfter },
        );
    }
    if (refusal) throw refusal;
    if (principal && audit?.isBehind === true)
      throw new BellwetherError('NOT_READY', 'the audit trail cannot be written, so nothing is answered');
    if (principal) nameAsker(request, services, principal);
  });
  if (!audit) return;
  const doorOfRequest = (request: FastifyRequest): string => doorOf(request.routeOptions.url ?? 'none');
  fastify.addHook('onSend', async (request, reply) => {
    const route = request.routeOptions.url ?? '';
    if (SAFE.includes(request.method) || !request.principal || PLAIN.some((plain) => plain.test(route))) return;
    record(audit, { request, reply, door: doorOfRequest(request) });
    await audit.settled();
  });
  fastify.addHook('onResponse', async (request, reply) => {
    if (request.notes) record(audit, { request, reply, door: doorOfRequest(request) });
  });
}
