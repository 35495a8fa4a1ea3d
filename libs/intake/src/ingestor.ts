import { BellwetherError, ERRORS, type SubmissionState } from '#vocabulary';
import type { Configuration, Feed } from '#registry';
import type { RawStore, StoredSubmission } from '#raw-store';
import { type Engine, insertLedger, insertRowFaults, ledgerPage, submissionStates } from '#warehouse';
import { type Change, type Order, type ReadSubmission, ledgerEntry, openLoader, readOrder } from './load/index.js';
import { readSubmission } from './read-submission.js';

export interface IngestorOptions {
  readonly engine: Engine;
  readonly store: RawStore;
  configuration(): Configuration;
  /** The archive password of a sender, when there is one. */
  passwordOf(feed: Feed, sender: string): string | undefined;
  readonly recordKey: Uint8Array;
  changed(change: Change): Promise<void>;
  /** Told of what became of each submission once the ledger knows; for metrics. */
  settled?(outcome: Settled): void;
  /** Told how long each batch took, from slots to acknowledgement. */
  committed?(seconds: number): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>): void;
}

export interface Settled {
  readonly feed: string;
  readonly state: SubmissionState;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
}

export interface Ingestor {
  /** Reads and counts submissions of the raw store, in batches. Resolves when the ledger knows what became of it. */
  process(submission: string): Promise<void>;
  /** Processes what is pending in the raw store, is ours, and not on its way; returns how many that were. */
  reconcile(isOurs: (submission: string) => boolean): Promise<number>;
  /** Tries what awaits a password again, where the password has changed. */
  retryAwaiting(): Promise<void>;
  /** Submissions on their way. */
  depth(): number;
  /** Resolves when nothing is on its way; nothing new is taken after. */
  close(): Promise<void>;
}

/** A batch is committed when it holds as much as this, or nothing more is waiting. */
const BATCH = { files: 100, backlogFiles: 400, cells: 3_000_000 };
const GATHER_MS = 20;
const TRIES = 3;
const MAX_AWAITING = 10_000;
/** No password is this. */
const NOT_TRIED = Symbol('not tried');

const FINAL = new Set(['loaded', 'quarantined', 'dead', 'withdrawn', 'undone']);

interface Job {
  readonly submission: string;
  readonly done: () => void;
}

