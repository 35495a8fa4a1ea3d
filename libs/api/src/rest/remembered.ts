import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Records } from '#analytics';
import type { Draft, FinishedAnswers } from '../finished/index.js';
import type { Fragments } from './fragments.js';
import { revalidated } from './revalidate.js';

/** Injection token of what follows. */
export const REMEMBERED = Symbol('Remembered');

/** What the REST door keeps between requests, and how controllers add to it. */
export interface Remembered {
  readonly finished: FinishedAnswers;
  readonly fragments: Fragments;
  /** To be taken before a question is read: false once a period that was not given may be another one. */
  periodHolds(asked: { dataset: string; period: unknown; to: unknown; epiweeks: unknown }): () => boolean;
  /** Sends an answer, and keeps it for the next who asks the same. */
  send(draft: Draft, exchange: { request: FastifyRequest; reply: FastifyReply }): Buffer | undefined;
}

const always = (): boolean => true;
const never = (): boolean => false;

export function remembered({
  finished,
  fragments,
  records,
}: {
  finished: FinishedAnswers;
  fragments: Fragments;
  records: Records | undefined;
}): Remembered {
  return {
    finished,
    fragments,
    periodHolds: ({ dataset, period, to, epiweeks }) => {
      if (period !== undefined) return never; // tomorrow is another day
      return to !== undefined || epiweeks !== undefined ? always : (records?.untilCommit(dataset) ?? never);
    },
    send(draft, { request, reply }) {
      const { principal, raw } = request;
      if (principal && raw.method === 'GET') {
        finished.keep(
          { principal, accept: request.headers.accept, target: raw.url ?? '' },
          { ...draft, notes: request.notes },
        );
      }
      if (revalidated(request, reply, draft.etag)) return undefined;
      void reply.type(draft.type).headers(draft.headers ?? {});
      return draft.body;
    },
  };
}
