import { problemOf } from './problem.js';

/** What a question is asked with. */
export interface Asking {
  /** An address of the server, with its query. */
  url(path: string, query?: Query): string;
  /** Fails with BellwetherProblem for any answer but 2xx and, where it is expected, others. */
  ask(url: string, init?: RequestInit, expected?: readonly number[]): Promise<Response>;
}

/** Undefined values are left out; lists go with commas. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export function openAsking(origin: string, options: { key: string | undefined; fetch: typeof fetch }): Asking {
  const base = origin.replace(/\/+$/, '');
  const given: Record<string, string> = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  return {
    url(path, query = {}) {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) search.set(name, typeof value === 'object' ? value.join(',') : String(value));
      const text = search.toString();
      return text === '' ? base + path : `${base}${path}?${text}`;
    },
    async ask(url, init = {}, expected = []) {
      const headers = { ...given, ...(init.headers as Record<string, string> | undefined) };
      const response = await options.fetch(url, { ...init, headers });
      if (response.ok || expected.includes(response.status)) return response;
      throw await problemOf(response);
    },
  };
}
