import { BellwetherError } from '#vocabulary';

export const DEFAULT_API = 'http://127.0.0.1:8080';

/** Asks the running Bellwether over REST. */
export type Door = (path: string, init?: { readonly method: 'GET' | 'POST' }) => Promise<Response>;

/** The api at an address, asked with the key of the environment. What it refuses becomes an error with its words. */
export function doorAt(api: string, env: Readonly<Record<string, string | undefined>>): Door {
  const key = env['BELLWETHER_API_KEY'];
  return async (path, init = { method: 'GET' }) => {
    const response = await fetch(new URL(path, api), {
      ...init,
      headers: { accept: 'application/json, text/csv', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    }).catch((error: unknown) => {
      throw new BellwetherError('NOT_READY', `nothing answers at ${api}; is Bellwether running?`, {}, { cause: error });
    });
    if (response.ok) return response;
    const problem = (await response.json()) as { detail?: string; title?: string };
    throw new BellwetherError('REQUEST_INVALID', problem.detail ?? problem.title ?? `HTTP ${response.status}`);
  };
}
