import { createHash } from 'node:crypto';
import { BellwetherError, type DeadLetterState, ERRORS } from '#vocabulary';
import type { StoredSubmission } from '#raw-store';
import { type Engine, type LedgerEntry, insertLedger, insertRowFaults } from '#warehouse';
import { ledgerEntry } from '../load/index.js';
import type { Passwords } from './passwords.js';
import { type Well, causeOf } from './patience.js';
import type { Refused } from './read.js';

/** What is told of a submission that does not count, before the ledger knows. */
export interface DeadLetterNotice {
  /** The same for the same refusal, also when a crash has it refused once more. */
  readonly id: string;
  readonly entry: LedgerEntry;
}

function stateOf({ code }: BellwetherError): DeadLetterState {
  if (code === 'ARCHIVE_WRONG_PASSWORD') return 'awaiting_password';
  return ERRORS[code].audience === 'operator' ? 'dead' : 'quarantined';
}

function refusedEntry({ stored, error, step, tries }: Refused, at: number): LedgerEntry {
  const { code, detail } = error;
  return ledgerEntry(stored, { state: stateOf(error), at, code, detail, step, tries });
}

/** Why a submission that was read cannot be counted, as the ledger says it: shapes and codes, never content. */
export function unloadable(stored: StoredSubmission, error: unknown, tries: number): Refused {
  const isEngine = error instanceof BellwetherError && error.code === 'ENGINE_FAILED';
  const said = isEngine ? `the warehouse says ${error.detail}` : 'an unexpected error; the log has it';
  const why = new BellwetherError(isEngine ? 'ENGINE_FAILED' : 'INTERNAL', `gave up after ${tries} tries: ${said}`);
  return { kind: 'refused', stored, error: why, step: 'load', tries, password: undefined };
}

export function refusedOrder(stored: StoredSubmission, error: unknown): Refused {
  const known = error instanceof BellwetherError ? error : new BellwetherError('INTERNAL', 'an order failed');
  return { kind: 'refused', stored, error: known, step: 'load', tries: 1, password: undefined };
}

/** `since`: when the state before was reached, which a replay changes; 0 when there was none. */
function noticeId({ submission, state }: LedgerEntry, since: number): string {
  return createHash('sha256').update(`${submission} ${state} ${since}`).digest('hex').slice(0, 32);
}

export interface RefusalsOptions {
  readonly engine: Engine;
  readonly passwords: Pick<Passwords, 'inVain'>;
  readonly well: Well;
  deadLetter?(notice: DeadLetterNotice): Promise<void>;
  settled?(entry: LedgerEntry): void;
  now(): number;
  log(level: 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

export interface Refusals {
  /**
   * Gives the ledger what was refused; the file-level fault is listed like a row fault, with record 0. Resolves to those
   * that are worth another try at once.
   */
  refuse(refused: readonly (Refused & { readonly since: number })[]): Promise<readonly string[]>;
}

export function openRefusals({ engine, passwords, well, now, log, ...options }: RefusalsOptions): Refusals {
  async function tell(notice: DeadLetterNotice): Promise<void> {
    try {
      await options.deadLetter?.(notice);
    } catch (error) {
      log('error', 'nobody can be told of a dead letter', { cause: causeOf(error) });
    }
  }
  return {
    async refuse(refused) {
      if (refused.length === 0) return [];
      const faults = refused.map(({ stored: { submission }, error: { code, detail, place } }) => {
        const { member = '', line = 0, field = '' } = place;
        return { submission, list: [{ member, record: 0, line, field, code, detail }] };
      });
      await well(() => insertRowFaults(engine, faults));
      const entries = refused.map((one) => refusedEntry(one, now()));
      for (const [i, { since }] of refused.entries())
        await tell({ id: noticeId(entries[i]!, since), entry: entries[i]! });
      await well(() => insertLedger(engine, entries));
      const again: string[] = [];
      for (const [i, { stored, password }] of refused.entries()) {
        const entry = entries[i]!;
        options.settled?.(entry);
        const { submission, feed, name, code, detail, step, tries } = entry;
        log('warn', 'a submission was refused', { submission, feed, name, code, detail, step, tries });
        if (entry.state === 'awaiting_password' && passwords.inVain(stored, password)) again.push(submission);
      }
      return again;
    },
  };
}
