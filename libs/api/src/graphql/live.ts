import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { authorisedQuestions } from '../authorise/authorised-questions.js';
import { credentialsOf } from '../authorise/request.js';
import type { ApiLog, ApiServices } from '../services.js';
import type { GraphqlContext } from './asking.js';
import { BOUNDS, boundedOperation } from './bounds.js';
import { formattedError } from './errors.js';

const LARGEST_MESSAGE = 1 << 16;
const MOST_CONNECTIONS = 1000;
const MOST_OPERATIONS = 20;
const PATH = '/graphql';

interface Extra extends Record<PropertyKey, unknown> {
  readonly request: IncomingMessage;
  context?: GraphqlContext;
  operations?: number;
}

/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol) on the same address. A browser cannot set headers there,
 * so the key may also come as `key` in the payload of connection_init. Returns the way to close it.
 */
export function serveLive(
  server: Server,
  parts: { schema: GraphQLSchema; services: ApiServices; log: ApiLog },
): () => Promise<void> {
  const { schema, services, log } = parts;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });

  async function contextOf(
    request: IncomingMessage,
    params: Readonly<Record<string, unknown>> | undefined,
  ): Promise<GraphqlContext | undefined> {
    const fromHeaders = credentialsOf(request);
    const given = params?.['key'];
    const key = fromHeaders.key ?? (given === undefined ? undefined : String(given));
    const principal = await services.authenticate({ ...fromHeaders, key });
    return principal && { questions: authorisedQuestions({ ...services, principal }) };
  }

  const shown = (error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError =>
    error instanceof GraphQLError ? formattedError(error.toJSON(), error, log) : error;

  const protocol = useServer<Record<string, unknown>, Extra>(
    {
      schema,
      connectionInitWaitTimeout: 10_000,
      async onConnect({ extra, connectionParams }) {
        const context = await contextOf(extra.request, connectionParams);
        if (!context) return false;
        extra.context = context;
        return true;
      },
      context: ({ extra }) => ({ ...extra.context }),
      onSubscribe({ extra }, _id, { query, variables, operationName }) {
        extra.operations = (extra.operations ?? 0) + 1;
        if (extra.operations > MOST_OPERATIONS)
          return [new GraphQLError(`at most ${MOST_OPERATIONS} operations at once`)];
        try {
          const document = parse(query, { maxTokens: BOUNDS.tokens });
          const errors = validate(schema, document, [...specifiedRules, boundedOperation]);
          if (errors.length > 0) return errors;
          return { schema, document, variableValues: variables, operationName, contextValue: { ...extra.context } };
        } catch (error) {
          return [error instanceof GraphQLError ? error : new GraphQLError('the document cannot be read')];
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
    await protocol.dispose();
  };
}
