import { LRUCache } from 'lru-cache';
import type { Receipt, SubmissionState } from '#vocabulary';

/** What became of a submission, as the ledger knows it. */
export interface SubmissionFate {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly receivedAt: number;
  readonly state: SubmissionState;
  readonly stateAt: number;
  readonly code: string | null;
  readonly detail: string | null;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
}

export interface ReceiptFile {
  readonly name: string;
  readonly content: Buffer;
  readonly modifiedAt: number;
}

/** The latest receipts given here, for a sender that looks for its file right after sending it; lost with the process. */
export interface Recent {
  add(owner: string, receipt: Receipt): void;
  all(owner: string): readonly Receipt[];
  of(owner: string, feed: string): readonly Receipt[];
}

const MOST_SENDERS = 2_000;
const MOST_RECEIPTS = 200;

export function openRecent(): Recent {
  const senders = new LRUCache<string, Receipt[]>({ max: MOST_SENDERS });
  const all = (owner: string): Receipt[] => senders.get(owner) ?? [];
  return {
    all,
    add: (owner, receipt) =>
      void senders.set(owner, [
        ...all(owner).filter(({ feed, name }) => feed !== receipt.feed || name !== receipt.name).slice(1 - MOST_RECEIPTS),
        receipt,
      ]), // prettier-ignore
    of: (owner, feed) => all(owner).filter((receipt) => receipt.feed === feed),
  };
}

/** A JSON document for each submission, the newest last; what the ledger does not know yet was just received. */
export function receiptFiles(history: readonly SubmissionFate[], recent: readonly Receipt[]): readonly ReceiptFile[] {
  const known = new Set(history.map(({ submission }) => submission));
  const fresh = recent
    .filter(({ submission }) => !known.has(submission))
    .map((receipt): SubmissionFate => ({
      ...receipt,
      state: 'received',
      stateAt: receipt.receivedAt,
      code: null,
      detail: null,
      rowsAccepted: 0,
      rowsRefused: 0,
    }));
  return [...history, ...fresh].toSorted((a, b) => a.receivedAt - b.receivedAt).map(receiptFile);
}

const formatInstant = (at: number): string => new Date(at).toISOString();

function receiptFile(fate: SubmissionFate): ReceiptFile {
  const { submission, feed, name, sha256, bytes, receivedAt, state, stateAt, code, detail } = fate;
  const document = {
    submission, feed, name, sha256, bytes, received_at: formatInstant(receivedAt), state, state_at: formatInstant(stateAt),
    code, detail, rows_accepted: fate.rowsAccepted, rows_refused: fate.rowsRefused,
  }; // prettier-ignore
  // A file that came another way may have any name; here it must be that of one file, on one line of a listing.
  const plain = name.replaceAll(/[\p{Cc}/\\]/gu, '_');
  return {
    name: `${feed}--${plain}--${submission.slice(0, 12)}.json`,
    content: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
    modifiedAt: stateAt,
  };
}
