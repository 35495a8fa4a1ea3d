/** How one child process is started. */
export interface ChildPlan {
  /** `engine`, `ingest-1`, `api`: in log lines and messages. */
  readonly name: string;
  /** The script to run. */
  readonly script: string;
  readonly argv: readonly string[];
  /**
   * What the child's environment holds beyond ours. `urls`: of the children that are ready, by name; on a restart its
   * own too, so that it can take the same port again.
   */
  readonly environment: (urls: ReadonlyMap<string, string>) => Readonly<Record<string, string>>;
  /** Milliseconds from start to ready. */
  readonly readyWithin: number;
}

/** What a child sends its parent once it serves. */
export interface ReadyMessage {
  readonly ready: true;
  /** Where it listens, if it does. */
  readonly url?: string;
}

export function isReadyMessage(message: unknown): message is ReadyMessage {
  if (typeof message !== 'object' || message === null || !('ready' in message) || message.ready !== true) return false;
  return !('url' in message) || message.url === undefined || typeof message.url === 'string';
}

/** Milliseconds to wait before the n-th restart in a row (from 1). */
export interface Backoff {
  readonly first: number;
  readonly most: number;
  /** A child that was ready this long starts again from the first. */
  readonly forgetAfter: number;
}

export const BACKOFF: Backoff = { first: 500, most: 30_000, forgetAfter: 60_000 };

export function pauseBefore(restart: number, { first, most }: Backoff): number {
  return Math.min(most, first * 2 ** Math.min(30, restart - 1));
}
