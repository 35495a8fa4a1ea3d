import { setTimeout as sleep } from 'node:timers/promises';
import { BellwetherError, isUnfinishedName, type Receipt } from '#vocabulary';
import { type Sighting, sightingOf, verdictOf } from './compare.js';
import type { Journal } from './journal.js';
import { MOST_LISTED } from './limits.js';
import { failed, type RemoteEntry, type Source } from './source.js';

export interface RoundOptions {
  open(): Promise<Source>;
  readonly journal: Journal;
  /** Names that are taken. */
  accepts(name: string): boolean;
  readonly settleMs: number;
  readonly maxBytes: number;
  /** Gives the receipt, after which the bytes are safe. */
  receive(name: string, body: AsyncIterable<Uint8Array>): Promise<Receipt>;
  /** So much waits to be read that nothing more should be fetched. */
  isBehind(): Promise<boolean>;
  now(): number;
  /** A file that has a receipt (of which `duplicate` says that its content was known), or an error instead. */
  told(entry: RemoteEntry, outcome: Receipt | BellwetherError): void;
  readonly stop: AbortSignal;
}

/** What is remembered from round to round; lost with the process, and that only delays. */
export interface Memory {
  sightings: ReadonlyMap<string, Sighting>;
  /** Files that could not be taken: how often, and when they are tried again. */
  readonly failures: Map<string, { readonly times: number; readonly notBefore: number }>;
  /** Milliseconds of patience after so many failures. */
  patience(times: number): number;
}

export interface Round {
  readonly listed: number;
  readonly taken: number;
  /** Files that may still be growing. */
  readonly waiting: number;
  /** Files that could not be taken, in this round or before, and are tried again. */
  readonly failing: number;
}

/** Files of one source that are read at a time. */
const AT_ONCE = 2;
/** Failures in a row after which it is the source that fails, and not the file. */
const MOST_FAILURES = 20;
/** Milliseconds within which a file has to have arrived whole. */
const FILE_WITHIN_MS = 3_600_000;
const PAUSE_MS = 1_000;
const LONGEST_PATH = 4_096;

/**
 * Lists a source and takes what is new. A file is written to the journal only after it has its receipt: what is lost
 * between the two is taken twice, and received once. One file that fails does not keep the others; throws when the
 * source itself, or our own storage, is at fault.
 */
export async function takeRound(options: RoundOptions, memory: Memory): Promise<Round> {
  const { journal, now, stop } = options;
  const opened = new Set<Source>();
  const connect = async (): Promise<Source> => {
    stop.throwIfAborted();
    const source = await options.open();
    opened.add(source);
    if (stop.aborted) await source.close();
    return source;
  };
  const endAll = (): void => {
    for (const source of opened) source.close().catch(() => undefined);
  };
  stop.addEventListener('abort', endAll, { once: true });
  try {
    const first = await connect();
    const listedAt = now();
    const entries = await listingOf(first, options);
    const { due, waiting } = choose(entries, { options, memory, listedAt });
    const queue = due.values();
    const progress: Progress = { taken: 0, failedInARow: 0 };
    const work = { connect, queue, progress, options, memory };
    const workers = [takeAll(first, work), ...due.slice(1, AT_ONCE).map(() => takeAll(undefined, work))];
    for (const outcome of await Promise.allSettled(workers)) if (outcome.status === 'rejected') throw outcome.reason;
    await journal.keep(new Set(entries.keys()));
    return { listed: entries.size, taken: progress.taken, waiting, failing: memory.failures.size };
  } finally {
    stop.removeEventListener('abort', endAll);
    endAll();
  }
}

/** The files of a source by their path; the last of several with the same one. */
async function listingOf(source: Source, { accepts }: RoundOptions): Promise<ReadonlyMap<string, RemoteEntry>> {
  const entries = new Map<string, RemoteEntry>();
  let seen = 0;
  for await (const entry of source.list()) {
    if (++seen > MOST_LISTED) throw failed(`the listing has more than ${MOST_LISTED} files`);
    if (entry.path.length > LONGEST_PATH || isUnfinishedName(entry.name) || !accepts(entry.name)) continue;
    entries.set(entry.path, entry);
  }
  return entries;
}

