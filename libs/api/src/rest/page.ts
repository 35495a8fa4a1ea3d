import type { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '#analytics';
import { invalid, LIMITS, type TabularForm } from '../ask/index.js';
import { tableOf } from '../tabular/index.js';
import { tabularFormOf } from './forms.js';
import { pick } from './pick.js';
import { sendTable } from './send-table.js';
import { itemColumns } from './tables/items.js';

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * A cursor of ours is the cursors of the pages until here, with dots between, so that the page before can be named too.
 * One that grows too long forgets its beginning: a dot in front says so.
 */
const pagesOf = (cursor: string | undefined): string[] => cursor?.split('.') ?? [];

/** The cursor that the port gave. */
const ownCursor = (cursor: string | undefined): string | undefined => pagesOf(cursor).at(-1);

function nextCursor(cursor: string | undefined, next: string): string {
  let joined = cursor === undefined ? next : `${cursor}.${next}`;
  while (joined.length > LIMITS.cursor && joined.includes('.', 1)) joined = joined.slice(joined.indexOf('.', 1));
  return joined;
}

/** The cursor of the page before; undefined where it is not known, '' for the first page. */
function previousCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const before = cursor.slice(0, Math.max(0, cursor.lastIndexOf('.')));
  if (before !== '') return before;
  return cursor.startsWith('.') ? undefined : '';
}

/** The cursor that the port gave, and the way to name the pages around; returns the cursor of the next one. */
export function pageLinks(
  exchange: Exchange,
  cursor: string | undefined,
): { readonly own: string | undefined; name(next: string | null): string | null } {
  return {
    own: ownCursor(cursor),
    name(given) {
      const next = given === null ? null : nextCursor(cursor, given);
      linkPages(exchange, cursor, next);
      return next;
    },
  };
}

/** Names the first page, the next and the one before in a Link header (RFC 8288). */
function linkPages({ request, reply }: Exchange, cursor: string | undefined, next: string | null): void {
  const [path = '', query = ''] = request.url.split('?', 2);
  const address = (to: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.delete('cursor');
    if (to !== '') parameters.set('cursor', to);
    const text = parameters.toString();
    return text === '' ? path : `${path}?${text}`;
  };
  const previous = previousCursor(cursor);
  const links = [
    ...(next === null ? [] : [`<${address(next)}>; rel="next"`]),
    ...(previous === undefined ? [] : [`<${address(previous)}>; rel="prev"`]),
    `<${address('')}>; rel="first"`,
  ];
  void reply.header('link', links.join(', '));
}

interface AskedPage {
  readonly cursor?: string | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly format?: 'json' | TabularForm | undefined;
}

interface Listing<T> {
  readonly asked: AskedPage;
  /** A page of the port, from its own cursor on. */
  ask(cursor: string | undefined): Promise<Page<T>>;
  shape(item: T): Item;
  /** Members of an item, in the order of the columns of a table. */
  readonly columns: readonly string[];
  /** Of the file, without its extension. */
  readonly name: string;
}

/** One page of a list: JSON with `items` and `next`, or a table of the same items. */
type Item = Readonly<Record<string, unknown>>;

export async function pageAnswer<T>(
  { asked, ask, shape, columns, name }: Listing<T>,
  exchange: Exchange,
): Promise<StreamableFile | { items: readonly object[]; next: string | null }> {
  const { cursor, fields, format } = asked;
  const links = pageLinks(exchange, cursor);
  const page = await ask(links.own);
  const next = links.name(page.next);
  const items = page.items.map(shape);
  const form = tabularFormOf(format, exchange.request.headers.accept);
  if (form === 'json') return { items: items.map((item) => pick(item, fields)), next };
  return sendTable(tableOf(itemColumns(columns), items), { form, name, fields, reply: exchange.reply });
}

/** A page of a list that is in memory; the cursor is the key of the last item before. */
export function slicedBy<T>(
  items: readonly T[],
  { keyOf, limit, cursor }: { keyOf: (item: T) => string; limit: number; cursor: string | undefined },
): Page<T> {
  const last = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  const start = last === undefined ? 0 : items.findIndex((item) => keyOf(item) === last) + 1;
  if (start === 0 && last !== undefined) throw invalid('cursor', 'expected one from a previous page');
  const found = items.slice(start, start + limit);
  const end = found.at(-1);
  const hasMore = end !== undefined && start + limit < items.length;
  return { items: found, next: hasMore ? Buffer.from(keyOf(end)).toString('base64url') : null };
}
