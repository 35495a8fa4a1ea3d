import { type MouseEvent, useCallback, useSyncExternalStore } from 'react';

/** The address bar holds the whole state of a page, so that every state can be sent to a colleague. */

const listeners = new Set<() => void>();
const changed = (): void => listeners.forEach((listener) => listener());
window.addEventListener('popstate', changed);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
const here = (): string => location.pathname + location.search;

/** Path and query of the page; renders again when they change. */
export function useHere(): { readonly path: string; readonly query: URLSearchParams } {
  const text = useSyncExternalStore(subscribe, here);
  const [path = '/', query = ''] = text.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === here()) return;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to);
  changed();
  if (how === 'push' && !to.startsWith(location.pathname + '?')) window.scrollTo(0, 0);
}

/** `undefined` removes a parameter. Colons and commas stay readable. */
export function addressWith(
  path: string,
  changes: Readonly<Record<string, string | undefined>>,
  query: URLSearchParams = new URLSearchParams(),
): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

type Setting = (changes: Readonly<Record<string, string | undefined>>, how?: 'push' | 'replace') => void;

/** The parameters of this page, and the way to change some of them. */
export function useQuery(): [URLSearchParams, Setting] {
  const { query } = useHere();
  const set = useCallback<Setting>((changes, how = 'push') => {
    go(addressWith(location.pathname, changes, new URLSearchParams(location.search)), how);
  }, []);
  return [query, set];
}

/** For the `onClick` of a link to a page of ours: a plain click stays in this page, all others are the browser's. */
export function followed(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  const { pathname, search } = event.currentTarget;
  go(pathname + search);
}
