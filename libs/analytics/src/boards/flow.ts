import { detectionLag, ledgerFlow } from '#warehouse';
import type { Sources } from '../sources.js';
import type { FlowAnswer, FlowQuestion } from './questions.js';

const MINUTE = 60_000;
/** Pending submissions whose receipt is looked up for the age of the queue. */
const LOOKED_AT = 100;

/** Milliseconds back that commits and runs are looked at for how far detection is. */
const WATCHED = 7 * 86_400_000;

async function answerDetection({ engine, configuration }: Sources, since: number): Promise<FlowAnswer['detection']> {
  const { alarms, feeds } = configuration();
  const enabled = [...alarms.values()].filter((rule) => rule.enabled);
  const found = await Promise.all(
    [...new Set(enabled.map(({ dataset }) => dataset))].map(async (dataset) => {
      const rules = enabled.flatMap((rule) => (rule.dataset === dataset ? [rule.id] : []));
      const of = [...feeds.values()].flatMap((feed) => (feed.dataset === dataset ? [feed.id] : []));
      const lags = await detectionLag(engine, { rules, feeds: of, since });
      return lags.map((lag) => ({ dataset, ...lag }));
    }),
  );
  return found.flat();
}

/** What came in the last minutes, what waits, and how far detection is. */
export async function answerFlow(sources: Sources, { minutes }: FlowQuestion): Promise<FlowAnswer> {
  const now = sources.now();
  const since = Math.floor(now / MINUTE) * MINUTE - (minutes - 1) * MINUTE;
  const [rows, pending, detection] = await Promise.all([
    ledgerFlow(sources.engine, { since }),
    sources.rawStore.pending(),
    answerDetection(sources, now - WATCHED),
  ]);
  const facts = await Promise.all(pending.slice(0, LOOKED_AT).map((id) => sources.rawStore.facts(id)));
  const received = facts.flatMap((one) => (one ? [one.receivedAt] : []));
  return {
    now,
    minutes: rows,
    pending: pending.length,
    oldestPendingAt: received.length === 0 ? null : Math.min(...received),
    detection,
  };
}
