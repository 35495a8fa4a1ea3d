import { BellwetherError, type SubmissionState } from '#vocabulary';
import type { RawStore } from '#raw-store';
import { type Engine, forgetRowFaults, insertLedger, submissionStates } from '#warehouse';
import { ledgerEntry } from '../load/index.js';

/** `received` too: a replay that was interrupted may be asked for again. */
const REPLAYABLE: ReadonlySet<SubmissionState> = new Set(['quarantined', 'dead', 'awaiting_password', 'received']);

/**
 * Has a submission that was refused read again, after its mapping, its code map or its password was put right. It keeps its
 * receipt and its time of arrival, and counts once. What is loaded is not read again.
 */
export async function replay(
  { engine, store, now }: { readonly engine: Engine; readonly store: RawStore; now(): number },
  submission: string,
): Promise<void> {
  const stored = await store.facts(submission);
  if (!stored) throw new BellwetherError('UNKNOWN_SUBMISSION', 'the raw store does not hold it');
  const state = (await submissionStates(engine, [submission])).get(submission);
  if (state !== undefined && !REPLAYABLE.has(state)) {
    throw new BellwetherError('REQUEST_INVALID', `the submission is ${state}; only one that was refused is replayed`);
  }
  await forgetRowFaults(engine, submission);
  await insertLedger(engine, [ledgerEntry(stored, { state: 'received', at: now() })]);
  await store.reopen(submission);
}
