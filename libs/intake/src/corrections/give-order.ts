import { BellwetherError, type Receipt, type SubmissionState } from '#vocabulary';
import type { RawStore } from '#raw-store';
import { type Engine, submissionStates } from '#warehouse';
import { type OrderContent, isClosing } from '../load/index.js';

/** States in which there is something to undo or withdraw. */
const NAMES = { undo: 'undone', withdraw: 'withdrawn' } as const;

/**
 * Keeps an order in the raw store, durable when this resolves, so that a rebuild carries it out again; whoever ingests
 * does the rest. Throws UNKNOWN_SUBMISSION, and REQUEST_INVALID when the submission does not count.
 */
export async function giveOrder(
  { engine, store, now }: { readonly engine: Engine; readonly store: RawStore; now(): number },
  given: Omit<OrderContent, 'at'>,
): Promise<Receipt> {
  const { order, submission } = given;
  const target = await store.facts(submission);
  if (!target) throw new BellwetherError('UNKNOWN_SUBMISSION', 'there is no such submission');
  const state: SubmissionState | undefined = (await submissionStates(engine, [submission])).get(submission);
  if (state !== 'loaded')
    throw new BellwetherError('REQUEST_INVALID', `the submission is ${state ?? 'received'}, not loaded`);
  if (order === 'withdraw' && target.kind === 'order')
    throw new BellwetherError('REQUEST_INVALID', 'an order is not withdrawn; undo it');
  if (isClosing(target))
    throw new BellwetherError('REQUEST_INVALID', 'a closing is not undone; reopen the facility instead');
  const at = now();
  const content: OrderContent = { ...given, at };
  const name = `${NAMES[order]}-${submission.slice(0, 12)}.json`;
  const facts = { feed: target.feed, name, stated: target.stated, receivedAt: at, kind: 'order' as const };
  return store.put(facts, [Buffer.from(JSON.stringify(content))]);
}
