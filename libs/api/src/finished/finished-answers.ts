import { LRUCache } from 'lru-cache';
import { ACTIONS, type Policy, type Principal, reachKey } from '#access';
import { formAccepted } from '../rest/forms.js';
import { type Draft, finish, type Finished } from './answer.js';

/** Who asks for what, as far as the request's first line and headers say. */
export interface Wanted {
  readonly principal: Principal;
  readonly accept: string | undefined;
  /** Path and query as they came. */
  readonly target: string;
}

/**
 * Answers by what was asked, to the letter, and by what the asker reaches: nobody is given what was made for another
 * reach. Only answers that hold are given.
 */
export interface FinishedAnswers {
  get(wanted: Wanted): Finished | undefined;
  keep(wanted: Wanted, draft: Draft): Finished;
  /** The body of an entity tag, if some answer has it. */
  bodyOf(etag: string): Buffer | undefined;
}

/** Longer ones are answered, and not remembered. */
export const LONGEST_TARGET = 2048;
const LARGEST = 1 << 20;
const OVERHEAD = 2000;

export function openFinishedAnswers({ maxBytes, policy }: { maxBytes: number; policy: Policy }): FinishedAnswers {
  const answers = new LRUCache<string, Finished>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ body }) => 2 * body.length + OVERHEAD,
    dispose: ({ etag, body }) => {
      if (bodies.get(etag) === body) bodies.delete(etag);
    },
  });
  const bodies = new Map<string, Buffer>();
  const reaches = new Map<string, number>();
  const reachOf = new WeakMap<Principal, number>();

  /** A number for everything the policy lets a principal reach: equal numbers see equal content. */
  function reachNumber(principal: Principal): number {
    let number = reachOf.get(principal);
    if (number === undefined) {
      const text = JSON.stringify(ACTIONS.map((action) => reachKey(policy.reach(principal, action))));
      number = reaches.get(text) ?? reaches.size;
      reaches.set(text, number);
      reachOf.set(principal, number);
    }
    return number;
  }
  const nameOf = ({ principal, accept, target }: Wanted): string =>
    `${reachNumber(principal)}${formAccepted(accept) ?? ''} ${target}`;

  return {
    get(wanted) {
      const name = nameOf(wanted);
      const found = answers.get(name);
      if (found === undefined || found.holds()) return found;
      answers.delete(name);
      return undefined;
    },
    keep(wanted, draft) {
      const finished = finish(draft);
      if (maxBytes > 0 && draft.body.length <= LARGEST && wanted.target.length <= LONGEST_TARGET) {
        answers.set(nameOf(wanted), finished);
        bodies.set(draft.etag, draft.body);
      }
      return finished;
    },
    bodyOf: (etag) => bodies.get(etag),
  };
}
