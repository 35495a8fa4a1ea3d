import type { Configuration, Feed } from '#registry';
import type { RawStore, StoredSubmission } from '#raw-store';
import { type Engine, ledgerPage } from '#warehouse';

export interface PasswordsOptions {
  readonly engine: Engine;
  readonly store: Pick<RawStore, 'facts'>;
  configuration(): Configuration;
  /** The archive password of a sender, when there is one. Throws when it is there and cannot be read. */
  passwordOf(feed: Feed, sender: string): string | undefined;
}

/** Archive passwords, and what waits for one. */
export interface Passwords {
  /** The password that a submission is opened with. Throws when it cannot be read. */
  of(stored: StoredSubmission, feed: Feed): string | undefined;
  /** It did not open with this password. True: there is another by now, so it is worth another try at once. */
  inVain(stored: StoredSubmission, password: string | undefined): boolean;
  /**
   * Has everything processed that waits for a password, and whose sender's password has changed; the first time everything
   * that waits, for the password may have come while nothing ran. A page at a time, however many wait.
   */
  retry(processed: (submissions: readonly string[]) => Promise<void>): Promise<void>;
}

/** Submissions looked at, and processed, at a time. */
const PAGE = 200;
/** No password is this: one that is there and cannot be read. */
const UNREADABLE = Symbol('unreadable');

export const senderOf = ({ stated }: StoredSubmission): string => stated['facility'] ?? stated['sender'] ?? '';
const nameOf = (stored: StoredSubmission): string => JSON.stringify([stored.feed, senderOf(stored)]);

export function openPasswords({ engine, store, configuration, passwordOf }: PasswordsOptions): Passwords {
  /** By feed and sender: the password that was tried in vain on everything of theirs that waits. */
  const tried = new Map<string, { feed: string; sender: string; password: string | undefined | typeof UNREADABLE }>();
  /** Whose password has changed, by name: its feed. Until everything of theirs was processed. */
  const due = new Map<string, string>();
  let hasTriedAll = false;

  function current(feedId: string, sender: string): string | undefined | typeof UNREADABLE {
    const feed = configuration().feeds.get(feedId);
    try {
      return feed?.password && passwordOf(feed, sender);
    } catch {
      return UNREADABLE;
    }
  }

  return {
    of: (stored, feed) => feed.password && passwordOf(feed, senderOf(stored)),
    inVain(stored, password) {
      const [name, sender] = [nameOf(stored), senderOf(stored)];
      const now = current(stored.feed, sender);
      if (!tried.has(name)) tried.set(name, { feed: stored.feed, sender, password: now });
      return now !== UNREADABLE && now !== password;
    },
    async retry(processed) {
      const isFirst = !hasTriedAll;
      for (const [name, entry] of tried) {
        const password = current(entry.feed, entry.sender);
        if (password === entry.password) continue;
        due.set(name, entry.feed);
        // Before the tries, so that a change during them is seen the next time.
        tried.set(name, { ...entry, password });
      }
      const names = new Set(due.keys());
      const feeds = new Set(due.values());
      for (const feed of isFirst ? [undefined] : feeds) {
        let before: { receivedAt: number; submission: string } | undefined;
        do {
          const page = await ledgerPage(engine, { feed, states: ['awaiting_password'], before, limit: PAGE });
          const again: string[] = [];
          for (const { submission } of page) {
            const stored = await store.facts(submission);
            if (stored && (isFirst || names.has(nameOf(stored)))) again.push(submission);
          }
          await processed(again);
          before = page.length === PAGE ? page.at(-1) : undefined;
        } while (before);
      }
      hasTriedAll = true;
      for (const name of names) due.delete(name);
    },
  };
}
