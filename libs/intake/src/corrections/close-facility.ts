import { BellwetherError, type Day, type Receipt } from '#vocabulary';
import type { Configuration } from '#registry';
import type { RawStore } from '#raw-store';
import { type Engine, facilitySpans } from '#warehouse';
import { CLOSING, type ClosingContent } from '../load/index.js';

export interface ClosingOrder {
  readonly dataset: string;
  readonly facility: string;
  /** First day without it; undefined: it is opened again. */
  readonly closedOn: Day | undefined;
  readonly reason: string;
  readonly by: string;
}

const MAX_REASON = 500;

/**
 * Keeps an order to close or reopen a facility in the raw store, durable when this resolves, so that a rebuild carries it
 * out again; whoever ingests does the rest. Rates of days before `closedOn` do not move; a facility that reports after it
 * takes part until then.
 *
 * @throws BellwetherError UNKNOWN_DATASET, UNKNOWN_REGION where the facility never reported, REQUEST_INVALID.
 */
export async function closeFacility(
  means: { readonly engine: Engine; readonly store: RawStore; readonly configuration: Configuration; now(): number },
  { dataset, facility, closedOn, reason, by }: ClosingOrder,
): Promise<Receipt> {
  const { engine, store, configuration, now } = means;
  const feed = [...configuration.feeds.values()].find((one) => one.dataset === dataset && one.enabled);
  if (!feed) throw new BellwetherError('UNKNOWN_DATASET', `no feed counts in "${dataset.slice(0, 64)}"`);
  if (reason.length < 1 || reason.length > MAX_REASON)
    throw new BellwetherError('REQUEST_INVALID', `reason: expected 1 to ${MAX_REASON} characters`);
  if ((await facilitySpans(engine, { dataset, facilities: [facility] })).length === 0)
    throw new BellwetherError('UNKNOWN_REGION', 'there is no such facility in the dataset');
  const at = now();
  const order = closedOn === undefined ? 'reopen' : 'close';
  const content: ClosingContent = { order, facility, day: closedOn ?? null, reason, by, at };
  const facts = {
    feed: feed.id,
    name: `${order}-facility.json`,
    stated: { ...CLOSING, facility },
    receivedAt: at,
    kind: 'order' as const,
  };
  return store.put(facts, [Buffer.from(JSON.stringify(content))]);
}
