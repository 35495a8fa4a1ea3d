import { BellwetherError } from '#vocabulary';
import type { Configuration } from '#registry';
import type { StoredSubmission } from '#raw-store';
import {
  type Engine,
  type SlotRow,
  type SpokenSlot,
  insertLedger,
  insertUndone,
  ledgerPage,
  slotsOfSubmission,
  statesReached,
} from '#warehouse';
import { SILENCE } from './close-units.js';
import type { Counting } from './counting.js';
import { ledgerEntry } from './ledger-entry.js';
import { writeSlots } from './write-slots.js';

/**
 * `undo`: as if the submission had never come; what stood before it stands again, and later versions stay. Undoing an
 * order takes the order back. `withdraw`: the sender takes back what it had said; the facility-days are withdrawn until
 * a higher version speaks.
 */
const ORDER_KINDS = ['undo', 'withdraw'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** What an operator or a sender wants done with a submission: itself a submission of the raw store, of kind `order`. */
export interface OrderContent {
  readonly order: OrderKind;
  readonly submission: string;
  /** Why, in the words of who gave it: 1 to 500 characters. */
  readonly reason: string;
  /** Principal who gave it. */
  readonly by: string;
  /** Milliseconds since the epoch; makes two equal orders two submissions. */
  readonly at: number;
}

/** A submission that an order is about; with what it says when it is an order itself. */
export interface Target {
  readonly stored: StoredSubmission;
  readonly order: OrderContent | undefined;
}

export interface Order {
  readonly stored: StoredSubmission;
  readonly content: OrderContent;
  /** The submission it is about; while that is an order, the one that is about, and so on down to a file. */
  readonly about: readonly [Target, ...Target[]];
}

/** Reads the content of an order as it lies in the raw store. Throws INTERNAL: nobody but us writes them. */
export function readOrder(bytes: Uint8Array): OrderContent {
  const given: unknown = JSON.parse(Buffer.from(bytes).toString());
  const isOrder = (value: unknown): value is OrderContent => {
    const { order, submission, reason, by, at } = (value ?? {}) as Record<string, unknown>;
    const isKind = ORDER_KINDS.some((kind) => kind === order);
    return isKind && typeof submission === 'string' && typeof reason === 'string' && typeof by === 'string' && typeof at === 'number'; // prettier-ignore
  };
  if (!isOrder(given)) throw new BellwetherError('INTERNAL', 'an order of the raw store cannot be read');
  return given;
}

/** Rows that put silence in the place of what a submission said, at exactly its version: whatever outranks it stays. */
export function withdrawingRows(
  spoken: readonly SpokenSlot[],
  { dataset, stored }: { dataset: string; stored: Pick<StoredSubmission, 'submission' | 'feed' | 'receivedAt'> },
): SlotRow[] {
  const { submission, feed, receivedAt } = stored;
  return spoken.map(({ facility, day, unit, ver, tie, gen, zip }) => ({
    origin: { dataset, tie, gen: gen + 1, arrived: receivedAt, submission, feed },
    content: { ...SILENCE, day, facility, unit, version: ver, zip },
  }));
}

interface Means {
  readonly engine: Engine;
  readonly counting: Counting;
  readonly configuration: Configuration;
}

const NOT_YET: ReadonlySet<string> = new Set(['received', 'awaiting_password']);
/** States of what the ledger has acknowledged as counted, whatever was ordered about it since. */
export const COUNTED: ReadonlySet<string> = new Set(['loaded', 'withdrawn', 'undone']);

interface Outcome {
  /** Whose slots count no more, or count again. */
  readonly end: StoredSubmission;
  readonly isUndone: boolean;
  /** The states that submissions get, besides the order itself, which is `loaded`. */
  readonly states: readonly { readonly stored: StoredSubmission; readonly state: 'loaded' | 'undone' | 'withdrawn' }[];
}

/** Undoing an order lets count again what it undid, and so on along the orders, to the one whose slots are concerned. */
function outcomeOf({ content, about }: Order): Outcome {
  if (content.order === 'withdraw')
    return { end: about[0].stored, isUndone: false, states: [{ stored: about[0].stored, state: 'withdrawn' }] };
  const states: { stored: StoredSubmission; state: 'loaded' | 'undone' | 'withdrawn' }[] = [];
  let isUndone = true;
  for (const [i, { stored, order }] of about.entries()) {
    states.push({ stored, state: isUndone ? 'undone' : 'loaded' });
    if (order?.order === 'undo' && i < about.length - 1) {
      isUndone = !isUndone;
      continue;
    }
    const withdrawn = order && about[i + 1]?.stored;
    if (withdrawn) states.push({ stored: withdrawn, state: isUndone ? 'loaded' : 'withdrawn' });
    return { end: stored, isUndone, states };
  }
  return { end: about[0].stored, isUndone, states };
}

export async function carryOut(order: Order, { engine, counting, configuration }: Means): Promise<boolean> {
  const { stored, content, about } = order;
  const target = about[0].stored;
  const feed = configuration.feeds.get(stored.feed);
  if (!feed) throw new BellwetherError('UNKNOWN_FEED', `feed "${stored.feed}" is not configured`);
  const { dataset } = feed;
  // In one statement: while the order itself is not known, nothing that was ordered later can have changed its target.
  const reached = await statesReached(engine, [stored.submission, target.submission]);
  const own = reached.get(stored.submission);
  if (own && own.state !== 'received') return true; // another worker has carried it out
  const known = reached.get(target.submission);
  if (!known || NOT_YET.has(known.state)) return false;
  if (!COUNTED.has(known.state))
    throw new BellwetherError('REQUEST_INVALID', `the submission is ${known.state}: it does not count`);

  // Whoever carries it out, and however late: after what it is about, before what is ordered about it.
  const at = Math.max(stored.receivedAt, known.at) + 1;
  const { end, isUndone, states } = outcomeOf(order);
  const spoken = await slotsOfSubmission(engine, { dataset, submission: end.submission });
  if (content.order === 'withdraw') {
    const rows = withdrawingRows(spoken, { dataset, stored });
    await writeSlots(engine, dataset, rows);
  } else {
    const undone = { dataset, submission: end.submission, at: stored.receivedAt, order: stored.submission, isUndone };
    await insertUndone(engine, undone);
  }

  const changed = spoken.map(({ facility, day, zip }) => ({ facility, day, zip, feed: feed.id }));
  const { rev } = await counting.count(dataset, changed, configuration);
  const entries = [
    ...(await Promise.all(
      states.map(async ({ stored: of, state }) => {
        const [before] = await ledgerPage(engine, { submission: of.submission, limit: 1 });
        return { ...(before ?? ledgerEntry(of, { state, at })), state, at, rev, detail: content.reason };
      }),
    )),
    ledgerEntry(stored, { state: 'loaded', at, rev, detail: content.reason }),
  ];
  await insertLedger(engine, entries);
  return true;
}
