import { mkdir } from 'node:fs/promises';
import type { Configuration, Pull, SecretReference } from '#registry';
import type { Egress } from '../egress/index.js';
import { openSource } from './open-source.js';
import { keepStatuses } from './status.js';
import { type Puller, type PullerOptions, startPuller } from './puller.js';

type Handed = Pick<PullerOptions, 'maxBytes' | 'receive' | 'isBehind' | 'log' | 'counted'>;

export interface PullsOptions extends Handed {
  /** Journals and statuses; one process at a time. */
  readonly folder: string;
  readonly egress: Egress;
  /** The secret of a feed at this moment; undefined: there is none. */
  secret(reference: SecretReference): string | undefined;
}

/** All scheduled pulls of a configuration. */
export interface Pulls {
  /** Starts what is new, ends what is gone, and starts anew what has changed. Resolves when that is done. */
  apply(feeds: Configuration['feeds']): Promise<void>;
  close(): Promise<void>;
}

/** Sources that are listed and read at the same time; the others wait for their turn. */
const SOURCES_AT_ONCE = 8;

export async function openPulls({ folder, egress, secret, ...handed }: PullsOptions): Promise<Pulls> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const running = new Map<string, { readonly of: string; readonly puller: Puller }>();
  const inTurn = turns(SOURCES_AT_ONCE);
  let isClosed = false;
  let before: Promise<unknown> = Promise.resolve();

  const start = (feed: string, pull: Pull): Puller =>
    startPuller({
      ...handed,
      feed,
      pull,
      folder,
      inTurn,
      open: () => openSource(pull.source, { egress, secret }),
      now: Date.now,
      chance: Math.random,
    });

  async function applyNow(feeds: Configuration['feeds']): Promise<void> {
    const wanted = new Map<string, Pull>();
    if (!isClosed)
      for (const { id, enabled, pull } of feeds.values()) if (enabled && pull !== undefined) wanted.set(id, pull);
    const gone = [...running].filter(([feed, { of }]) => of !== JSON.stringify(wanted.get(feed)));
    await Promise.all(gone.map(([, { puller }]) => puller.close()));
    for (const [feed] of gone) running.delete(feed);
    if (!isClosed) await keepStatuses(folder, new Set(wanted.keys()));
    for (const [feed, pull] of wanted)
      if (!running.has(feed)) running.set(feed, { of: JSON.stringify(pull), puller: start(feed, pull) });
  }
  const apply = (feeds: Configuration['feeds']): Promise<void> => {
    const done = before.then(() => applyNow(feeds));
    before = done.catch(() => undefined);
    return done;
  };

  return {
    apply,
    close() {
      isClosed = true;
      return apply(new Map());
    },
  };
}

/** Lets so many work at a time, in the order in which they asked. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy >= most) await new Promise<void>((resume) => waiting.push(resume));
    else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
