import { type IngestorOptions, openIngestor } from '#intake';
import type { RawStore, StoredSubmission } from '#raw-store';
import { type Engine, submissionStates } from '#warehouse';
import type { SubmissionState } from '#vocabulary';

/** What reading submissions again needs: today's configuration, passwords and key. */
export type Reader = Pick<IngestorOptions, 'configuration' | 'passwordOf' | 'recordKey'>;

export interface RepeatOptions extends Reader {
  /** Only read from; nothing in it is settled, reopened or added. */
  readonly store: RawStore;
  /** The database that is made. */
  readonly engine: Engine;
  /** Only submissions of feeds of these datasets; undefined: all. */
  readonly datasets?: readonly string[] | undefined;
  /** Only what was received by this instant, milliseconds since the epoch; undefined: all. */
  readonly until?: number | undefined;
  progress(state: { readonly done: number; readonly total: number }): void;
  log: IngestorOptions['log'];
}

export interface Repeated {
  /** Submissions asked for. */
  readonly total: number;
  /** Of them, what the database did not know yet. */
  readonly read: number;
  /** Objects of the raw store whose header cannot be read. */
  readonly unreadable: readonly string[];
}

/** Reaching one of these, a submission is not read again. */
const FINAL: ReadonlySet<SubmissionState> = new Set(['loaded', 'quarantined', 'withdrawn', 'undone']);
/** Submissions given to the ingestor ahead of its commits, and asked about in one question. */
const AHEAD = 2000;

interface Arrived {
  readonly submission: string;
  readonly receivedAt: number;
}

/** The submissions of the raw store in the order of their receipt; of the same millisecond, in the order of their ids. */
async function inOrderOfReceipt({
  store,
  configuration,
  datasets,
  until = Infinity,
}: RepeatOptions): Promise<{ arrived: Arrived[]; unreadable: string[] }> {
  const arrived: Arrived[] = [];
  const unreadable: string[] = [];
  const wanted = ({ feed }: StoredSubmission): boolean =>
    datasets === undefined || datasets.includes(configuration().feeds.get(feed)?.dataset ?? '');
  for await (const submission of store.all()) {
    const facts = await store.facts(submission).catch(() => undefined);
    if (!facts) unreadable.push(submission);
    else if (facts.receivedAt <= until && wanted(facts)) arrived.push({ submission, receivedAt: facts.receivedAt });
  }
  arrived.sort((a, b) => a.receivedAt - b.receivedAt || (a.submission < b.submission ? -1 : 1));
  return { arrived, unreadable };
}

/** What the database has not finished with. */
async function unfinished(engine: Engine, submissions: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (let at = 0; at < submissions.length; at += AHEAD) {
    const some = submissions.slice(at, at + AHEAD);
    const states = await submissionStates(engine, some);
    left.push(...some.filter((submission) => !FINAL.has(states.get(submission) ?? 'received')));
  }
  return left;
}

/**
 * Counts the submissions of the raw store in a database as if they arrived once more, in the order of their receipt,
 * through the one ingestor there is. What the database knows already is passed over, so it can be interrupted anywhere,
 * by a kill too, and be started again. Times of arrival come from the raw store: what was known when comes back too.
 */
export async function repeatSubmissions(options: RepeatOptions): Promise<Repeated> {
  const { engine, store, configuration, passwordOf, recordKey, progress, log } = options;
  const { arrived, unreadable } = await inOrderOfReceipt(options);
  const left = await unfinished(
    engine,
    arrived.map(({ submission }) => submission),
  );
  const total = arrived.length;
  let done = total - left.length;
  progress({ done, total });
  const untouched: RawStore = {
    ...store,
    pending: () => Promise.resolve([]),
    settle: () => Promise.resolve(),
    reopen: () => Promise.resolve(),
  };
  const ingestor = openIngestor({
    engine,
    store: untouched,
    configuration,
    passwordOf,
    recordKey,
    changed: () => Promise.resolve(),
    now: Date.now,
    log: (level, message, facts) => {
      if (level === 'error') log(level, message, facts);
    },
  });
  try {
    for (let at = 0; at < left.length; at += AHEAD) {
      const some = left.slice(at, at + AHEAD).map(async (submission) => {
        await ingestor.process(submission);
        progress({ done: ++done, total });
      });
      await Promise.all(some);
    }
  } finally {
    await ingestor.close();
  }
  return { total, read: left.length, unreadable };
}
