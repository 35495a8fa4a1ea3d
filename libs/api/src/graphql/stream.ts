import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { BellwetherError } from '#vocabulary';
import { credentialsOf } from '../authorise/request.js';
import type { ApiLog, ApiServices } from '../services.js';
import type { GraphqlContext } from './asking.js';
import { BOUNDS, excessOf, rulesOf } from './bounds.js';
import { formattedError } from './errors.js';
import { type Operations, textOf } from './operations.js';
import { openLooking } from './still-there.js';

export const STREAM_PATH = '/graphql/stream';
const MOST_STREAMS = 1000;
const MOST_STREAMS_EACH = 20;
const LOOK_AGAIN_MS = 20;

interface Parts {
  readonly authenticate: ApiServices['authenticate'];
  readonly schema: () => GraphQLSchema;
  readonly operations: () => Operations;
  /** Undefined: shown. */
  readonly introspection: boolean | undefined;
  readonly log: ApiLog;
}

/**
 * GraphQL over server-sent events (the graphql-sse protocol, a connection for each operation) at {@link STREAM_PATH}, for
 * those whom WebSockets do not reach: proxies, `curl -N`. A reader that does not keep up is not read for until it does.
 */
export function serveStream(fastify: FastifyInstance, parts: Parts): void {
  const { authenticate, schema, operations, introspection = true, log } = parts;
  const looking = openLooking({ authenticate });
  const rules = rulesOf(introspection);
  const open = new Map<string, number>();
  const answers = new Set<ServerResponse>();

  const shown = (error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError =>
    error instanceof GraphQLError ? formattedError(error.toJSON(), error, log) : error;
  const failed = (error: unknown) => ({ data: null, errors: [wrapped(error)] });

  /** The package takes all there is into memory; so it is given nothing more while the reader has not taken the last. */
  async function taken({ raw }: FastifyReply): Promise<void> {
    while (raw.writableLength > 0 && !raw.destroyed) await sleep(LOOK_AGAIN_MS);
  }

  const handle = createHandler<GraphqlContext & Record<PropertyKey, unknown>>({
    authenticate: () => null,
    async subscribe(args) {
      const result = await subscribe(args);
      return Symbol.asyncIterator in result ? telling(result) : result;
    },
    onSubscribe({ raw: { principal, questions, alarms } }, asked) {
      try {
        const text = textOf(asked, { operations: operations(), principal }) ?? '';
        const document = parse(text, { maxTokens: BOUNDS.tokens });
        const tooLarge = excessOf(document, asked.variables);
        const errors = tooLarge ? [tooLarge] : validate(schema(), document, rules);
        if (errors.length > 0) return { data: null, errors };
        const { variables, operationName } = asked;
        return {
          schema: schema(),
          document,
          variableValues: variables,
          operationName,
          contextValue: { questions, alarms },
        };
      } catch (error) {
        return failed(error);
      }
    },
    async onNext(_, { context: { reply } }, result): Promise<ExecutionResult> {
      await taken(reply);
      const { data = null, errors } = result as ExecutionResult;
      // The errors are plain objects from here on, as they are sent.
      return { data, ...(errors ? { errors: errors.map(shown) as unknown as readonly GraphQLError[] } : {}) };
    },
  });

  async function stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { principal } = request;
    if (!principal) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
    if (request.headers.accept !== 'text/event-stream')
      throw new BellwetherError('REQUEST_INVALID', 'expected the header Accept: text/event-stream');
    const mine = open.get(principal.id) ?? 0;
    if (answers.size >= MOST_STREAMS || mine >= MOST_STREAMS_EACH)
      throw new BellwetherError('TOO_MANY_REQUESTS', `${mine} streams are open for ${principal.id}`);
    answers.add(reply.raw);
    open.set(principal.id, mine + 1);
    const unfollow = looking.follow({
      credentials: credentialsOf(request.raw),
      principal,
      end: (why) => reply.raw.end(farewell(why, log)),
    });
    reply.raw.once('close', () => {
      unfollow();
      answers.delete(reply.raw);
      const left = (open.get(principal.id) ?? 1) - 1;
      if (left > 0) open.set(principal.id, left);
      else open.delete(principal.id);
    });
    reply.hijack();
    try {
      await handle(request, reply);
    } catch (error) {
      log.error({ err: error }, 'an event stream failed');
      reply.raw.destroy();
    }
  }

  fastify.addHook('preClose', async () => {
    looking.close();
    for (const answer of answers) answer.destroy();
  });
  fastify.route({ method: ['GET', 'POST'], url: STREAM_PATH, exposeHeadRoute: false, handler: stream });
}

/** The same events; an error of their source is the last of them, instead of an end without a word. */
function telling(source: AsyncGenerator<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  let isOver = false;
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      try {
        const { done = false, value } = await source.next();
        return done ? { done, value: undefined } : { done, value };
      } catch (error) {
        isOver = true;
        return { done: false, value: { data: null, errors: [wrapped(error)] } };
      }
    },
    async return() {
      isOver = true;
      await source.return(undefined);
      return { done: true, value: undefined };
    },
    async throw(error) {
      isOver = true;
      await source.return(undefined);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function wrapped(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('the operation cannot be run', { originalError: error instanceof Error ? error : undefined });
}

/** The last of a stream whose right has ended: an error, and that it is complete. */
function farewell(why: 'gone' | 'changed', log: ApiLog): string {
  const detail =
    why === 'gone' ? 'the key is not taken any more' : 'the key may do other things now: ask for the stream again';
  const error = wrapped(new BellwetherError(why === 'gone' ? 'UNAUTHENTICATED' : 'FORBIDDEN', detail));
  const shown = formattedError(error.toJSON(), error, log);
  return `event: next\ndata: ${JSON.stringify({ data: null, errors: [shown] })}\n\nevent: complete\ndata: \n\n`;
}
