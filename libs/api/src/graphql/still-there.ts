import type { Credentials, Principal } from '#access';

/** Something that stays open for one principal: a WebSocket, an event stream. */
export interface Opened {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** `gone`: the credentials name nobody any more. `changed`: they name somebody who may do other things now. */
  end(why: 'gone' | 'changed'): void;
}

/** A revoked key, an ended session and an expired token are noticed within so long. */
const LOOK_AGAIN_MS = 2000;

const same = (a: Principal, b: Principal): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Asks again and again who it is that has something open, by the credentials with which it was opened, and ends what was
 * opened by a right that is no more. Whoever still has some right opens it anew, and is authorised anew.
 */
export function openLooking({
  authenticate,
}: {
  readonly authenticate: (credentials: Credentials) => Principal | undefined | Promise<Principal | undefined>;
}): { readonly follow: (opened: Opened) => () => void; readonly close: () => void } {
  const all = new Set<Opened>();
  let looking = false;

  async function look(): Promise<void> {
    for (const opened of [...all]) {
      const now = await authenticate(opened.credentials);
      if (!all.has(opened) || (now && same(now, opened.principal))) continue;
      all.delete(opened);
      opened.end(now ? 'changed' : 'gone');
    }
  }

  const timer = setInterval(() => {
    if (looking || all.size === 0) return;
    looking = true;
    look()
      .catch(() => undefined) // an identity provider that is away: it is asked again
      .finally(() => {
        looking = false;
      });
  }, LOOK_AGAIN_MS);
  timer.unref();

  return {
    follow(opened) {
      all.add(opened);
      return () => all.delete(opened);
    },
    close: () => clearInterval(timer),
  };
}
