import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Principal } from '#access';
import { credentialsOf } from '../authorise/request.js';
import { entryOf, reasonOf } from '../guard/trail.js';
import { requestId } from '../request-id.js';
import type { ApiOptions, ApiServices } from '../services.js';
import { type Finished, namesTag, sendingOf, unchangedOf } from './answer.js';
import { type FinishedAnswers, LONGEST_TARGET, type Wanted } from './finished-answers.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

interface Options {
  readonly services: Pick<ApiServices, 'authenticate' | 'rates' | 'audit'>;
  readonly finished: FinishedAnswers;
  /** Makes what nobody has asked yet, if that needs nothing but memory; throws or gives undefined otherwise. */
  readonly assemble: (wanted: Wanted) => Finished | undefined;
  readonly answered: ApiOptions['answered'];
  /** Further headers of every answer: names and values in turn. */
  readonly further: readonly string[];
}

const NONE: readonly string[] = [];
const HOT = ['/v1/series?', '/v1/charts/series.'];

/**
 * Answers that need nothing but memory go out before the frameworks see the request. Everything else goes on to them:
 * whatever is not plainly right is decided, and refused, in one place only. Returns the way to stop.
 */
export function serveFinished(
  server: Server,
  { services, finished, assemble, answered, further }: Options,
): () => void {
  const { rates, audit } = services;
  const frameworks = server.listeners('request') as Listener[];
  let isOpen = true;

  function answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url: target = '', headers } = request;
    if (!isOpen || method !== 'GET' || target.length > LONGEST_TARGET || !HOT.some((hot) => target.startsWith(hot)))
      return false;
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return false;
    const began = performance.now();
    const principal: Principal | Promise<unknown> | undefined = services.authenticate(credentialsOf(request));
    if (principal instanceof Promise) principal.catch(() => undefined); // the frameworks ask again, and say so
    if (principal === undefined || principal instanceof Promise) return false;
    if (audit?.isBehind === true) return false;
    const wanted = { principal, accept: headers.accept, target };
    const found = finished.get(wanted) ?? assemble(wanted);
    if (!found) return false;
    const isKnown = namesTag(headers['if-none-match'], found.etag);
    const { head, body } = isKnown ? unchangedOf(found) : sendingOf(found, headers['accept-encoding']);
    const taken = rates?.take(principal.id);
    // It is counted again there; who is over its rate may wait a request longer.
    if (taken && taken.retryAfter > 0) return false;
    const id = requestId(request);
    head[head.length - 1] = id;
    const status = isKnown ? 304 : 200;
    const rate = taken ? ['ratelimit-policy', rates?.policy ?? '', 'ratelimit', taken.field] : NONE;
    response.writeHead(status, head.concat(further, rate));
    response.end(body);
    if (audit) {
      const seen = { at: Date.now(), principal, door: 'rest', request: id, reason: reasonOf(headers['x-reason']) };
      for (const note of found.notes ?? []) audit.record(entryOf(seen, note));
    }
    answered?.({ door: 'rest', route: found.route, status, seconds: (performance.now() - began) / 1000 });
    return true;
  }

  function attempt(request: IncomingMessage, response: ServerResponse): boolean {
    try {
      return answer(request, response);
    } catch (error) {
      if (response.headersSent) throw error;
      return false; // the frameworks find the same, and say so
    }
  }

  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (attempt(request, response)) return;
    for (const listener of frameworks) listener.call(server, request, response);
  });
  return () => {
    isOpen = false;
  };
}
