import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BellwetherError } from '#vocabulary';
import type { ApiLog } from '../services.js';
import { formattedError } from './errors.js';
import { type AskedOperation, boundsCheck, type Operations, textOf, variablesOf } from './operations.js';

const PATH = '/graphql';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Stands before the GraphQL server: puts the text of an agreed operation in the place of its hash, and turns away
 * strangers, batches, and what is too large before its types are looked at. Answers as GraphQL does.
 */
export function guardGraphql(fastify: FastifyInstance, parts: { operations: () => Operations; log: ApiLog }): void {
  const { operations, log } = parts;
  const check = boundsCheck();

  function refuse(reply: FastifyReply, error: unknown): FastifyReply {
    const shown = formattedError({ message: '' }, error, log);
    const status = error instanceof BellwetherError ? error.http : 400;
    return reply
      .status(status)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ errors: [shown] }));
  }

  function pass({ method, principal, body, query }: FastifyRequest): void {
    const isPost = method === 'POST';
    const asked = isPost ? body : query;
    if (Array.isArray(asked)) throw new BellwetherError('REQUEST_INVALID', 'operations are not taken in batches');
    if (!isObject(asked)) return;
    const text = textOf(asked as AskedOperation, { operations: operations(), principal });
    if (text === undefined) return;
    if (!principal) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
    const problem = check(text, variablesOf(asked['variables']));
    if (problem) throw problem;
    if (!isPost) return;
    asked['query'] = text;
    if (asked['documentId'] !== undefined) delete asked['documentId'];
    if (isObject(asked['extensions'])) delete asked['extensions']['persistedQuery'];
  }

  fastify.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== PATH) return;
    try {
      pass(request);
    } catch (error) {
      return refuse(reply, error);
    }
  });
}
