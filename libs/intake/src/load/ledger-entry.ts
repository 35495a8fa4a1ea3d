import type { IngestStep } from '#vocabulary';
import type { StoredSubmission } from '#raw-store';
import type { LedgerEntry } from '#warehouse';
import type { Reading } from '../statement.js';

interface Reached {
  readonly state: LedgerEntry['state'];
  readonly at: number;
  readonly rev?: number;
  readonly reading?: Reading;
  readonly code?: string;
  readonly detail?: string;
  readonly step?: IngestStep;
  readonly tries?: number;
  readonly note?: string;
}

/** The ledger's line for a state that a submission has reached. */
export function ledgerEntry(stored: StoredSubmission, reached: Reached): LedgerEntry {
  const { submission, feed, name, sha256, bytes, receivedAt, stated } = stored;
  const { state, at, rev = 0, reading, code = '', detail = '', step = '', tries = 0, note = '' } = reached;
  const facilities = new Set(reading?.statements.map(({ facility }) => facility));
  const facility = stated['facility'] ?? (facilities.size === 1 ? [...facilities][0]! : '');
  return {
    submission, feed, name, facility, sha256, bytes, receivedAt, at, state, code, detail, rev, step, tries, note,
    rowsRead: reading?.rowsRead ?? 0, rowsAccepted: reading?.rowsAccepted ?? 0, rowsRefused: reading?.rowsRefused ?? 0,
  }; // prettier-ignore
}
