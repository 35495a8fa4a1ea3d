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
export const ORDER_KINDS = ['undo', 'withdraw'] as const;
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

export interface Order {
  readonly stored: StoredSubmission;
  readonly content: OrderContent;
  /** The submission it is about. */
  readonly target: StoredSubmission;
  /** When that is an order itself: what it says, and the submission that is about. */
  readonly takenBack: { readonly content: OrderContent; readonly target: StoredSubmission } | undefined;
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
  now(): number;
}

const NOT_YET: ReadonlySet<string> = new Set(['received', 'awaiting_password']);
const COUNTED: ReadonlySet<string> = new Set(['loaded', 'withdrawn', 'undone']);

/** Which submissions get which state when an order is carried out, besides the order itself, which is `loaded`. */
function statesAfter({
  content,
  target,
  takenBack,
}: Order): { stored: StoredSubmission; state: 'loaded' | 'undone' | 'withdrawn' }[] {
  if (content.order === 'withdraw') return [{ stored: target, state: 'withdrawn' }];
  const undone = { stored: target, state: 'undone' } as const;
  return takenBack ? [undone, { stored: takenBack.target, state: 'loaded' }] : [undone];
}

export async function carryOut(order: Order, { engine, counting, configuration, now }: Means): Promise<boolean> {
  const { stored, content, target, takenBack } = order;
  const feed = configuration.feeds.get(stored.feed);
  if (!feed) throw new BellwetherError('UNKNOWN_FEED', `feed "${stored.feed}" is not configured`);
  const { dataset } = feed;
  const [known] = await ledgerPage(engine, { submission: target.submission, limit: 1 });
  if (!known || NOT_YET.has(known.state)) return false;
  if (!COUNTED.has(known.state))
    throw new BellwetherError('REQUEST_INVALID', `the submission is ${known.state}: it does not count`);

  const undo = { dataset, at: stored.receivedAt, order: stored.submission };
  const isUndoTakenBack = content.order === 'undo' && takenBack?.content.order === 'undo';
  const about = isUndoTakenBack ? takenBack.target.submission : target.submission;
  const spoken = await slotsOfSubmission(engine, { dataset, submission: about });
  if (content.order === 'withdraw') {
    const rows = withdrawingRows(spoken, { dataset, stored });
    await writeSlots(engine, dataset, rows);
  } else await insertUndone(engine, { ...undo, submission: about, isUndone: !isUndoTakenBack });

  const changed = spoken.map(({ facility, day, zip }) => ({ facility, day, zip, feed: feed.id }));
  const { rev } = await counting.count(dataset, changed, configuration);
  const entries = [
    ...(await Promise.all(
      statesAfter(order).map(async ({ stored: of, state }) => {
        const [before] = await ledgerPage(engine, { submission: of.submission, limit: 1 });
        return { ...(before ?? ledgerEntry(of, { state, at: now() })), state, at: now(), rev, detail: content.reason };
      }),
    )),
    ledgerEntry(stored, { state: 'loaded', at: now(), rev, detail: content.reason }),
  ];
  await insertLedger(engine, entries);
  return true;
}
