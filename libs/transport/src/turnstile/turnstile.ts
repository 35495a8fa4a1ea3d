import { BellwetherError } from '#vocabulary';

/**
 * Every door that takes files asks here first, so that a sender who sends too much, or a time when more arrives than is
 * read, is met the same way everywhere.
 */
export interface Turnstile {
  /** Counts one file of a sender. Throws TOO_MANY_REQUESTS, with `retryAfter`, when it has to come later. */
  enter(sender: string): Promise<void>;
  /** The same for protocols that have no "come later": waits, at most {@link LONGEST_WAIT_MS}, and only then throws. */
  wait(sender: string): Promise<void>;
  /** So much waits to be read that nothing more should be fetched. */
  isBehind(): Promise<boolean>;
}

export interface TurnstileOptions {
  /** Files of one sender; as many may come at once after a quiet minute. */
  readonly perMinute: number;
  /** Submissions received and not yet read, above which nothing more is taken. */
  readonly pendingLimit: number;
  /** How many are; asked at most once a second. */
  pending(): Promise<number>;
  now(): number;
}

/** How long a transfer over SFTP or FTPS is held back before it is refused. */
export const LONGEST_WAIT_MS = 30_000;
const COUNT_IS_GOOD_FOR_MS = 1_000;
const STEP_MS = 500;
/** Seconds after which a sender is asked to try again when the reading is behind. */
const BEHIND_RETRY = 10;
/** Senders that are remembered; the one that was quiet for longest is forgotten, and starts afresh. */
const MOST_SENDERS = 10_000;

interface Allowance {
  readonly left: number;
  readonly at: number;
}

export function openTurnstile({ perMinute, pendingLimit, pending, now }: TurnstileOptions): Turnstile {
  const allowances = new Map<string, Allowance>();
  let counted: { readonly at: number; readonly count: Promise<number> } | undefined;

  async function isBehind(): Promise<boolean> {
    if (!counted || now() - counted.at >= COUNT_IS_GOOD_FOR_MS) counted = { at: now(), count: pending() };
    try {
      return (await counted.count) > pendingLimit;
    } catch {
      return false; // what cannot be counted stops nobody; the receipt itself will say what is wrong
    }
  }

  /** Seconds until the sender has an allowance again; 0: it had one, and has used it. */
  function use(sender: string): number {
    const at = now();
    const { left, at: before } = allowances.get(sender) ?? { left: perMinute, at };
    const refilled = Math.min(perMinute, left + ((at - before) / 60_000) * perMinute);
    allowances.delete(sender);
    allowances.set(sender, { left: refilled >= 1 ? refilled - 1 : refilled, at });
    for (const quietest of allowances.keys()) {
      if (allowances.size <= MOST_SENDERS) break;
      allowances.delete(quietest);
    }
    return refilled >= 1 ? 0 : Math.max(1, Math.ceil(((1 - refilled) * 60) / perMinute));
  }

  async function enter(sender: string): Promise<void> {
    if (await isBehind()) {
      throw new BellwetherError('TOO_MANY_REQUESTS', `more than ${pendingLimit} files wait to be read`, {}, {
        retryAfter: BEHIND_RETRY,
      }); // prettier-ignore
    }
    const retryAfter = use(sender);
    if (retryAfter === 0) return;
    throw new BellwetherError('TOO_MANY_REQUESTS', `more than ${perMinute} files a minute`, {}, { retryAfter });
  }

  return {
    enter,
    isBehind,
    async wait(sender) {
      const end = now() + LONGEST_WAIT_MS;
      for (;;) {
        try {
          return await enter(sender);
        } catch (error) {
          if (now() + STEP_MS > end) throw error;
        }
        await new Promise((resume) => setTimeout(resume, STEP_MS));
      }
    },
  };
}
