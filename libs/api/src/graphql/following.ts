import { BellwetherError } from '#vocabulary';

/** Events that wait for a reader; one who falls further behind is told to ask again instead of being lied to. */
const MOST_WAITING = 1000;

/**
 * Turns calls into an async iterator that can be waited on, in order and without loss. `start` begins the calls and
 * returns the way to stop them, which happens as soon as the reader leaves. A reader more than {@link MOST_WAITING}
 * events behind gets TOO_MANY_REQUESTS, and nothing more.
 */
export function following<T>(start: (event: (value: T) => void) => () => void): AsyncIterableIterator<T> {
  const waiting: T[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let overrun = false;
  const stop = start((value) => {
    if (waiting.length < MOST_WAITING) waiting.push(value);
    else overrun = true;
    wake?.();
  });
  function end(): void {
    if (ended) return;
    ended = true;
    waiting.length = 0;
    stop();
    wake?.();
  }
  return {
    async next() {
      while (!ended && !overrun && waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (overrun) {
        overrun = false;
        end();
        throw new BellwetherError(
          'TOO_MANY_REQUESTS',
          `the reader fell ${MOST_WAITING} events behind; subscribe again`,
        );
      }
      return ended ? { done: true, value: undefined } : { done: false, value: waiting.shift()! };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
