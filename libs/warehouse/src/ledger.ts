import type { IngestStep, SubmissionState } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { statement } from './statements.js';

/** A state a submission has reached. */
export interface LedgerEntry {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  /** '' when the file name states none. */
  readonly facility: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Milliseconds since the epoch, as is `at`. */
  readonly receivedAt: number;
  readonly at: number;
  readonly state: SubmissionState;
  /** Why it was refused; '' otherwise. */
  readonly code: string;
  readonly detail: string;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
  readonly rev: number;
  /** Where it was stopped; '' when it was not. */
  readonly step: IngestStep | '';
  /** How often that was tried; 0 when it was not stopped. */
  readonly tries: number;
  /** Who discarded it, and why; '' otherwise. */
  readonly note: string;
}

export interface FaultEntry {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

const COLUMNS = [
  'received_at', 'submission', 'at', 'state', 'feed', 'name', 'facility', 'sha256', 'bytes', 'code', 'detail',
  'rows_read', 'rows_accepted', 'rows_refused', 'rev', 'step', 'tries', 'note',
]; // prettier-ignore

export async function insertLedger(engine: Engine, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const out = new RowBinary();
  for (const entry of entries) {
    out.instant(entry.receivedAt);
    out.string(entry.submission);
    out.instant(entry.at);
    for (const text of [entry.state, entry.feed, entry.name, entry.facility, entry.sha256]) out.string(text);
    out.uint64(BigInt(entry.bytes));
    out.string(entry.code);
    out.string(entry.detail);
    for (const rows of [entry.rowsRead, entry.rowsAccepted, entry.rowsRefused]) out.uint32(rows);
    out.uint64(BigInt(entry.rev));
    out.string(entry.step);
    out.uint16(Math.min(entry.tries, 65_535));
    out.string(entry.note);
  }
  await engine.insert('ledger', COLUMNS, out.take());
}

export async function insertRowFaults(
  engine: Engine,
  faults: readonly { readonly submission: string; readonly list: readonly FaultEntry[] }[],
): Promise<void> {
  if (faults.every(({ list }) => list.length === 0)) return;
  const out = new RowBinary();
  for (const { submission, list } of faults) {
    for (const [seq, { member, record, line, field, code, detail }] of list.entries()) {
      out.string(submission);
      out.uint32(seq);
      out.string(member);
      out.uint32(record);
      out.uint32(line);
      for (const text of [field, code, detail]) out.string(text);
    }
  }
  await engine.insert(
    'row_faults',
    ['submission', 'seq', 'member', 'record', 'line', 'field', 'code', 'detail'],
    out.take(),
  );
}

export interface LedgerQuestion {
  readonly submission?: string | undefined;
  readonly feed?: string | undefined;
  readonly facility?: string | undefined;
  /** In one of these; none or undefined: in any. */
  readonly states?: readonly SubmissionState[] | undefined;
  readonly code?: string | undefined;
  readonly step?: IngestStep | undefined;
  /** In their state since then or later, milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Only those after this one in the order of the answer. */
  readonly before?: { readonly receivedAt: number; readonly submission: string } | undefined;
  readonly limit: number;
}

type Row = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  string,
  string,
  number,
  string,
];

/** Submissions in their newest state, newest receipt first. */
export async function ledgerPage(engine: Engine, question: LedgerQuestion): Promise<LedgerEntry[]> {
  const {
    before,
    submission = '',
    feed = '',
    facility = '',
    states = [],
    code = '',
    step = '',
    since,
    limit,
  } = question;
  const rows = await engine.rows<Row>(statement('submissions'), {
    submission, feed, facility, states, code, step, limit, since: since ?? -2_000_000_000_000,
    before: before?.receivedAt ?? 0, before_submission: before?.submission ?? '',
  }); // prettier-ignore
  return rows.map(([id, feedId, name, of, sha256, bytes, received, reached, at, codeOf, detail, read, accepted, refused, rev, stopped, tries, note]) => ({
    submission: id, feed: feedId, name, facility: of, sha256, bytes: Number(bytes), receivedAt: Number(received),
    state: reached as SubmissionState, at: Number(at), code: codeOf, detail,
    rowsRead: read, rowsAccepted: accepted, rowsRefused: refused, rev: Number(rev), step: stopped as IngestStep | '', tries, note,
  })); // prettier-ignore
}

/** Newest state of each of the submissions the ledger knows. */
export async function submissionStates(
  engine: Engine,
  submissions: readonly string[],
): Promise<Map<string, SubmissionState>> {
  const reached = await statesReached(engine, submissions);
  return new Map(Array.from(reached, ([submission, { state }]) => [submission, state]));
}

/** The same, and when it was reached (milliseconds since the epoch). */
export async function statesReached(
  engine: Engine,
  submissions: readonly string[],
): Promise<Map<string, { readonly state: SubmissionState; readonly at: number }>> {
  if (submissions.length === 0) return new Map();
  const list = `(${submissions.map((id) => `'${id.replace(/[^0-9a-f]/g, '')}'`).join(',')})`;
  const text = statement('submission-states').replace('{submissions:Array(String)}', list);
  const rows = await engine.rows<[string, SubmissionState, string]>(text);
  return new Map(rows.map(([submission, state, at]) => [submission, { state, at: Number(at) }]));
}

/** Marks dead letters as looked at and not wanted any more; what is no dead letter (any more) is left alone. */
export async function discardDeadLetters(
  engine: Engine,
  letters: { readonly submissions: readonly string[]; readonly at: number; readonly note: string },
): Promise<void> {
  if (letters.submissions.length > 0) await engine.run(statement('discard'), letters);
}

/** Removes the faults of the last reading; the submissions are about to be read again. */
export async function forgetRowFaults(engine: Engine, submissions: readonly string[]): Promise<void> {
  if (submissions.length > 0) await engine.run(statement('forget-row-faults'), { submissions });
}

export async function rowFaults(engine: Engine, submission: string): Promise<FaultEntry[]> {
  const rows = await engine.rows<[string, number, number, string, string, string]>(statement('row-faults'), {
    submission,
  });
  return rows.map(([member, record, line, field, code, detail]) => ({ member, record, line, field, code, detail }));
}

/** Submissions and newest receipt of each feed that ever sent one. */
export async function feedActivity(
  engine: Engine,
): Promise<Map<string, { submissions: number; lastReceivedAt: number }>> {
  const rows = await engine.rows<[string, string, string]>(statement('feed-activity'));
  return new Map(
    rows.map(([feed, count, last]) => [feed, { submissions: Number(count), lastReceivedAt: Number(last) }]),
  );
}

/** Submissions received and settled a minute since an instant; minutes without any have no row. */
export async function ledgerFlow(
  engine: Engine,
  { since }: { since: number },
): Promise<{ at: number; received: number; loaded: number; refused: number; rows: number }[]> {
  const found = await engine.rows<[number, ...string[]]>(statement('ledger-flow'), { since });
  return found.map(([minute, ...counts]) => {
    const [received, loaded, refused, rows] = counts.map(Number);
    return { at: minute * 1000, received: received!, loaded: loaded!, refused: refused!, rows: rows! };
  });
}
