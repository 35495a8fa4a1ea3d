import { keyOfTab } from './key.js';

/** The body of a refusal (RFC 9457), as every door writes it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
}

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const unreachable: Problem = {
  status: 0,
  code: 'NO_CONNECTION',
  title: 'Bellwether does not answer',
  detail: 'the connection was refused or cut off',
  remedy: 'It is tried again by itself; what is shown may be out of date.',
};

/** Asks the REST door. Fails with a Refusal that says what to do. */
export async function fetchAnswer(path: string, init: RequestInit = {}): Promise<Response> {
  const key = keyOfTab();
  const headers = new Headers(init.headers);
  if (key !== undefined) headers.set('x-api-key', key);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refusal(unreachable);
  }
  if (response.ok) return response;
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  throw new Refusal(isProblem ? ((await response.json()) as Problem) : { ...unreachable, status: response.status });
}

export async function fetchJson<T>(path: string, init?: RequestInit): Promise<T> {
  return (await fetchAnswer(path, init)).json() as Promise<T>;
}