type Outcome =
  | { readonly kind: 'unread' }
  | { readonly kind: 'read'; readonly read: ReadSubmission }
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'refused'; readonly stored: StoredSubmission; readonly error: BellwetherError };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function openIngestor(options: IngestorOptions): Ingestor {
  const { engine, store, configuration, passwordOf, recordKey, now, log } = options;
  const loader = openLoader({ engine, changed: options.changed, now, log });
  const queue: Job[] = [];
  const underway = new Map<string, Promise<void>>();
  /** Password that was tried in vain, by submission. */
  const triedPasswords = new Map<
    string,
    { stored: StoredSubmission; password: string | undefined | typeof NOT_TRIED }
  >();
  let running: Promise<void> | undefined;
  let isClosed = false;
  let isRemembered = false;

  function passwordFor(stored: StoredSubmission, feed: Feed): string | undefined {
    return feed.password && passwordOf(feed, stored.stated['facility'] ?? stored.stated['sender'] ?? '');
  }

  /** An order with the submission it is about, and what that says when it is an order itself. */
  async function orderOf(stored: StoredSubmission): Promise<Order> {
    const content = readOrder(await store.content(stored.submission));
    const target = await store.facts(content.submission);
    if (!target) throw new BellwetherError('UNKNOWN_SUBMISSION', 'the order is about a submission that is not here');
    if (target.kind !== 'order') return { stored, content, target, takenBack: undefined };
    const earlier = readOrder(await store.content(target.submission));
    const its = await store.facts(earlier.submission);
    return { stored, content, target, takenBack: its && { content: earlier, target: its } };
  }

  async function read(submission: string): Promise<Outcome | undefined> {
    let stored: StoredSubmission | undefined;
    try {
      stored = await store.facts(submission);
    } catch (error) {
      log('error', 'the facts of a submission cannot be read; it stays pending', { submission, error: String(error) });
      return { kind: 'unread' };
    }
    if (!stored) {
      await store.settle(submission); // a mark without object: no receipt was ever given
      return undefined;
    }
    const feed = configuration().feeds.get(stored.feed);
    try {
      if (!feed?.enabled)
        throw new BellwetherError('UNKNOWN_FEED', `feed "${stored.feed}" is not configured or not enabled`);
      if (stored.kind === 'order') return { kind: 'order', order: await orderOf(stored) };
      const password = passwordFor(stored, feed);
      const { name, receivedAt } = stored;
      const content = await store.content(submission);
      for (let attempt = 1; ; attempt++) {
        try {
          const reading = readSubmission({
            content,
            name,
            receivedAt,
            feed,
            configuration: configuration(),
            password,
            recordKey,
          });
          return { kind: 'read', read: { stored, feed, reading } };
        } catch (error) {
          if (error instanceof BellwetherError || attempt === TRIES) throw error;
          await pause(10 * attempt);
        }
      }
    } catch (error) {
      if (error instanceof BellwetherError) return { kind: 'refused', stored, error };
      log('error', 'a submission could not be read', { submission, error: String(error) });
      return {
        kind: 'refused',
        stored,
        error: new BellwetherError('INTERNAL', 'an unexpected error while reading', {}, { cause: error }),
      };
    }
  }

  /** Gives the ledger what was refused. The file-level fault is listed like a row fault, with record 0. */
  async function refuse(refused: readonly Extract<Outcome, { kind: 'refused' }>[]): Promise<void> {
    if (refused.length === 0) return;
    await insertRowFaults(
      engine,
      refused.map(({ stored, error: { code, detail, place } }) => ({
        submission: stored.submission,
        list: [
          { member: place.member ?? '', record: 0, line: place.line ?? 0, field: place.field ?? '', code, detail },
        ],
      })),
    );
    const entries = refused.map(({ stored, error: { code, detail } }) => {
      const state =
        code === 'ARCHIVE_WRONG_PASSWORD'
          ? 'awaiting_password'
          : ERRORS[code].audience === 'operator'
            ? 'dead'
            : 'quarantined';
      return ledgerEntry(stored, { state, at: now(), code, detail });
    });
    await insertLedger(engine, entries);
    for (const entry of entries) options.settled?.(entry);
    for (const { stored, error } of refused) {
      const { submission, feed, name } = stored;
      log('warn', 'a submission was refused', { submission, feed, name, code: error.code, detail: error.detail });
      if (error.code !== 'ARCHIVE_WRONG_PASSWORD') continue;
      const feedNow = configuration().feeds.get(feed);
      triedPasswords.set(submission, { stored, password: feedNow && passwordFor(stored, feedNow) });
    }
  }

  /** Repeats while the engine is away: nothing is lost by waiting. */
  async function untilEngineAnswers(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const isAway =
          error instanceof BellwetherError && error.code === 'ENGINE_FAILED' && error.detail === 'no connection';
        if (!isAway) throw error;
        if (attempt === 1) log('warn', 'the warehouse does not answer; waiting', { cause: String(error.cause) });
        await pause(Math.min(5000, 100 * attempt));
      }
    }
  }

  /** Commits together; on failure each by itself, so that one poisoned file does not stop the others. */
  async function commit(batch: readonly ReadSubmission[]): Promise<void> {
    if (batch.length === 0) return;
    for (let attempt = 1; ; attempt++) {
      try {
        const began = performance.now();
        await untilEngineAnswers(() => loader.commit(batch, configuration()));
        options.committed?.((performance.now() - began) / 1000);
        for (const { stored, reading } of batch) options.settled?.({ ...reading, feed: stored.feed, state: 'loaded' });
        return;
      } catch (error) {
        const cause = error instanceof Error && error.cause ? String(error.cause) : String(error);
        log('error', 'a commit failed', { attempt, submissions: batch.length, cause: cause.slice(0, 2000) });
        if (batch.length > 1) {
          for (const single of batch) await commit([single]);
          return;
        }
        if (attempt < TRIES) {
          await pause(100 * attempt);
          continue;
        }
        const detail = `gave up after ${TRIES} tries at step load`;
        const entry = ledgerEntry(batch[0]!.stored, { state: 'dead', at: now(), code: 'INTERNAL', detail });
        await untilEngineAnswers(() => insertLedger(engine, [entry]));
        options.settled?.(entry);
        return;
      }
    }
  }

  /** Carries out orders one after the other. Returns those whose time has not come: their submission is not counted yet. */
  async function carryOut(orders: readonly Order[]): Promise<Set<string>> {
    const early = new Set<string>();
    for (const order of orders) {
      const { stored } = order;
      try {
        await untilEngineAnswers(async () => {
          if (await loader.carryOut(order, configuration())) early.delete(stored.submission);
          else early.add(stored.submission);
        });
      } catch (error) {
        const refused = error instanceof BellwetherError ? error : new BellwetherError('INTERNAL', 'an order failed');
        log('error', 'an order could not be carried out', { submission: stored.submission, cause: String(error) });
        await untilEngineAnswers(() => refuse([{ kind: 'refused', stored, error: refused }]));
      }
    }
    return early;
  }

  /** Orders that are early, and what could not be read, stay pending: the reconciler brings them again. */
  async function settle(jobs: readonly Job[], left: ReadonlySet<string>): Promise<void> {
    for (const { submission, done } of jobs) {
      if (!left.has(submission)) await store.settle(submission);
      underway.delete(submission);
      done();
    }
  }

  async function gather(): Promise<{
    jobs: Job[];
    read: ReadSubmission[];
    orders: Order[];
    refused: Extract<Outcome, { kind: 'refused' }>[];
    unread: Set<string>;
  }> {
    if (queue.length < BATCH.files) await pause(GATHER_MS);
    const limit = queue.length > BATCH.backlogFiles ? BATCH.backlogFiles : BATCH.files;
    const candidates = queue.slice(0, limit);
    const states = new Map<string, string>();
    await untilEngineAnswers(async () => {
      for (const entry of await submissionStates(
        engine,
        candidates.map(({ submission }) => submission),
      ))
        states.set(...entry);
    });
    const batch = {
      jobs: [] as Job[],
      read: [] as ReadSubmission[],
      orders: [] as Order[],
      refused: [] as Extract<Outcome, { kind: 'refused' }>[],
      unread: new Set<string>(),
    };
    let cells = 0;
    while (batch.jobs.length < candidates.length && cells < BATCH.cells) {
      const job = queue.shift()!;
      batch.jobs.push(job);
      if (FINAL.has(states.get(job.submission) ?? '')) continue;
      const outcome = await read(job.submission);
      if (outcome?.kind === 'unread') batch.unread.add(job.submission);
      if (outcome?.kind === 'refused') batch.refused.push(outcome);
      if (outcome?.kind === 'order') batch.orders.push(outcome.order);
      if (outcome?.kind === 'read') {
        batch.read.push(outcome.read);
        for (const { values } of outcome.read.reading.statements) cells += values.length + 1;
      }
    }
    return batch;
  }

  /** Reads the next batch while the one before is being committed. */
  async function run(): Promise<void> {
    let committing = Promise.resolve();
    while (queue.length > 0) {
      const { jobs, read: ready, orders, refused, unread } = await gather();
      await committing;
      committing = (async () => {
        await untilEngineAnswers(() => refuse(refused));
        await commit(ready);
        await settle(jobs, new Set([...unread, ...(await carryOut(orders))]));
      })();
    }
    await committing;
  }

  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      if (queue.length > 0) start();
    });
  }

  /** What awaited a password when we were started: each is tried once, for the password may have come meanwhile. */
  async function rememberAwaiting(): Promise<void> {
    if (isRemembered) return;
    for (const { submission } of await ledgerPage(engine, { state: 'awaiting_password', limit: MAX_AWAITING })) {
      const stored = await store.facts(submission);
      if (stored && !triedPasswords.has(submission)) triedPasswords.set(submission, { stored, password: NOT_TRIED });
    }
    isRemembered = true;
  }

  function process(submission: string): Promise<void> {
    if (isClosed) return Promise.reject(new BellwetherError('NOT_READY', 'the ingest worker is closing'));
    const known = underway.get(submission);
    if (known) return known;
    const finished = new Promise<void>((done) => queue.push({ submission, done }));
    underway.set(submission, finished);
    start();
    return finished;
  }

  return {
    process,
    async reconcile(isOurs) {
      const waiting = (await store.pending()).filter((submission) => isOurs(submission) && !underway.has(submission));
      for (const submission of waiting) void process(submission);
      return waiting.length;
    },
    async retryAwaiting() {
      await rememberAwaiting();
      for (const [submission, { stored, password }] of triedPasswords) {
        const feed = configuration().feeds.get(stored.feed);
        if (!feed || passwordFor(stored, feed) === password) continue;
        triedPasswords.delete(submission);
        void process(submission);
      }
    },
    depth: () => underway.size,
    async close() {
      isClosed = true;
      await running;
    },
  };
}
