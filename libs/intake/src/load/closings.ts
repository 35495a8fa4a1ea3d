import { BellwetherError, type Day } from '#vocabulary';
import type { Configuration } from '#registry';
import type { StoredSubmission } from '#raw-store';
import { type Engine, facilitySpans, insertClosure, insertLedger } from '#warehouse';
import type { Counting } from './counting.js';
import { ledgerEntry } from './ledger-entry.js';

/** What an operator says about a facility: itself a submission of the raw store, of kind `order`. */
export interface ClosingContent {
  /** `close`: it no longer takes part from `day` on. `reopen`: as if it had never been closed. */
  readonly order: 'close' | 'reopen';
  readonly facility: string;
  /** First day without it; null for `reopen`. */
  readonly day: Day | null;
  /** Why, in the words of who gave it: 1 to 500 characters. */
  readonly reason: string;
  /** Who gave it. */
  readonly by: string;
  /** Milliseconds since the epoch; makes two equal orders two submissions. */
  readonly at: number;
}

export interface Closing {
  readonly stored: StoredSubmission;
  readonly content: ClosingContent;
}

/** What the facts of a closing state, so that it is told from orders about submissions without being read. */
export const CLOSING = { closing: 'facility' } as const;

export const isClosing = ({ kind, stated }: StoredSubmission): boolean =>
  kind === 'order' && stated['closing'] === CLOSING.closing;

/** Reads the content of a closing as it lies in the raw store. Throws INTERNAL: nobody but us writes them. */
export function readClosing(bytes: Uint8Array): ClosingContent {
  const given: unknown = JSON.parse(Buffer.from(bytes).toString());
  const isContent = (value: unknown): value is ClosingContent => {
    const { order, facility, day, reason, by, at } = (value ?? {}) as Record<string, unknown>;
    const isDated = order === 'close' ? typeof day === 'number' : order === 'reopen' && day === null;
    return isDated && typeof facility === 'string' && typeof reason === 'string' && typeof by === 'string' && typeof at === 'number'; // prettier-ignore
  };
  if (!isContent(given)) throw new BellwetherError('INTERNAL', 'an order of the raw store cannot be read');
  return given;
}

interface Means {
  readonly engine: Engine;
  readonly counting: Counting;
  readonly configuration: Configuration;
  now(): number;
}

/** Closes or reopens a facility, tells everybody, and acknowledges. May be repeated. */
export async function carryOutClosing(closing: Closing, means: Means): Promise<void> {
  const { stored, content } = closing;
  const { engine, counting, configuration, now } = means;
  const feed = configuration.feeds.get(stored.feed);
  if (!feed) throw new BellwetherError('UNKNOWN_FEED', `feed "${stored.feed}" is not configured`);
  const { dataset } = feed;
  const { facility, day, reason } = content;
  const [span] = await facilitySpans(engine, { dataset, facilities: [facility] });
  if (!span) throw new BellwetherError('REQUEST_INVALID', 'the facility has never reported');
  await insertClosure(engine, {
    dataset,
    facility,
    at: stored.receivedAt,
    order: stored.submission,
    closedOn: day ?? undefined,
  });
  // Its last day, counted anew, changes no number, and tells everybody whose completeness depends on the facility.
  const about = { facility, day: span.lastDay, zip: '', feed: feed.id };
  const { rev } = await counting.count(dataset, [about], configuration);
  await insertLedger(engine, [ledgerEntry(stored, { state: 'loaded', at: now(), rev, detail: reason })]);
}
