import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { headOf } from './answer.js';
import { connections } from './connections.js';
import { type Answer, type Answering, answering, type Reply } from './reply.js';

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;
type ConnectionListener = (socket: Socket) => void;

interface Served {
  readonly isSecure: boolean;
  /** Further headers of every answer: names and values in turn. */
  readonly further: readonly string[];
}

/**
 * Answers that need nothing but memory go out before the frameworks see the request: where it can be read without
 * doubt, before node:http does. Everything else goes on to them: whatever is not plainly right is decided, and refused, in one
 * place only. Returns the way to stop.
 */
export function serveFinished(server: Server, { isSecure, further, ...means }: Answering & Served): () => void {
  const reply = answering(means);
  let isOpen = true;
  const answer: Answer = (request) => (isOpen ? reply(request) : undefined);

  const frameworks = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  function respond(made: Reply | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (!made) {
      for (const listener of frameworks) listener.call(server, request, response);
      return;
    }
    response.writeHead(made.status, headOf(made.sending, made.own.concat(further)));
    response.end(made.sending.body);
    made.sent();
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const made = answer(request);
    if (!(made instanceof Promise)) respond(made, request, response);
    else
      void made.then((later) => {
        if (!response.destroyed) respond(later, request, response);
      });
  });

  const connected = isSecure ? 'secureConnection' : 'connection';
  const parsers = server.listeners(connected) as ConnectionListener[];
  server.removeAllListeners(connected);
  const { take, close } = connections({
    answer,
    handOver: (socket) => {
      for (const listener of parsers) listener.call(server, socket);
    },
    keepAlive: server.keepAliveTimeout,
    further,
  });
  server.on(connected, take);

  return () => {
    isOpen = false;
    close();
  };
}
