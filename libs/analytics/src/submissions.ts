import { BellwetherError } from '#vocabulary';
import { type LedgerEntry, ledgerPage, rowFaults } from '#warehouse';
import type { Page, RowError, SubmissionInfo, SubmissionQuestion } from './questions.js';
import type { Sources } from './sources.js';

const MAX_PAGE = 1000;

function infoOf({ at, facility, code, detail, ...entry }: LedgerEntry): SubmissionInfo {
  return { ...entry, stateAt: at, facility: facility || null, code: code || null, detail: detail || null };
}

const cursorOf = ({ receivedAt, submission }: LedgerEntry): string =>
  Buffer.from(`${receivedAt}:${submission}`).toString('base64url');

function readCursor(cursor: string): { receivedAt: number; submission: string } {
  const parts = /^(-?\d{1,15}):([0-9a-f]{64})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!parts) throw new BellwetherError('REQUEST_INVALID', 'cursor: expected one from a previous page');
  return { receivedAt: Number(parts[1]), submission: parts[2]! };
}

/** Submissions with what became of them, newest first. */
export async function listSubmissions(
  { engine }: Sources,
  question: SubmissionQuestion,
): Promise<Page<SubmissionInfo>> {
  const { feed, facility, state, limit, cursor } = question;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) {
    throw new BellwetherError('REQUEST_INVALID', `limit: expected a whole number from 1 to ${MAX_PAGE}`);
  }
  const before = cursor === undefined ? undefined : readCursor(cursor);
  const entries = await ledgerPage(engine, { feed, facility, state, before, limit: limit + 1 });
  const items = entries.slice(0, limit);
  return { items: items.map(infoOf), next: entries.length > limit ? cursorOf(items.at(-1)!) : null };
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
    code: null, detail: null, rowsRead: 0, rowsAccepted: 0, rowsRefused: 0, rev: 0,
  }; // prettier-ignore
  return { info, errors: [] };
}
