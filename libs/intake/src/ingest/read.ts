import { BellwetherError, type IngestStep } from '#vocabulary';
import type { Configuration } from '#registry';
import type { RawStore, StoredSubmission } from '#raw-store';
import {
  type Closing,
  type Order,
  type OrderContent,
  type ReadSubmission,
  type Target,
  isClosing,
  readClosing,
  readOrder,
} from '../load/index.js';
import { readSubmission } from '../read-submission.js';
import type { Passwords } from './passwords.js';
import { type Patience, TRIES, causeOf } from './patience.js';

/** A submission that does not count. */
export interface Refused {
  readonly kind: 'refused';
  readonly stored: StoredSubmission;
  readonly error: BellwetherError;
  readonly step: IngestStep;
  readonly tries: number;
  /** The password it was tried with. */
  readonly password: string | undefined;
}

/** What came of reading. `absent`: there is no such submission. `unavailable`: the raw store does not give it just now. */
type Outcome =
  | { readonly kind: 'read'; readonly read: ReadSubmission }
  | { readonly kind: 'order'; readonly order: Order | Closing }
  | Refused
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable'; readonly error: unknown };

export interface ThreadsThatRead {
  /** Undefined: the asking thread has to read, for this is no plain file, or something is in the way. */
  read(submission: string, configuration: Configuration): Promise<Outcome | undefined>;
}

export interface ReaderOptions {
  readonly store: Pick<RawStore, 'facts' | 'content'>;
  configuration(): Configuration;
  readonly passwords: Pick<Passwords, 'of'>;
  readonly recordKey: Uint8Array;
  readonly threads: ThreadsThatRead | undefined;
  readonly patient: Patience;
  log(level: 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

const AGAIN = { first: 20, most: 1000 };

/** The step that gives an error. */
export function stepOf(code: BellwetherError['code']): IngestStep {
  if (code === 'UNKNOWN_FEED' || code === 'CONFIG_INVALID') return 'configure';
  if (code === 'FILE_NAME_UNKNOWN') return 'receive';
  if (code === 'FILE_COLUMN_MISSING' || code === 'FILE_LAYOUT_UNKNOWN') return 'map';
  if (code === 'FILE_TOO_MANY_ERRORS' || code.startsWith('VALUE_') || code.startsWith('ROW_')) return 'validate';
  if (code.startsWith('ARCHIVE_')) return 'archive';
  return code.startsWith('FILE_') ? 'parse' : 'read';
}

export const refusedFile = (
  stored: StoredSubmission,
  error: BellwetherError,
  { tries, password }: { readonly tries: number; readonly password: string | undefined },
): Refused => ({ kind: 'refused', stored, error, step: stepOf(error.code), tries, password });

/** An order with all that it is about, down to a file. Ends, for an order is later than what it is about. */
async function orderOf(stored: StoredSubmission, store: ReaderOptions['store']): Promise<Order | Closing> {
  if (isClosing(stored)) return { stored, content: readClosing(await store.content(stored.submission)) };
  const content = readOrder(await store.content(stored.submission));
  const first = await targetOf(content, store);
  const about: [Target, ...Target[]] = [first];
  for (let last = first; last.order;) {
    last = await targetOf(last.order, store);
    about.push(last);
  }
  return { stored, content, about };
}

async function targetOf({ submission }: OrderContent, store: ReaderOptions['store']): Promise<Target> {
  const stored = await store.facts(submission);
  if (!stored) throw new BellwetherError('UNKNOWN_SUBMISSION', 'the order is about a submission that is not here');
  return { stored, order: stored.kind === 'order' ? readOrder(await store.content(submission)) : undefined };
}

const unexpected = (error: unknown): BellwetherError =>
  new BellwetherError('INTERNAL', 'an unexpected error while reading', {}, { cause: error });

/** By a thread, where there are any; undefined: it is left to us. What ends a thread three times must not end us. */
async function readAside(submission: string, options: ReaderOptions): Promise<Outcome | undefined> {
  const { threads, store, configuration, patient, log } = options;
  for (let attempt = 1; threads; attempt++) {
    try {
      return await threads.read(submission, configuration());
    } catch (error) {
      log('error', 'a thread that reads has failed', { submission, attempt, cause: causeOf(error) });
      if (attempt === TRIES) {
        const stored = await store.facts(submission);
        return stored && refusedFile(stored, unexpected(error), { tries: attempt, password: undefined });
      }
      await patient.pause(AGAIN, attempt);
    }
  }
  return undefined;
}

/**
 * Reads one submission: raw store → archive → parse → map → validate. Never throws but when the ingestor closes. What is
 * not one of our coded errors is tried three times; then it is INTERNAL.
 */
export async function read(submission: string, options: ReaderOptions): Promise<Outcome> {
  const { store, configuration, passwords, recordKey, patient, log } = options;
  let stored: StoredSubmission | undefined;
  try {
    const outcome = await readAside(submission, options);
    if (outcome) return outcome;
    stored = await store.facts(submission);
  } catch (error) {
    return { kind: 'unavailable', error };
  }
  if (!stored) return { kind: 'absent' };
  const { feed: feedId, name, receivedAt } = stored;
  const refused = (error: BellwetherError, tries: number, password?: string): Refused =>
    refusedFile(stored, error, { tries, password });

  const feed = configuration().feeds.get(feedId);
  if (!feed?.enabled)
    return refused(new BellwetherError('UNKNOWN_FEED', `feed "${feedId}" is not configured or not enabled`), 1);
  if (stored.kind === 'order') {
    try {
      return { kind: 'order', order: await orderOf(stored, store) };
    } catch (error) {
      return error instanceof BellwetherError ? refused(error, 1) : { kind: 'unavailable', error };
    }
  }
  let password: string | undefined;
  try {
    password = passwords.of(stored, feed);
  } catch (error) {
    log('error', 'the password of a feed cannot be read', { feed: feedId, cause: causeOf(error) });
    return refused(new BellwetherError('ARCHIVE_WRONG_PASSWORD', 'the password on file cannot be read'), 1);
  }
  let content: Buffer;
  try {
    content = await store.content(submission);
  } catch (error) {
    return error instanceof BellwetherError ? refused(error, 1) : { kind: 'unavailable', error };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const given = { content, name, receivedAt, feed, configuration: configuration(), password, recordKey };
      return { kind: 'read', read: { stored, feed, reading: readSubmission(given) } };
    } catch (error) {
      if (error instanceof BellwetherError) return refused(error, attempt, password);
      log('error', 'a submission could not be read', { submission, attempt, cause: causeOf(error) });
      if (attempt === TRIES) {
        return refused(unexpected(error), attempt, password);
      }
      await patient.pause(AGAIN, attempt);
    }
  }
}
