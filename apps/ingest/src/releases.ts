import { join } from 'node:path';
import { type Bus, RELEASES } from '#notices';
import { type Log, type Settings, lockDataFolder, rawStoreOptionsOf } from '#platform';
import type { Configuration } from '#registry';
import { type Looked, releaseDue } from '#release';
import { BellwetherError } from '#vocabulary';
import type { Engine } from '#warehouse';

const EVERY_MS = 15_000;

interface Options {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly configuration: () => Configuration;
  /** Submissions that wait to be read. */
  readonly backlog: () => Promise<number>;
  readonly bus: Bus;
  readonly log: Log;
}

/** Releases what is due, now and then: one process of all that share the raw store at a time. */
export function startReleases({ settings, engine, configuration, backlog, bus, log }: Options): {
  close(): Promise<void>;
} {
  const looked: Looked = { periods: new Map() };
  const folder = join(rawStoreOptionsOf(settings).folder, 'releases');
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    const today = configuration();
    if (![...today.datasets.values()].some(({ suppression }) => suppression)) return;
    const lock = await lockDataFolder(folder);
    try {
      const waiting = await backlog();
      for (const out of await releaseDue({ engine, configuration: today, looked, now: Date.now(), backlog: waiting })) {
        log.info(out, 'released to those who may not see small counts');
        await bus.publish(RELEASES, out.dataset);
      }
    } finally {
      await lock.release();
    }
  }

  const timer = setInterval(() => {
    running ??= run()
      .catch((error: unknown) => {
        const isElsewhere = error instanceof BellwetherError && error.code === 'DATA_FOLDER_IN_USE';
        if (!isElsewhere) log.warn({ detail: String(error) }, 'nothing was released; it is tried again');
      })
      .finally(() => {
        running = undefined;
      });
  }, EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
