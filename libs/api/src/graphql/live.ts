import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Credentials, Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import { authorisedAlarms } from '../authorise/authorised-alarms.js';
import { authorisedQuestions } from '../authorise/authorised-questions.js';
import { credentialsOf } from '../authorise/request.js';
import { type Note, notedQuestions } from '../guard/notes.js';
import { entryOf } from '../guard/trail.js';
import { requestId } from '../request-id.js';
import type { ApiLog, ApiServices } from '../services.js';
import type { GraphqlContext } from './asking.js';
import { BOUNDS, excessOf, rulesOf } from './bounds.js';
import { formattedError } from './errors.js';
import { type Operations, textOf } from './operations.js';
import { openLooking } from './still-there.js';

const LARGEST_MESSAGE = 1 << 16;
const MOST_CONNECTIONS = 1000;
const MOST_OPERATIONS = 20;
const PATH = '/graphql';
/** Codes with which a connection is closed whose right has ended, or has become another (RFC 6455, registry of close codes). */
const GONE = CloseCode.Forbidden;
const CHANGED = 1012;

interface Extra extends Record<PropertyKey, unknown> {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  context?: GraphqlContext;
  principal?: Principal;
  /** Ends the looking again at who it is. */
  unfollow?: () => void;
  operations?: number;
}

/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol) on the same address. A browser cannot set headers there,
 * so the key may also come as `key` in the payload of connection_init. Returns the way to close it.
 */
export function serveLive(
  server: Server,
  parts: {
    schema: GraphQLSchema;
    services: ApiServices;
    operations: () => Operations;
    introspection: boolean | undefined;
    log: ApiLog;
  },
): () => Promise<void> {
  const { schema, services, operations, introspection = true, log } = parts;
  const rules = rulesOf(introspection);
  const looking = openLooking({ authenticate: (credentials) => services.authenticate(credentials) });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });

  async function contextOf(
    request: IncomingMessage,
    params: Readonly<Record<string, unknown>> | undefined,
  ): Promise<
    { readonly credentials: Credentials; readonly principal: Principal; readonly context: GraphqlContext } | undefined
  > {
    const fromHeaders = credentialsOf(request);
    const given = params?.['key'];
    const key = fromHeaders.key ?? (given === undefined ? undefined : String(given));
    const credentials = { ...fromHeaders, key };
    const principal = await services.authenticate(credentials);
    if (!principal) return undefined;
    const { audit, alarms: desk, policy } = services;
    const questions = authorisedQuestions({ ...services, principal });
    const alarms = desk && authorisedAlarms({ alarms: desk, policy, principal });
    if (!audit) return { credentials, principal, context: { questions, alarms } };
    const id = requestId(request);
    const noted = (note: Note): void =>
      audit.record(entryOf({ at: Date.now(), principal, door: 'graphql', request: id }, note));
    const context = {
      questions: notedQuestions(questions, noted),
      alarms: alarms && notedQuestions(alarms, noted, 'alarms.'),
    };
    return { credentials, principal, context };
  }

  const shown = (error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError =>
    error instanceof GraphQLError ? formattedError(error.toJSON(), error, log) : error;

  const protocol = useServer<Record<string, unknown>, Extra>(
    {
      schema,
      connectionInitWaitTimeout: 10_000,
      async onConnect({ extra, connectionParams }) {
        const known = await contextOf(extra.request, connectionParams);
        if (!known) return false;
        const { credentials, principal, context } = known;
        Object.assign(extra, { principal, context });
        extra.unfollow = looking.follow({
          credentials,
          principal,
          end: (why) =>
            why === 'gone'
              ? extra.socket.close(GONE, 'the key is not taken any more')
              : extra.socket.close(CHANGED, 'the key may do other things now: connect again'),
        });
        return true;
      },
      onClose: ({ extra }) => extra.unfollow?.(),
      context: ({ extra }) => ({ ...extra.context }),
      onSubscribe({ extra }, _id, { variables, operationName, ...asked }) {
        extra.operations = (extra.operations ?? 0) + 1;
        const { retryAfter = 0 } = (extra.principal && services.rates?.take(extra.principal.id)) ?? {};
        if (retryAfter > 0) return [new GraphQLError(`too many requests; again in ${retryAfter} s`)];
        if (extra.operations > MOST_OPERATIONS)
          return [new GraphQLError(`at most ${MOST_OPERATIONS} operations at once`)];
        try {
          const text = textOf(asked, { operations: operations(), principal: extra.principal }) ?? '';
          const document = parse(text, { maxTokens: BOUNDS.tokens });
          const tooLarge = excessOf(document, variables);
          const errors = tooLarge ? [tooLarge] : validate(schema, document, rules);
          if (errors.length > 0) return errors;
          return { schema, document, variableValues: variables, operationName, contextValue: { ...extra.context } };
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          const originalError = error instanceof BellwetherError ? error : undefined;
          return [new GraphQLError('the document cannot be read', { originalError })];
        }
      },
      onError: (_context, _id, _message, errors) => errors.map(shown),
      onNext(_context, _id, _message, _args, { data, errors }): FormattedExecutionResult | undefined {
        return errors && { data: data ?? null, errors: errors.map(shown) };
      },
      onComplete({ extra }) {
        extra.operations = Math.max(0, (extra.operations ?? 1) - 1);
      },
    },
    sockets,
  );

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refused =
      request.url?.split('?')[0] !== PATH
        ? '404 Not Found'
        : sockets.clients.size >= MOST_CONNECTIONS
          ? '503 Service Unavailable'
          : undefined;
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  }
  server.on('upgrade', upgrade);

  return async () => {
    server.off('upgrade', upgrade);
    for (const client of sockets.clients) client.close(CloseCode.InternalServerError, 'going away');
    looking.close();
    await protocol.dispose();
  };
}
