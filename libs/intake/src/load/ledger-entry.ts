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
}

/** The ledger's line for a state that a submission has reached. */
export function ledgerEntry(stored: StoredSubmission, reached: Reached): LedgerEntry {
  const { submission, feed, name, sha256, bytes, receivedAt, stated } = stored;
  const { state, at, rev = 0, reading, code = '', detail = '' } = reached;
  const facilities = new Set(reading?.statements.map(({ facility }) => facility));
  const facility = stated['facility'] ?? (facilities.size === 1 ? [...facilities][0]! : '');
  return {
    submission, feed, name, facility, sha256, bytes, receivedAt, at, state, code, detail, rev,
    rowsRead: reading?.rowsRead ?? 0, rowsAccepted: reading?.rowsAccepted ?? 0, rowsRefused: reading?.rowsRefused ?? 0,
  }; // prettier-ignore
}
