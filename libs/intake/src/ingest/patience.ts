import { BellwetherError } from '#vocabulary';
import { engineTrouble } from '#warehouse';

/** How long to wait before a step is tried again: doubling from `first` to `most`, in milliseconds. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/**
 * The wait before try `attempt + 1`. Between half and all of the doubled time, so that what failed together does not come
 * back together ("equal jitter": M. Brooker, Exponential Backoff and Jitter, 2015). `random`: from 0 up to 1.
 */
export function backoff({ first, most }: Backoff, attempt: number, random: number): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (random * full) / 2;
}

/** What waits. Ends early, by throwing NOT_READY, when the ingestor closes: what has not been settled stays pending. */
export interface Patience {
  pause(plan: Backoff, attempt: number): Promise<void>;
}

export interface PatienceOptions {
  /** Resolves after so many milliseconds; may reject as soon as the signal says so. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  readonly closing: AbortSignal;
}

export function patience({ wait, random, closing }: PatienceOptions): Patience {
  return {
    async pause(plan, attempt) {
      try {
        if (!closing.aborted) await wait(backoff(plan, attempt, random()), closing);
      } catch (error) {
        if (!closing.aborted) throw error;
      }
      if (closing.aborted) throw isClosing();
    },
  };
}

export const isClosing = (): BellwetherError => new BellwetherError('NOT_READY', 'the ingest worker is closing');

const WELL: Backoff = { first: 100, most: 30_000 };
/** Tries of what the engine is not to blame for. */
export const TRIES = 3;

/** {@link untilWell} with everything but the work given. */
export type Well = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Repeats while the engine is in trouble, for ever: nothing is lost by waiting. Another error is thrown after three tries.
 */
export async function untilWell<T>(
  work: () => Promise<T>,
  { patient, log }: { patient: Patience; log(message: string, facts: Record<string, unknown>): void },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (engineTrouble(error) === undefined && attempt >= TRIES) throw error;
      if (attempt === 1 || attempt % 10 === 0)
        log('the warehouse does not do what it should; waiting', { attempt, cause: causeOf(error) });
      await patient.pause(WELL, attempt);
    }
  }
}

/** What an error says to those who read the log; bounded. */
export function causeOf(error: unknown): string {
  return String(error instanceof Error && error.cause ? error.cause : error).slice(0, 2000);
}
