import { setTimeout as sleep } from 'node:timers/promises';
import type { Pull } from '#registry';
import { BellwetherError, type Receipt } from '#vocabulary';
import { openJournal } from './journal.js';
import { acceptsName } from './name-filter.js';
import { type Memory, takeRound } from './round.js';
import { backoff, nextListing } from './schedule.js';
import type { Source } from './source.js';
import { journalPath, type PullStatus, readPullStatus, whereOf, writePullStatus } from './status.js';

/** For metrics: a file, or a whole listing. */
export type Counted = 'taken' | 'duplicate' | 'failed' | 'listed' | 'unlisted';

export interface PullerOptions {
  readonly feed: string;
  readonly pull: Pull;
  /** Where journal and status of the feed lie. */
  readonly folder: string;
  open(): Promise<Source>;
  readonly maxBytes: number;
  receive(file: { feed: string; name: string; body: AsyncIterable<Uint8Array> }): Promise<Receipt>;
  isBehind(): Promise<boolean>;
  /** Waits until it is this feed's turn to list, and gives the turn back. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  now(): number;
  /** In [0, 1). */
  chance(): number;
  log(level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>): void;
  counted(feed: string, what: Counted): void;
}

/** Fetches the files of one feed until it is closed. */
export interface Puller {
  /** Resolves when nothing is on its way any more; what had no receipt is taken by whoever comes next. */
  close(): Promise<void>;
}

/** Longest pause of a source that fails, if `every` is not longer. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/** Longest pause of a file that fails. */
const LONGEST_FILE_PAUSE_MS = 6 * 3_600_000;

export function startPuller(options: PullerOptions): Puller {
  const stopping = new AbortController();
  const running = run(options, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted)
      options.log('error', 'files are no longer fetched', { feed: options.feed, detail: String(error) });
  });
  return {
    async close() {
      stopping.abort();
      await running;
    },
  };
}

async function run(options: PullerOptions, stop: AbortSignal): Promise<void> {
  const { feed, pull, folder, now, log } = options;
  const journal = await openJournal(journalPath(folder, feed, pull.source));
  if (journal.damaged > 0)
    log('warn', 'the journal was damaged; some files are fetched once more', { feed, lines: journal.damaged });
  const memory: Memory = {
    sightings: new Map(),
    failures: new Map(),
    patience: (times) => backoff(times, { longest: LONGEST_FILE_PAUSE_MS, chance: options.chance() }),
  };
  let status: PullStatus = {
    ...((await readPullStatus(folder, feed)) ?? { lastSuccess: null }),
    feed,
    from: whereOf(pull.source),
    lastListing: null,
    listed: 0,
    waiting: 0,
    failing: 0,
    error: null,
    next: null,
  };
  let failures = 0;
  try {
    while (!stop.aborted) {
      const began = now();
      let next: number;
      try {
        const round = await options.inTurn(() => takeRound(roundOf(options, { journal, stop }), memory));
        failures = 0;
        options.counted(feed, 'listed');
        const retries = [...memory.failures.values()].map(({ notBefore }) => notBefore);
        next = Math.min(
          nextListing(pull, began),
          ...retries.map((retry) => Math.max(retry, began + 1_000)),
          round.waiting > 0 ? now() + pull.settleMs : Infinity,
        );
        const { listed, waiting, failing } = round;
        const at = new Date(began).toISOString();
        status = { ...status, lastListing: at, lastSuccess: at, listed, waiting, failing, error: null };
      } catch (error) {
        if (stop.aborted) break;
        failures++;
        options.counted(feed, 'unlisted');
        const longest = Math.max(LONGEST_PAUSE_MS, pull.everyMs ?? 0);
        next = now() + backoff(failures, { longest, chance: options.chance() });
        const known = error instanceof BellwetherError;
        const code = known ? error.code : 'INTERNAL';
        const detail = known ? error.detail : 'see the log';
        status = {
          ...status,
          lastListing: new Date(began).toISOString(),
          error: { code, detail, at: new Date(now()).toISOString(), times: failures },
        };
        log('warn', 'files could not be fetched; it is tried again', {
          feed,
          code,
          detail: known ? detail : String(error),
          times: failures,
        });
      }
      status = { ...status, next: new Date(next).toISOString() };
      await writePullStatus(folder, status);
      await sleep(Math.min(Math.max(next - now(), 0), 2 ** 31 - 1), undefined, { signal: stop });
    }
  } finally {
    await journal.close();
  }
}

function roundOf(
  { feed, pull, open, maxBytes, receive, isBehind, now, log, counted }: PullerOptions,
  { journal, stop }: { journal: Awaited<ReturnType<typeof openJournal>>; stop: AbortSignal },
): Parameters<typeof takeRound>[0] {
  return {
    open,
    journal,
    stop,
    accepts: acceptsName(pull.files),
    settleMs: pull.settleMs,
    maxBytes,
    receive: (name, body) => receive({ feed, name, body }),
    isBehind,
    now,
    told({ path }, outcome) {
      if (outcome instanceof BellwetherError) {
        counted(feed, 'failed');
        log('warn', 'a file could not be fetched; it is tried again', {
          feed,
          path,
          code: outcome.code,
          detail: outcome.detail,
        });
        return;
      }
      counted(feed, outcome.duplicate ? 'duplicate' : 'taken');
      log('info', 'fetched', { feed, path, submission: outcome.submission, bytes: outcome.bytes });
    },
  };
}
