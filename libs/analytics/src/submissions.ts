import { BellwetherError, DEAD_LETTER_STATES } from '#vocabulary';
import { type LedgerEntry, type LedgerQuestion, ledgerPage, rowFaults } from '#warehouse';
import type { DeadLetter, DeadLetterQuestion, RowError, SubmissionInfo, SubmissionQuestion } from './questions.js';
import type { Page } from './page.js';
import type { Sources } from './sources.js';

const MAX_PAGE = 1000;

function infoOf({ at, facility, code, detail, step, note, ...entry }: LedgerEntry): SubmissionInfo {
  return {
    ...entry, stateAt: at, facility: facility || null, code: code || null, detail: detail || null, step: step || null,
    note: note || null,
  }; // prettier-ignore
}

const cursorOf = ({ receivedAt, submission }: LedgerEntry): string =>
  Buffer.from(`${receivedAt}:${submission}`).toString('base64url');

function readCursor(cursor: string): { receivedAt: number; submission: string } {
  const parts = /^(-?\d{1,15}):([0-9a-f]{64})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!parts) throw new BellwetherError('REQUEST_INVALID', 'cursor: expected one from a previous page');
  return { receivedAt: Number(parts[1]), submission: parts[2]! };
}

async function pageOf(
  { engine }: Sources,
  { limit, cursor, ...question }: Omit<LedgerQuestion, 'before'> & { readonly cursor?: string | undefined },
): Promise<Page<SubmissionInfo>> {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) {
    throw new BellwetherError('REQUEST_INVALID', `limit: expected a whole number from 1 to ${MAX_PAGE}`);
  }
  const before = cursor === undefined ? undefined : readCursor(cursor);
  const entries = await ledgerPage(engine, { ...question, before, limit: limit + 1 });
  const items = entries.slice(0, limit);
  return { items: items.map(infoOf), next: entries.length > limit ? cursorOf(items.at(-1)!) : null };
}

/** Submissions with what became of them, newest first. */
export function listSubmissions(
  sources: Sources,
  { state, ...question }: SubmissionQuestion,
): Promise<Page<SubmissionInfo>> {
  return pageOf(sources, { ...question, states: state && [state] });
}

const isDeadLetter = (info: SubmissionInfo): info is DeadLetter =>
  DEAD_LETTER_STATES.some((state) => state === info.state);

/** Submissions that do not count until somebody does something about it, newest first. */
export async function listDeadLetters(
  sources: Sources,
  { state, ...question }: DeadLetterQuestion,
): Promise<Page<DeadLetter>> {
  const { items, next } = await pageOf(sources, { ...question, states: state ? [state] : DEAD_LETTER_STATES });
  return { items: items.filter(isDeadLetter), next };
}

/** One submission with its row errors. One that was received and not read yet is known from the raw store. */
export async function findSubmission(
  sources: Sources,
  id: string,
): Promise<{ info: SubmissionInfo; errors: RowError[] }> {
  const [entry] = await ledgerPage(sources.engine, { submission: id, limit: 1 });
  if (entry) return { info: infoOf(entry), errors: await rowFaults(sources.engine, id) };
  const stored = await sources.rawStore.facts(id);
  if (!stored) throw new BellwetherError('UNKNOWN_SUBMISSION', 'no submission has this identity');
  const { submission, feed, name, sha256, bytes, receivedAt, stated } = stored;
  const info: SubmissionInfo = {
    submission, feed, name, facility: stated['facility'] ?? null, sha256, bytes, receivedAt, state: 'received', stateAt: receivedAt,
    code: null, detail: null, rowsRead: 0, rowsAccepted: 0, rowsRefused: 0, rev: 0, step: null, tries: 0,
    note: null,
  }; // prettier-ignore
  return { info, errors: [] };
}
