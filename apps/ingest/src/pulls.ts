import { join } from 'node:path';
import { lockDataFolder, type Log, type Metrics, type Settings } from '#platform';
import type { RawStore } from '#raw-store';
import { type Configuration, readSecret, type SecretReference } from '#registry';
import { openEgress, openPulls, openTurnstile } from '#transport';
import type { Receipt } from '#vocabulary';

interface ScheduledPullsOptions {
  readonly settings: Settings;
  readonly store: RawStore;
  configuration(): Configuration;
  receive(file: {
    readonly feed: string;
    readonly name: string;
    readonly body: AsyncIterable<Uint8Array>;
  }): Promise<Receipt>;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface ScheduledPulls {
  /** The configuration has changed. */
  changed(): void;
  close(): Promise<void>;
}

const COUNTED_AS = { listed: 'done', unlisted: 'failed' } as const;
const LOCK_AGAIN_MS = 30_000;

/**
 * Files are fetched by the first ingest process; of several machines that share a data folder, by the one that came
 * first, until it is gone.
 */
export async function openScheduledPulls(options: ScheduledPullsOptions): Promise<ScheduledPulls> {
  const { settings, store, configuration, log, metrics } = options;
  const { dataFolder, configFolder, arrivals } = settings;
  if (settings.ingest.instance !== 1) return { changed: () => undefined, close: async () => undefined };
  const folder = join(dataFolder, 'pulls');
  const turnstile = openTurnstile({ ...arrivals, pending: () => store.pendingCount(), now: Date.now });
  const secret = (reference: SecretReference): string | undefined =>
    readSecret(reference, { folder: dataFolder }) ?? readSecret(reference, { folder: configFolder });
  const pulls = await openPulls({
    folder,
    egress: openEgress(settings.egress),
    secret,
    maxBytes: arrivals.maxBytes,
    receive: options.receive,
    isBehind: () => turnstile.isBehind(),
    log: (level, message, facts = {}) => log[level](facts, message),
    counted(feed, what) {
      if (what === 'listed' || what === 'unlisted') metrics.pullListings.inc({ feed, outcome: COUNTED_AS[what] });
      else metrics.pulledFiles.inc({ feed, outcome: what });
    },
  });

  let lock: Awaited<ReturnType<typeof lockDataFolder>> | undefined;
  let isClosed = false;
  let again: NodeJS.Timeout | undefined;
  async function apply(): Promise<void> {
    clearTimeout(again);
    const { feeds } = configuration();
    const isAsked = [...feeds.values()].some(({ enabled, pull }) => enabled && pull !== undefined);
    if (isClosed || (!isAsked && !lock)) return;
    try {
      lock ??= await lockDataFolder(folder);
    } catch {
      again = setTimeout(changed, LOCK_AGAIN_MS); // another machine fetches
      return;
    }
    await pulls.apply(feeds);
  }
  let before = Promise.resolve();
  const changed = (): void => {
    before = before.then(apply).catch((error: unknown) => log.error({ detail: String(error) }, 'pulls did not start'));
  };
  changed();
  return {
    changed,
    async close() {
      isClosed = true;
      clearTimeout(again);
      await before;
      await pulls.close();
      await lock?.release();
    },
  };
}