/** What is to be taken now, the oldest first: a later version of a statement comes after the one that it replaces. */
function choose(
  entries: ReadonlyMap<string, RemoteEntry>,
  { options, memory, listedAt }: { options: RoundOptions; memory: Memory; listedAt: number },
): { readonly due: readonly RemoteEntry[]; readonly waiting: number } {
  const { journal, settleMs } = options;
  const sightings = new Map<string, Sighting>();
  const due: RemoteEntry[] = [];
  let waiting = 0;
  for (const [path, entry] of entries) {
    const seen = memory.sightings.get(path);
    const verdict = verdictOf(entry, { taken: journal.taken(path), seen, now: listedAt, settleMs });
    if (verdict === 'known') continue;
    sightings.set(path, sightingOf(entry, seen, listedAt));
    if (verdict === 'wait') waiting++;
    else if ((memory.failures.get(path)?.notBefore ?? 0) <= listedAt) due.push(entry);
  }
  memory.sightings = sightings;
  for (const path of memory.failures.keys()) if (!sightings.has(path)) memory.failures.delete(path);
  due.sort((a, b) => (a.changedAt ?? 0) - (b.changedAt ?? 0) || (a.path < b.path ? -1 : 1));
  return { due, waiting };
}

interface Progress {
  taken: number;
  failedInARow: number;
}

interface Work {
  connect(): Promise<Source>;
  readonly queue: IterableIterator<RemoteEntry>;
  readonly progress: Progress;
  readonly options: RoundOptions;
  readonly memory: Memory;
}

/** Takes from the queue until it is empty, on a connection of its own, which is not used again after a failure. */
async function takeAll(first: Source | undefined, { connect, queue, progress, options, memory }: Work): Promise<void> {
  let source = first;
  for (const entry of queue) {
    await whileBehind(options);
    source ??= await connect();
    try {
      const receipt = await options.receive(entry.name, contentOf(source, entry, options));
      await options.journal.add(entry.path, entry);
      memory.failures.delete(entry.path);
      progress.taken++;
      progress.failedInARow = 0;
      options.told(entry, receipt);
    } catch (error) {
      options.stop.throwIfAborted();
      await source.close();
      source = undefined;
      if (!isOfTheFile(error)) throw error;
      const times = (memory.failures.get(entry.path)?.times ?? 0) + 1;
      memory.failures.set(entry.path, { times, notBefore: options.now() + memory.patience(times) });
      options.told(entry, error);
      if (++progress.failedInARow >= MOST_FAILURES) throw error;
    }
  }
}

/** Our own storage, our own configuration and faults of ours end the round; they are not the file's. */
const isOfTheFile = (error: unknown): error is BellwetherError =>
  error instanceof BellwetherError &&
  (error.code === 'ENDPOINT_FAILED' || error.code === 'PAYLOAD_TOO_LARGE' || error.code === 'EGRESS_REFUSED');

async function whileBehind({ isBehind, stop }: RoundOptions): Promise<void> {
  while (await isBehind()) await sleep(PAUSE_MS, undefined, { signal: stop });
  stop.throwIfAborted();
}

/** The bytes of a file, if they are all of it. */
async function* contentOf(
  source: Source,
  entry: RemoteEntry,
  { maxBytes, now }: RoundOptions,
): AsyncGenerator<Uint8Array> {
  const tooLarge = (): BellwetherError =>
    new BellwetherError('PAYLOAD_TOO_LARGE', `a file has more than ${maxBytes} bytes`);
  if ((entry.size ?? 0) > maxBytes) throw tooLarge();
  const end = now() + FILE_WITHIN_MS;
  let bytes = 0;
  try {
    for await (const part of source.read(entry)) {
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge();
      if (now() > end) throw failed(`a file has not arrived within ${FILE_WITHIN_MS / 60_000} minutes`);
      yield part;
    }
  } catch (error) {
    throw failed('a file cannot be read', error);
  }
  if (entry.size !== undefined && bytes !== entry.size)
    throw failed(`a file of ${entry.size} bytes gave ${bytes}: it has changed, or was cut off`);
}
