import { BellwetherError } from '#vocabulary';
import type { Configuration } from '#registry';
import { type Engine, engineTrouble } from '#warehouse';
import type { Loader, ReadSubmission } from '../load/index.js';
import { type Backoff, type Patience, TRIES, causeOf } from './patience.js';

/** What a try to count a submission by itself ended with. */
export interface Failure {
  readonly read: ReadSubmission;
  readonly error: unknown;
}

export interface CommitterOptions {
  readonly loader: Loader;
  readonly engine: Pick<Engine, 'ping'>;
  configuration(): Configuration;
  readonly patient: Patience;
  /** Told how long each batch took, from slots to acknowledgement. */
  committed(seconds: number): void;
  log(level: 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

export interface Committer {
  /** Counts a batch. What cannot be counted now is handed back, and holds up nothing else. */
  commit(
    batch: readonly ReadSubmission[],
  ): Promise<{ counted: readonly ReadSubmission[]; failures: readonly Failure[] }>;
  /** Commits that worked, so far: whether the engine does its work for others. */
  successes(): number;
}

const AWAY: Backoff = { first: 100, most: 5000 };
/** So many commits may fail in a row before the rest of a batch is put off: by then a single bad file has been found. */
const failuresAllowed = (files: number): number => Math.ceil(Math.log2(files + 1)) + TRIES;

/**
 * Commits a batch; when that fails, halves, and halves of halves, so that a file that cannot be counted is found in a few
 * tries and stops nobody else's. While the engine is away it waits. When the engine answers and yet does nothing for
 * anybody, the batch is handed back, to be tried later.
 */
export function openCommitter({ loader, engine, configuration, patient, committed, log }: CommitterOptions): Committer {
  let successes = 0;

  const isThere = (): Promise<boolean> => engine.ping().catch(() => false);

  /** The error that it ended with; undefined when it worked. Waits while the engine is away. */
  async function attempt(batch: readonly ReadSubmission[]): Promise<{ error: unknown } | undefined> {
    for (let round = 1; ; round++) {
      try {
        const began = performance.now();
        await loader.commit(batch, configuration());
        committed((performance.now() - began) / 1000);
        successes++;
        return undefined;
      } catch (error) {
        if (error instanceof BellwetherError && error.code === 'NOT_READY') throw error;
        log('error', 'a commit failed', { submissions: batch.length, cause: causeOf(error) });
        if (engineTrouble(error) === undefined || (await isThere())) return { error };
        for (let away = 1; !(await isThere()); away++) await patient.pause(AWAY, away);
        // An engine that goes away each time may be killed by this very batch.
        if (round >= TRIES) return { error };
      }
    }
  }

  return {
    successes: () => successes,
    async commit(batch) {
      const counted: ReadSubmission[] = [];
      const failures: Failure[] = [];
      let inARow = 0;
      const isPointless = (error: unknown): boolean =>
        engineTrouble(error) !== undefined && inARow >= failuresAllowed(batch.length);

      async function divide(part: readonly ReadSubmission[]): Promise<void> {
        if (part.length === 0) return;
        const failed = await attempt(part);
        inARow = failed ? inARow + 1 : 0;
        if (!failed) counted.push(...part);
        else if (part.length === 1 || isPointless(failed.error))
          failures.push(...part.map((read) => ({ read, error: failed.error })));
        else {
          const middle = part.length >> 1;
          await divide(part.slice(0, middle));
          await divide(part.slice(middle));
        }
      }
      await divide(batch);
      return { counted, failures };
    },
  };
}

/** How often and how long a submission that fails by itself is tried again. */
interface Plan {
  readonly pause: Backoff;
  /** Tries, then it is dead; Infinity: it waits for ever. */
  readonly tries: number;
  /** A try counts only when another commit has worked since the one before: then it is not the engine. */
  readonly onlyWhenOthersPass: boolean;
}

const ITS_OWN: Plan = { pause: { first: 200, most: 5000 }, tries: TRIES, onlyWhenOthersPass: false };
const STRAIN: Plan = { pause: { first: 1000, most: 300_000 }, tries: 10, onlyWhenOthersPass: true };
const ENGINE: Plan = { pause: { first: 1000, most: 60_000 }, tries: Infinity, onlyWhenOthersPass: true };

export function planFor(error: unknown): Plan {
  const trouble = engineTrouble(error);
  return trouble === 'engine' ? ENGINE : trouble === 'strain' ? STRAIN : ITS_OWN;
}
