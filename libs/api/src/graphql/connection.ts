import type { Page } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { LIMITS } from '../ask/limits.js';

/** Arguments of a connection (GraphQL Cursor Connections Specification), forward only. */
export interface Forward {
  readonly first?: number;
  readonly after?: string;
}

/** A page as the specification of connections shapes it. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const FIRST = 100;
const LONGEST = 2048;

/** A place in a list: the cursor of a page, and how many of its items lie before. */
interface Place {
  readonly page: string | undefined;
  readonly skip: number;
}

const cursorOf = ({ page, skip }: Place): string =>
  Buffer.from(JSON.stringify([page ?? null, skip]), 'utf8').toString('base64url');

function placeOf(after: string | undefined): Place {
  if (after === undefined) return { page: undefined, skip: 0 };
  const refuse = (): BellwetherError => new BellwetherError('REQUEST_INVALID', 'after: expected the cursor of an edge');
  let read: unknown;
  try {
    if (after.length > LONGEST) throw refuse();
    read = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    throw refuse();
  }
  const [page, skip] = Array.isArray(read) ? (read as unknown[]) : [];
  if (
    (page !== null && typeof page !== 'string') ||
    !Number.isInteger(skip) ||
    Number(skip) < 0 ||
    Number(skip) > LIMITS.page
  )
    throw refuse();
  return { page: page ?? undefined, skip: Number(skip) };
}

/**
 * Edges of the list that `fetch` reads by pages, each with a cursor of its own. Cursors hold everything, so nothing is
 * kept; the last one of a page leads to the next page.
 */
export async function connectionOf<T>(
  { first = FIRST, after }: Forward,
  fetch: (page: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<T>>,
): Promise<Connection<T>> {
  if (!Number.isInteger(first) || first < 1 || first > LIMITS.page)
    throw new BellwetherError('REQUEST_INVALID', `first: expected a whole number, 1 to ${LIMITS.page}`);
  const { page, skip } = placeOf(after);
  const { items, next } = await fetch({ limit: Math.min(LIMITS.page, skip + first), cursor: page });
  const nodes = items.slice(skip);
  const edges = nodes.map((node, index) => {
    const isLast = index === nodes.length - 1 && next !== null;
    return { node, cursor: cursorOf(isLast ? { page: next, skip: 0 } : { page, skip: skip + index + 1 }) };
  });
  const pastThePage = next === null ? null : cursorOf({ page: next, skip: 0 });
  return {
    edges,
    pageInfo: {
      hasNextPage: next !== null,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? pastThePage,
    },
  };
}
