import { ledgerFlow } from '#warehouse';
import type { Sources } from '../sources.js';
import type { FlowAnswer, FlowQuestion } from './questions.js';

const MINUTE = 60_000;
/** Pending submissions whose receipt is looked up for the age of the queue. */
const LOOKED_AT = 100;

/** What came in the last minutes, and what waits. */
export async function answerFlow(sources: Sources, { minutes }: FlowQuestion): Promise<FlowAnswer> {
  const now = sources.now();
  const since = Math.floor(now / MINUTE) * MINUTE - (minutes - 1) * MINUTE;
  const [rows, pending] = await Promise.all([ledgerFlow(sources.engine, { since }), sources.rawStore.pending()]);
  const facts = await Promise.all(pending.slice(0, LOOKED_AT).map((id) => sources.rawStore.facts(id)));
  const received = facts.flatMap((one) => (one ? [one.receivedAt] : []));
  return {
    now,
    minutes: rows,
    pending: pending.length,
    oldestPendingAt: received.length === 0 ? null : Math.min(...received),
  };
}
