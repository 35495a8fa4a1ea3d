import type { IncomingMessage } from 'node:http';
import type { Principal } from '#access';
import { credentialsOf } from '../authorise/request.js';
import { entryOf, reasonOf } from '../guard/trail.js';
import { requestId } from '../request-id.js';
import type { ApiOptions, ApiServices } from '../services.js';
import { type Finished, namesTag, type Sending, sendingOf, unchangedOf } from './answer.js';
import { type FinishedAnswers, LONGEST_TARGET, type Wanted } from './finished-answers.js';

/** A request, as far as answers from memory look at it. */
export type Request = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'socket'>;

/** What is to be sent. */
export interface Reply {
  readonly status: 200 | 304;
  readonly sending: Sending;
  /** Further headers, of this answer alone: names and values in turn. */
  readonly own: readonly string[];
  /** To be called once it has been handed to the system: for the audit trail and the metrics. */
  sent(): void;
}

export interface Answering {
  readonly services: Pick<ApiServices, 'authenticate' | 'rates' | 'audit'>;
  readonly finished: FinishedAnswers;
  /** Makes what nobody has asked yet, at once if that needs nothing but memory; undefined, or fails, if it is not for here. */
  readonly assemble: (wanted: Wanted) => Finished | Promise<Finished> | undefined;
  readonly answered: ApiOptions['answered'];
}

const nothing = (): undefined => undefined;

const HOT = ['/v1/series?', '/v1/charts/series.'];
const isHot = (target: string): boolean => target.length <= LONGEST_TARGET && HOT.some((hot) => target.startsWith(hot));

/** Gives undefined, now or later, for whatever is not plainly right: that is decided, and refused, by the frameworks. */
export type Answer = (request: Request) => Reply | Promise<Reply | undefined> | undefined;

/**
 * The one place where it is decided that a request is answered before the frameworks see it: who asks, whether it may and
 * how often, the answer, the record of it.
 */
export function answering({ services, finished, assemble, answered }: Answering): Answer {
  const { rates, audit } = services;

  interface Asked {
    readonly request: Request;
    readonly principal: Principal;
    readonly began: number;
  }

  function reply(request: Request): ReturnType<Answer> {
    const { method, url: target = '', headers } = request;
    if (method !== 'GET' || !isHot(target)) return undefined;
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return undefined;
    const began = performance.now();
    const principal: Principal | Promise<unknown> | undefined = services.authenticate(credentialsOf(request));
    if (principal instanceof Promise) principal.catch(() => undefined); // the frameworks ask again, and say so
    if (principal === undefined || principal instanceof Promise) return undefined;
    if (audit?.isBehind === true) return undefined;
    const wanted = { principal, accept: headers.accept, target };
    const found = finished.get(wanted) ?? assemble(wanted);
    if (!found) return undefined;
    const asked = { request, principal, began };
    return found instanceof Promise ? found.then((made) => replyOf(made, asked)).catch(nothing) : replyOf(found, asked);
  }

  function replyOf(found: Finished, { request, principal, began }: Asked): Reply | undefined {
    const { headers } = request;
    const taken = rates?.take(principal.id);
    // It is counted again there; who is over its rate may wait a request longer.
    if (taken && taken.retryAfter > 0) return undefined;
    const isKnown = namesTag(headers['if-none-match'], found.etag);
    const status = isKnown ? 304 : 200;
    const id = requestId(request);
    return {
      status,
      sending: isKnown ? unchangedOf(found) : sendingOf(found, headers['accept-encoding']),
      // Literals, here and below: to grow arrays and spread objects costs more than all else that is done for a request.
      own:
        rates && taken
          ? ['x-request-id', id, 'ratelimit-policy', rates.policy, 'ratelimit', taken.field]
          : ['x-request-id', id],
      sent() {
        if (audit && found.notes) {
          const seen = { at: Date.now(), principal, door: 'rest', request: id, reason: reasonOf(headers['x-reason']) };
          for (const note of found.notes) audit.record(entryOf(seen, note));
        }
        answered?.({ door: 'rest', route: found.route, status, seconds: (performance.now() - began) / 1000 });
      },
    };
  }

  return (request) => {
    try {
      return reply(request);
    } catch {
      return undefined; // the frameworks find the same, and say so
    }
  };
}
