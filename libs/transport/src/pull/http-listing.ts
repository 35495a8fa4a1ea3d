import type { JsonListing } from '#registry';
import { failed, type RemoteEntry } from './source.js';

/** A file, and the address at which it is. */
export type Linked = RemoteEntry & { readonly address: URL };

export interface Page {
  readonly files: readonly Linked[];
  readonly next: URL | undefined;
}

const LONGEST_LINK = 4_096;

/**
 * Links of an HTML page, or the lines of a text, that lead to files beneath the page: not to folders, nor to the page
 * itself in another order, nor elsewhere.
 */
export function linksOf(text: string, page: URL): Page {
  const isHtml = /<(?:a|html|!doctype)\b/i.test(text.slice(0, 65_536)) || /<a\s/i.test(text);
  const links = isHtml ? anchorsOf(text) : text.split(/\r?\n/);
  const folder = new URL('.', page).href;
  const files = new Map<string, Linked>();
  for (const link of links) {
    const address = addressOf(link.trim(), page);
    if (!address || address.search !== '' || !address.href.startsWith(folder) || address.href.length <= folder.length)
      continue;
    const path = address.href.slice(folder.length);
    if (path.endsWith('/') || address.href === page.href) continue;
    files.set(path, { ...bare(decoded(path), nameOf(address)), address });
  }
  return { files: [...files.values()], next: undefined };
}

function* anchorsOf(html: string): Generator<string> {
  for (const [tag] of html.matchAll(/<a\s[^<>]{0,8192}>/gi)) {
    const [, double, single, naked] = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag) ?? [];
    const link = double ?? single ?? naked;
    if (link !== undefined) yield link.replaceAll('&amp;', '&');
  }
}

/** The files of a page of JSON. Where it is not of the agreed form, the listing fails: nothing is left out silently. */
export function pageOfJson(text: string, { page, listing }: { page: URL; listing: JsonListing }): Page {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    throw failed('the listing is not JSON');
  }
  const items = listing.items === '' ? whole : at(whole, listing.items);
  if (!Array.isArray(items)) throw failed(`the listing has no list at "${listing.items}"`);
  const files = items.map((item: unknown): Linked => {
    const link = plain(at(item, listing.link));
    const address = link === undefined ? undefined : addressOf(link, page);
    if (!address) throw failed(`a file of the listing has no link at "${listing.link}"`);
    const name = listing.name === undefined ? undefined : plain(at(item, listing.name));
    if (listing.name !== undefined && name === undefined)
      throw failed(`a file of the listing has no "${listing.name}"`);
    const stamp = listing.stamp === undefined ? undefined : plain(at(item, listing.stamp));
    const size = listing.size === undefined ? undefined : Number(plain(at(item, listing.size)) ?? NaN);
    const time = Date.parse(stamp ?? '');
    return {
      // Without the query: it may hold a pass that is another one each time.
      path: name ?? `${address.origin}${address.pathname}`,
      name: name ?? nameOf(address),
      size: Number.isSafeInteger(size) ? size : undefined,
      stamp: stamp ?? '',
      changedAt: /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(stamp ?? '') && !Number.isNaN(time) ? time : undefined,
      address,
    };
  });
  if (new Set(files.map(({ path }) => path)).size < files.length)
    throw failed('two files of the listing have one name');
  const link = listing.next === undefined ? undefined : at(whole, listing.next);
  if (link === undefined || link === null || link === '' || link === false) return { files, next: undefined };
  const next = addressOf(plain(link) ?? '', page);
  if (!next) throw failed(`the listing has no link at "${listing.next ?? ''}"`);
  return { files, next };
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

const plain = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

function addressOf(link: string, page: URL): URL | undefined {
  if (link === '' || link.length > LONGEST_LINK || !URL.canParse(link, page.href)) return undefined;
  const address = new URL(link, page);
  address.hash = '';
  return address;
}

const bare = (path: string, name: string): RemoteEntry => ({
  path,
  name,
  size: undefined,
  stamp: '',
  changedAt: undefined,
});

const nameOf = ({ pathname }: URL): string => decoded(pathname.slice(pathname.lastIndexOf('/') + 1));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
