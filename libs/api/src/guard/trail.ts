import type { Audit, AuditEntry, AuditOutcome } from '#audit';
import type { Principal } from '#access';
import { type ErrorCode, isErrorCode } from '#vocabulary';
import type { Note } from './notes.js';

/** The part of the audit trail that the doors use. */
export type Trail = Pick<Audit, 'record' | 'isBehind' | 'settled'>;

const REFUSALS: ReadonlySet<string> = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'TOO_MANY_REQUESTS', 'SQL_REFUSED']);

export function outcomeOf(code: string | undefined): AuditOutcome {
  if (code === undefined) return 'done';
  return REFUSALS.has(code) ? 'refused' : 'failed';
}

/** Codes of answers that no error of ours was behind. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  if (status < 400) return undefined;
  return ({ 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 429: 'TOO_MANY_REQUESTS' } as const)[status] ?? (status < 500 ? 'REQUEST_INVALID' : 'INTERNAL'); // prettier-ignore
}

export interface Seen {
  readonly at: number;
  readonly principal: Principal | undefined;
  readonly door: string;
  readonly request: string;
  readonly reason?: string | undefined;
}

/** A reason is what people write: bounded, and without what would end a line. */
const LONGEST_REASON = 200;
export const reasonOf = (given: unknown): string | undefined =>
  typeof given === 'string' && given !== '' ? given.slice(0, LONGEST_REASON).replace(/\p{Cc}/gu, ' ') : undefined;

/** The entry of one question. A reach that was widened says so, and why, in every entry. */
export function entryOf({ at, principal, door, request, reason }: Seen, note: Note): AuditEntry {
  const broken = principal?.broken;
  return {
    at,
    who: principal?.id ?? 'nobody',
    does: broken ? `${note.does} ${door} break-glass` : `${note.does} ${door}`,
    object: note.object,
    outcome: outcomeOf(note.code),
    code: note.code !== undefined && isErrorCode(note.code) ? note.code : undefined,
    rows: note.rows,
    reason: reason ?? broken?.reason,
    request,
  };
}
