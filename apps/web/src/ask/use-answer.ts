import { useEffect, useState } from 'react';
import { fetchAnswer, type Problem, Refusal } from './fetch-answer.js';

export interface Answered<T> {
  /** What was answered last; stays while it is asked again. */
  readonly data: T | undefined;
  /** Of the last attempt. */
  readonly problem: Problem | undefined;
  /** The data shown are of another question, or there are none yet. */
  readonly waiting: boolean;
}

interface Held<T> {
  readonly path: string;
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
}

const AGAIN_MS = 5000;

/** How an answer is asked for and read. */
export interface Reading<T> {
  readonly accept: string;
  read(response: Response): Promise<T>;
}
const JSON_TEXT: Reading<unknown> = {
  accept: 'application/json',
  async read(response) {
    const text = await response.text();
    const start = performance.now();
    const data = JSON.parse(text) as unknown;
    performance.measure('answer read', { start, detail: response.url }); // to be seen in a trace
    return data;
  },
};

/**
 * The answer to a path of the REST door, asked again whenever `pulse` changes (a commit touched it). `undefined` asks
 * nothing. The browser keeps answers with their ETag, so an unchanged one costs a header. `reading` is a constant.
 */
export function useAnswer<T>(
  path: string | undefined,
  pulse: number | string = 0,
  reading: Reading<T> = JSON_TEXT as Reading<T>,
): Answered<T> {
  const [held, setHeld] = useState<Held<T>>();
  useEffect(() => {
    if (path === undefined) return;
    const leaving = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      fetchAnswer(path, { signal: leaving.signal, headers: { accept: reading.accept } })
        .then((response) => reading.read(response))
        .then(
          (data) => setHeld({ path, data, problem: undefined }),
          (error: unknown) => {
            if (leaving.signal.aborted) return;
            if (!(error instanceof Refusal)) throw error;
            setHeld((before) => ({
              path,
              data: before?.path === path ? before.data : undefined,
              problem: error.problem,
            }));
            if (error.problem.status === 0 || error.problem.status >= 500) again = setTimeout(ask, AGAIN_MS);
          },
        );
    };
    ask();
    return () => {
      leaving.abort();
      clearTimeout(again);
    };
  }, [path, pulse, reading]);
  if (path === undefined) return { data: undefined, problem: undefined, waiting: false };
  const isOwn = held?.path === path;
  return { data: held?.data, problem: isOwn ? held.problem : undefined, waiting: !isOwn };
}
