import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openKeyFolder, openRawStore, type RawStore } from '#raw-store';
import type { PullSource } from '#registry';
import type { BellwetherError } from '#vocabulary';
import { openEgress } from '../egress/index.js';
import { type Journal, openJournal } from './journal.js';
import { openSource } from './open-source.js';
import { type Memory, type Round, type RoundOptions, takeRound } from './round.js';
import type { Source } from './source.js';

/** `name bytes SHA-256`, so that large contents can be compared. */
export const asTaken = (name: string, content: Uint8Array | string): string =>
  `${name} ${Buffer.byteLength(content)} ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;

/** Rounds over one source into a real raw store and a real journal, with a clock that can be turned forward. */
export interface Taking {
  round(): Promise<Round>;
  /** Two listings, so far apart that every file that has not changed in between is taken. */
  settled(): Promise<Round>;
  /** What has a receipt, in order. */
  received(): Promise<string[]>;
  /** Receipts that were given, doubles too. */
  readonly receipts: string[];
  readonly errors: string[];
  readonly store: RawStore;
  /** As after a crash: the journal is read again, and all else forgotten. */
  restart(): Promise<void>;
  later(ms: number): void;
  close(): Promise<void>;
}

export const SETTLE_MS = 60_000;

export async function openTaking({
  base,
  source,
  secrets,
  allow = ['127.0.0.1'],
  resolve,
  maxBytes = 64 * 2 ** 20,
  open = (given) => given(),
  change = (options) => options,
}: {
  base: string;
  source: PullSource;
  secrets: Readonly<Record<string, string>>;
  allow?: readonly string[];
  resolve?: (host: string) => Promise<readonly string[]>;
  maxBytes?: number;
  open?: (given: () => Promise<Source>) => Promise<Source>;
  change?: (options: RoundOptions) => RoundOptions;
}): Promise<Taking> {
  const store = await openRawStore({
    folder: join(base, 'raw'),
    keys: openKeyFolder({ folder: join(base, 'keys'), raw: join(base, 'raw') }),
    maxBytes,
  });
  const egress = openEgress({ allow, ...(resolve ? { resolve } : {}) });
  const secret = (reference: { kind: string; name?: string }): string | undefined => secrets[reference.name ?? ''];
  const stopping = new AbortController();
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  let journal: Journal = await openJournal(join(base, 'journal'));
  const fresh = (): Memory => ({ sightings: new Map(), failures: new Map(), patience: () => 30_000 });
  let memory = fresh();
  const receipts: string[] = [];
  const errors: string[] = [];

  const taking: Taking = {
    store,
    receipts,
    errors,
    round: () =>
      takeRound(
        change({
          open: () => open(() => openSource(source, { egress, secret })),
          journal,
          accepts: () => true,
          settleMs: SETTLE_MS,
          maxBytes,
          receive: (name, body) => store.put({ feed: 'clinics', name, stated: {}, receivedAt: 0 }, body),
          isBehind: async () => false,
          now,
          told: (entry, outcome) =>
            'code' in outcome
              ? errors.push(`${entry.path} ${(outcome as BellwetherError).code}`)
              : receipts.push(`${entry.path}${outcome.duplicate ? ' again' : ''}`),
          stop: stopping.signal,
        }),
        memory,
      ),
    async settled() {
      await taking.round();
      ahead += SETTLE_MS;
      return taking.round();
    },
    async received() {
      const found: string[] = [];
      for await (const id of store.all()) {
        const facts = await store.facts(id);
        if (facts) found.push(asTaken(facts.name, await store.content(id)));
      }
      return found.sort();
    },
    async restart() {
      await journal.close();
      journal = await openJournal(join(base, 'journal'));
      memory = fresh();
    },
    later(ms) {
      ahead += ms;
    },
    async close() {
      stopping.abort();
      await journal.close();
    },
  };
  return taking;
}
