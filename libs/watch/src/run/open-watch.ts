import { setTimeout as sleep } from 'node:timers/promises';
import { Directories } from '#analytics';
import type { CommitNotice } from '#notices';
import { type DatasetWatch, type DatasetWatchOptions, openDatasetWatch } from './dataset-watch.js';
import { grouped } from './grouped.js';

export interface WatchOptions extends Omit<DatasetWatchOptions, 'directories'> {
  /** Whether every commit that was acknowledged has been told here; see Bus.follow. */
  isCurrent(): boolean;
  /** Milliseconds from the first commit until a run, for others to come; 40 unless told. */
  readonly gather?: number;
}

/** Detection as reports arrive. */
export interface Watch {
  /** To be told of every commit; returns at once, and has forgotten nothing. What waits is bounded. */
  changed(notice: CommitNotice): void;
  /** Notices may have been lost: everything is looked at again. */
  lost(): void;
  /** The configuration has changed. */
  configured(): void;
  /** Seconds that the oldest commit has waited to be judged; 0 when none does. */
  lag(): number;
  /** Regions that wait. */
  depth(): number;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** Ends after the present run; what waits is judged at the next start. */
  close(): Promise<void>;
}

const GATHER_MS = 40;
const TICK_MS = 15_000;
/** After a failure: half a second, doubling up to half a minute. */
const BACKOFF = { first: 500, most: 30_000 };
/** A run is followed by a pause three times as long, at most this: a quarter of one processor is what detection takes for long. */
const REST = 3;
const LONGEST_REST = 2000;

/** Watches all datasets that have rules, one run at a time. It begins with everything, so nothing is missed by a restart. */
export function openWatch(options: WatchOptions): Watch {
  const { configuration, now, log, isCurrent, gather = GATHER_MS } = options;
  const directories = new Directories({ engine: options.engine, configuration, isCurrent });
  let watches = new Map<string, DatasetWatch>();
  let version = '';
  let isClosed = false;
  let working: Promise<void> | undefined;

  /** Rules as they are now. A dataset whose rules have changed is watched anew, from the beginning. */
  function configured(): void {
    const { alarms, datasets } = configuration();
    if (version === configuration().version) return;
    version = configuration().version;
    const next = new Map<string, DatasetWatch>();
    const enabled = [...alarms.values()].filter((rule) => rule.enabled);
    for (const [id, rules] of grouped(enabled, (rule) => rule.dataset)) {
      const dataset = datasets.get(id);
      if (!dataset) continue;
      const watch = openDatasetWatch(dataset, rules, { ...options, directories });
      watch.again('start');
      next.set(id, watch);
    }
    watches = next;
    poke();
  }

  const waiting = (): DatasetWatch[] => [...watches.values()].filter(({ pending }) => !pending.isEmpty);

  async function work(): Promise<void> {
    let failures = 0;
    await sleep(gather);
    for (let some = waiting(); some.length > 0 && !isClosed; some = waiting()) {
      const began = performance.now();
      for (const watch of some) {
        if (isClosed) return;
        try {
          await watch.run();
          failures = 0;
        } catch (error) {
          log('warn', 'a run of the detectors failed; it is tried again', {
            dataset: watch.dataset,
            detail: error instanceof Error ? error.message : String(error),
          });
          failures++;
        }
      }
      const rest = failures === 0 ? Math.min(LONGEST_REST, REST * (performance.now() - began)) : backoff(failures);
      if (failures > 0 || waiting().length > 0) await closing(rest);
    }
  }

  const backoff = (failures: number): number => Math.min(BACKOFF.most, BACKOFF.first * 2 ** Math.min(10, failures - 1));

  /** A pause that ends with the watch. */
  let wake = (): void => undefined;
  const closing = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  function poke(): void {
    if (working || isClosed || waiting().length === 0) return;
    working = work().finally(() => {
      working = undefined;
      poke();
    });
  }

  const ticking = setInterval(() => {
    for (const watch of watches.values()) watch.tick();
    poke();
  }, TICK_MS).unref();
  configured();

  return {
    configured,
    changed(notice) {
      directories.changed(notice.dataset, notice.touched);
      watches.get(notice.dataset)?.changed(notice);
      poke();
    },
    lost() {
      directories.forget();
      for (const watch of watches.values()) watch.again('start');
      poke();
    },
    lag() {
      const since = waiting().map(({ pending }) => pending.since ?? now());
      return since.length === 0 ? 0 : Math.max(0, (now() - Math.min(...since)) / 1000);
    },
    depth: () => waiting().reduce((sum, { pending }) => sum + pending.size, 0),
    async idle() {
      while (working) await working;
    },
    async close() {
      isClosed = true;
      clearInterval(ticking);
      wake();
      await working;
    },
  };
}
