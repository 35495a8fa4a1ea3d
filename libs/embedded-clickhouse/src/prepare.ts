import type { Connections, Lent } from './connections.js';
import { literal } from './literal.js';
import {
  likenessOf,
  parameterPreamble,
  preamble,
  preparationOf,
  sessionPreparationOf,
  sessionStart,
} from './preamble.js';
import type { Asked } from './request.js';
import type { Store } from './store.js';

export interface PrepareOptions {
  readonly store: Store;
  readonly connections: Connections;
  readonly asked: Asked;
  /** True where the statement changes nothing of its connection. */
  readonly traceless: boolean;
  readonly verb: string;
  readonly querySeconds: number;
}

/** A connection and what to do with it before and after the statement. */
export interface Prepared {
  readonly lent: Lent;
  /** Statements to run first in the same call; ends in `; ` or is empty. */
  readonly before: string;
  /** Takes back what the request set on a session for itself only. */
  readonly restore: () => Promise<void>;
}

const NOTHING = (): Promise<void> => Promise.resolve();

/** Finds a connection for a request, and the statements that give it the settings asked for. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { connections, asked, traceless, querySeconds } = options;
  if (asked.session !== undefined) return prepareSession(options);
  const preparation = preparationOf(asked, querySeconds);
  const likeness = traceless && asked.logComment === undefined ? likenessOf(preparation) : undefined;
  const lent = connections.lend({ user: asked.user, session: undefined, likeness });
  const before = lent.state === 'prepared' ? parameterPreamble(preparation) : preamble(preparation, lent.tag);
  return { lent, before, restore: NOTHING };
}

/**
 * In a session, settings in the address hold for one request, those of a SET statement for the session. So the former
 * are noted before and put back after, unless the statement is itself a SET.
 */
async function prepareSession({ store, connections, asked, verb, querySeconds }: PrepareOptions): Promise<Prepared> {
  const lent = connections.lend({ user: asked.user, session: asked.session, likeness: undefined });
  const preparation = sessionPreparationOf(asked);
  const before = preamble(preparation, lent.tag);
  const names = verb === 'SET' ? [] : [...preparation.settings.keys()];
  const restore = async (): Promise<void> => {
    if (was !== '') await store.query(lent.connection, `SET ${was}`).catch(() => undefined);
  };
  let was = '';
  try {
    if (lent.state === 'begun') await store.query(lent.connection, sessionStart(querySeconds, lent.tag));
    if (names.length === 0) return { lent, before, restore: NOTHING };
    const list = names.map(literal).join(', ');
    const sql = `SELECT name, value, changed FROM system.settings WHERE name IN (${list})`;
    const { bytes } = await store.query(lent.connection, sql, 'JSONCompactEachRow');
    const rows = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    was = rows
      .map((line) => JSON.parse(line) as [name: string, value: string, changed: number])
      .map(([name, value, changed]) => `${name} = ${changed === 0 ? 'DEFAULT' : literal(value)}`)
      .join(', ');
  } catch (error) {
    lent.giveBack(false);
    throw error;
  }
  return { lent, before, restore };
}
