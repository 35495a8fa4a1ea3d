import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Credentials, Sessions } from '../gate.js';
import type { Principal } from '../principal.js';
import type { Provider } from './provider-file.js';
import { openSeal } from './seal.js';

/** What a session holds: the claims on which its principal depends, so that a changed configuration changes it too. */
const content = z.object({ id: z.string(), ends: z.number(), claims: z.record(z.string(), z.unknown()) });

const REMEMBERED = 5_000;
const MOST_ENDED = 10_000;

export interface BrowserSessions extends Sessions {
  /** The sealed session of somebody who has just logged in, and how many seconds it lasts; undefined: may nothing here. */
  begin(claims: Readonly<Record<string, unknown>>): { readonly sealed: string; readonly seconds: number } | undefined;
  /** Ends it before its time; in this process at once, in others because the browser has lost it. */
  end(sealed: string): void;
}

export function openBrowserSessions({
  provider,
  key,
  now,
}: {
  readonly provider: Provider;
  readonly key: Uint8Array;
  readonly now: () => number;
}): BrowserSessions {
  const seal = openSeal(key, 'session');
  const { publicUrl = '', hours = 0 } = provider.login ?? {};
  const origin = URL.canParse(publicUrl) ? new URL(publicUrl).origin : undefined;
  const known = new LRUCache<string, { principal: Principal; id: string; ends: number }>({ max: REMEMBERED });
  /** Sessions that were ended, until they would have ended by themselves. */
  const ended = new Map<string, number>();

  function read(sealed: string): { principal: Principal; id: string; ends: number } | undefined {
    const found = known.get(sealed);
    if (found) return found;
    const { data } = content.safeParse(seal.open(sealed));
    const principal = data && provider.principalOf(data.claims);
    if (!principal) return undefined;
    const session = { principal, id: data.id, ends: data.ends };
    known.set(sealed, session);
    return session;
  }

  return {
    begin(claims) {
      if (!provider.principalOf(claims)) return undefined;
      const ends = now() + hours * 3_600_000;
      const needed = Object.fromEntries(provider.claims.map((name) => [name, claims[name]]));
      return { sealed: seal.seal({ id: randomUUID(), ends, claims: needed }), seconds: Math.floor(hours * 3600) };
    },
    end(sealed) {
      const session = read(sealed);
      if (!session) return;
      const at = now();
      for (const [id, ends] of ended) if (ends <= at || ended.size >= MOST_ENDED) ended.delete(id);
      ended.set(session.id, session.ends);
    },
    principalOf(sealed) {
      const session = read(sealed);
      if (!session || now() >= session.ends || ended.has(session.id)) return undefined;
      return session.principal;
    },
    // A page of another site cannot set an Origin; a browser that changes something always sends one (Fetch standard).
    isOwnPage: ({ origin: from, isSafe }: Credentials) => (from === undefined ? isSafe === true : from === origin),
  };
}
