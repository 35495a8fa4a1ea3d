import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BellwetherError, SubmissionState } from '#vocabulary';
import type { Configuration, Feed } from '#registry';
import type { RawStore, ReplayMarks } from '#raw-store';
import { type Engine, type LedgerEntry, forgetRowFaults, insertLedger, statesReached } from '#warehouse';
import { type Change, type Closing, type Order, type ReadSubmission, ledgerEntry, openLoader } from '../load/index.js';
import { openCommitter, planFor } from './commit.js';
import { type DeadLetterNotice, openRefusals, refusedOrder, unloadable } from './dead-letter.js';
import { openPasswords } from './passwords.js';
import { type Backoff, type Well, causeOf, isClosing, patience, untilWell } from './patience.js';
import { type Refused, type ThreadsThatRead, read } from './read.js';

export interface IngestorOptions {
  readonly engine: Engine;
  readonly store: RawStore;
  /** Wishes to have something read again; none where nobody can wish. */
  readonly replays?: ReplayMarks;
  configuration(): Configuration;
  /** The archive password of a sender, when there is one. Throws when it is there and cannot be read. */
  passwordOf(feed: Feed, sender: string): string | undefined;
  readonly recordKey: Uint8Array;
  changed(change: Change): Promise<void>;
  /**
   * Told of each dead letter before the ledger knows, and again with the same id when a crash comes in between. Waited for;
   * when it fails, that is logged and no more.
   */
  deadLetter?(notice: DeadLetterNotice): Promise<void>;
  /** Told of what became of each submission once the ledger knows; for metrics. */
  settled?(outcome: Settled): void;
  /** Told how long each batch took, from slots to acknowledgement. */
  committed?(seconds: number): void;
  /** Submissions read at a time; 2 unless told. */
  readonly concurrency?: number;
  /** Threads that read. What they leave, and all where there are none, is read here. */
  readonly threads?: ThreadsThatRead;
  now(): number;
  /** Resolves after so many milliseconds, or rejects when the signal says so; the clock's unless told. */
  wait?(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1, for the jitter of waits; Math.random unless told. */
  random?(): number;
  log(level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>): void;
}

export interface Settled {
  readonly submission: string;
  readonly feed: string;
  readonly state: SubmissionState;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
}

export interface Ingestor {
  /**
   * Reads and counts submissions of the raw store, in batches. Resolves when the ledger knows what became of it; rejects
   * with NOT_READY when the ingestor closes before: then it stays pending.
   */
  process(submission: string): Promise<void>;
  /**
   * Processes what is pending in the raw store or is to be read again, is ours, and not on its way; returns how many that
   * were.
   */
  reconcile(isOurs: (submission: string) => boolean): Promise<number>;
  /** Tries what awaits a password again, and is ours, where the password has changed. One such pass runs at a time. */
  retryAwaiting(isOurs: (submission: string) => boolean): Promise<void>;
  /** Submissions on their way. */
  depth(): number;
  /** Resolves when the batch at hand is settled; nothing new is taken after, and what waits stays pending. */
  close(): Promise<void>;
}

/** A batch is committed when it holds as much as this, or nothing more is waiting. */
const BATCH = { files: 100, backlogFiles: 2000, cells: 3_000_000 };
const GATHER_MS = 20;
/** Waits for caches that cannot be told. */
const UNHEARD: Backoff = { first: 100, most: 5000 };
/** Waits for a raw store that does not give a submission. */
const UNAVAILABLE: Backoff = { first: 500, most: 60_000 };

/** States in which a submission is not read, unless a replay is asked for. */
const FINAL: ReadonlySet<SubmissionState> = new Set([
  'loaded', 'quarantined', 'dead', 'withdrawn', 'undone', 'discarded',
]); // prettier-ignore
/** `received` too: a replay that was interrupted may be asked for again. */
const REPLAYABLE: ReadonlySet<SubmissionState> = new Set([
  'quarantined', 'dead', 'awaiting_password', 'received', 'discarded',
]); // prettier-ignore

interface Job {
  readonly submission: string;
  readonly done: () => void;
  readonly fail: (error: BellwetherError) => void;
  /** Tries that count, and how many commits of others had worked at the last of them. */
  tries: number;
  seen: number;
  /** Times it was put off, for the backoff. */
  putOff: number;
  /** When the ledger's newest state of it was reached; 0 when there is none. */
  since: number;
}

interface Batch {
  readonly jobs: Job[];
  readonly ready: { readonly job: Job; readonly read: ReadSubmission }[];
  readonly refused: { readonly job: Job; readonly refused: Refused }[];
  readonly orders: { readonly job: Job; readonly order: Order | Closing }[];
}

export function openIngestor(options: IngestorOptions): Ingestor {
  const { engine, store, replays, configuration, recordKey, now, log, concurrency = 2, threads } = options;
  const { wait = (ms, signal) => sleep(ms, undefined, { signal }), random = Math.random } = options;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // each submission that is put off is one
  const patient = patience({ wait, random, closing: closing.signal });
  const well: Well = (work) => untilWell(work, { patient, log: warn });
  const warn = (message: string, facts: Record<string, unknown>): void => log('warn', message, facts);
  const passwords = openPasswords(options);
  const loader = openLoader({
    engine,
    changed: options.changed,
    pause: (attempt) => patient.pause(UNHEARD, attempt),
    now,
    log,
  });
  const committer = openCommitter({
    loader,
    engine,
    configuration,
    patient,
    committed: (seconds) => options.committed?.(seconds),
    log,
  });
  const refusals = openRefusals({ ...options, passwords, well });
  /** To be processed once more when it is settled: its password has changed while it was read. */
  const again = new Set<string>();
  const queue: Job[] = [];
  const underway = new Map<string, { readonly job: Job; readonly finished: Promise<void> }>();
  let running: Promise<void> | undefined;
  let retrying: Promise<void> | undefined;

  const isClosed = (): boolean => closing.signal.aborted;

  /** Back into the queue after a while; the others are not kept waiting. */
  function putOff(job: Job, plan: Backoff): void {
    patient.pause(plan, ++job.putOff).then(
      () => {
        queue.push(job);
        start();
      },
      () => giveBack(job),
    );
  }

  /** The ingestor closes; who reads the pending next finds it. */
  function giveBack({ submission, fail }: Job): void {
    underway.delete(submission);
    fail(isClosing());
  }

  async function settle({ submission, done }: Job, isKnown: boolean): Promise<void> {
    if (isKnown) await store.settle(submission);
    underway.delete(submission);
    done();
  }

  /** Makes pending again what somebody wants read again; forgets what the last reading had to say. Idempotent. */
  async function reopen(jobs: readonly Job[], states: Awaited<ReturnType<typeof statesReached>>): Promise<void> {
    const again: LedgerEntry[] = [];
    const stale: string[] = [];
    const marked: string[] = [];
    for (const { submission } of jobs) {
      const state = states.get(submission)?.state;
      if (state === undefined) continue;
      const isMarked = (await replays?.has(submission)) === true;
      if (isMarked) marked.push(submission);
      const isReplayed = isMarked && REPLAYABLE.has(state);
      if (isReplayed || state === 'awaiting_password') stale.push(submission);
      const stored = isReplayed ? await store.facts(submission) : undefined;
      if (stored) again.push(ledgerEntry(stored, { state: 'received', at: now() }));
    }
    await well(() => forgetRowFaults(engine, stale));
    await well(() => insertLedger(engine, again));
    for (const { submission, at } of again) {
      await store.reopen(submission);
      states.set(submission, { state: 'received', at });
    }
    for (const submission of marked) await replays?.done(submission);
  }

  async function take(job: Job, batch: Batch): Promise<number> {
    const outcome = await read(job.submission, { store, configuration, passwords, recordKey, threads, patient, log });
    if (outcome.kind === 'refused') batch.refused.push({ job, refused: outcome });
    if (outcome.kind === 'order') batch.orders.push({ job, order: outcome.order });
    if (outcome.kind === 'absent') await replays?.done(job.submission);
    if (outcome.kind === 'unavailable') {
      log('error', 'the raw store does not give a submission; it is tried again', {
        submission: job.submission,
        cause: causeOf(outcome.error),
      });
      batch.jobs.splice(batch.jobs.indexOf(job), 1);
      putOff(job, UNAVAILABLE);
    }
    if (outcome.kind !== 'read') return 0;
    batch.ready.push({ job, read: outcome.read });
    return outcome.read.reading.statements.reduce((cells, { values }) => cells + values.length + 1, 0);
  }

  /** Takes the next batch from the queue into `batch` and reads it. */
  async function gather(batch: Batch): Promise<void> {
    if (queue.length < BATCH.files) await wait(GATHER_MS, closing.signal).catch(() => undefined);
    const candidates = queue.slice(0, BATCH.backlogFiles);
    const ids = candidates.map(({ submission }) => submission);
    const states = await well(() => statesReached(engine, ids));
    await reopen(candidates, states);
    let cells = 0;
    let left = candidates.length;
    async function takeNext(): Promise<void> {
      for (; left > 0 && cells < BATCH.cells;) {
        left--;
        const job = queue.shift()!;
        batch.jobs.push(job);
        const known = states.get(job.submission);
        job.since = known?.at ?? 0;
        if (known && FINAL.has(known.state)) continue;
        const read = await take(job, batch);
        cells += read;
      }
    }
    await Promise.all(Array.from({ length: concurrency }, takeNext));
  }

  /** Counts what was read. What fails by itself is put off or, when it has had its tries, handed back as refused. */
  async function count(ready: Batch['ready']): Promise<{ later: Map<Job, Backoff>; refused: Batch['refused'] }> {
    const jobs = new Map(ready.map(({ job, read: { stored } }) => [stored.submission, job]));
    const { counted, failures } = await committer.commit(ready.map(({ read: one }) => one));
    for (const { stored, reading } of counted) {
      const { submission, feed } = stored;
      options.settled?.({ ...reading, submission, feed, state: 'loaded' });
    }
    const later = new Map<Job, Backoff>();
    const refused: { job: Job; refused: Refused }[] = [];
    for (const { read: one, error } of failures) {
      const job = jobs.get(one.stored.submission)!;
      const plan = planFor(error);
      const othersPass = committer.successes() > job.seen;
      if (othersPass || !plan.onlyWhenOthersPass) job.tries++;
      job.seen = committer.successes();
      if (job.tries < plan.tries) later.set(job, plan.pause);
      else refused.push({ job, refused: unloadable(one.stored, error, job.tries) });
    }
    return { later, refused };
  }

  async function refuse(list: Batch['refused']): Promise<void> {
    for (const submission of await refusals.refuse(list.map(({ job, refused }) => ({ ...refused, since: job.since }))))
      again.add(submission);
  }

  /** Carries out orders one after the other. Those whose time has not come, for their submission is not counted yet: early. */
  async function carryOut(orders: Batch['orders']): Promise<{ early: Set<Job>; refused: Batch['refused'] }> {
    const early = new Set<Job>();
    const refused: { job: Job; refused: Refused }[] = [];
    for (const { job, order } of orders) {
      try {
        if (!(await well(() => loader.carryOut(order, configuration())))) early.add(job);
      } catch (error) {
        if (isClosed()) throw error;
        const { stored } = order;
        log('error', 'an order could not be carried out', { submission: stored.submission, cause: causeOf(error) });
        refused.push({ job, refused: refusedOrder(stored, error) });
      }
    }
    return { early, refused };
  }

  async function finish({ jobs, ready, refused, orders }: Batch): Promise<void> {
    await refuse(refused);
    const { later, refused: dead } = await count(ready);
    await refuse(dead);
    const { early, refused: vain } = await carryOut(orders);
    await refuse(vain);
    for (const job of jobs) {
      const pause = later.get(job);
      if (pause) {
        putOff(job, pause);
        continue;
      }
      // The early ones stay pending: the reconciler brings them again.
      await settle(job, !early.has(job));
      if (again.delete(job.submission)) void process(job.submission).catch(() => undefined);
    }
  }

  /** Whatever goes wrong with a batch beyond what is foreseen: its jobs are tried again, and nothing is lost. */
  async function guarded(batch: Batch, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isClosed()) log('error', 'a batch failed; it is tried again', { cause: causeOf(error) });
      for (const job of batch.jobs) if (underway.has(job.submission)) putOff(job, UNAVAILABLE);
    }
  }

  /** Reads the next batch while the one before is being committed. */
  async function run(): Promise<void> {
    let committing = Promise.resolve();
    while (queue.length > 0 && !isClosed()) {
      const batch: Batch = { jobs: [], ready: [], refused: [], orders: [] };
      let isGathered = false;
      await guarded(batch, async () => {
        await gather(batch);
        isGathered = true;
      });
      await committing;
      if (isGathered) committing = guarded(batch, () => finish(batch));
    }
    await committing;
    if (isClosed()) for (const job of queue.splice(0)) giveBack(job);
  }

  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      if (queue.length > 0) start();
    });
  }

  function process(submission: string): Promise<void> {
    if (isClosed()) return Promise.reject(isClosing());
    const known = underway.get(submission);
    if (known) return known.finished;
    let job: Job | undefined;
    const finished = new Promise<void>((done, fail) => {
      job = { submission, done, fail, tries: 0, seen: committer.successes(), putOff: 0, since: 0 };
      queue.push(job);
    });
    underway.set(submission, { job: job!, finished });
    start();
    return finished;
  }

  return {
    process,
    async reconcile(isOurs) {
      const waiting = new Set([...(await store.pending()), ...((await replays?.asked()) ?? [])]);
      const ours = [...waiting].filter((submission) => isOurs(submission) && !underway.has(submission));
      for (const submission of ours) process(submission).catch(() => undefined); // it stays pending
      return ours.length;
    },
    retryAwaiting(isOurs) {
      retrying ??= passwords
        .retry(async (submissions) => {
          await Promise.all(submissions.filter(isOurs).map(process));
        })
        .finally(() => (retrying = undefined));
      return retrying;
    },
    depth: () => underway.size,
    async close() {
      closing.abort();
      await running;
    },
  };
}
