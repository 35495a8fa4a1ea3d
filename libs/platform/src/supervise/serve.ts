import type { Log } from '../observe/log.js';

/** Tells the launcher that this process serves; does nothing in a process that was started by hand. */
export function announceReady({ url }: { url?: string } = {}): void {
  process.send?.({ ready: true, ...(url === undefined ? {} : { url }) });
}

/** The first signal by which the process was told to stop: SIGTERM, SIGINT, SIGHUP, or `orphaned`. */
export type StopReason = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'orphaned';

/**
 * Resolves when the process is to stop: by a signal, or because its launcher is gone (a launcher killed with -9 leaves
 * no orphan). Call it first thing, so that a stop during the start is not lost. A second signal ends the process at once.
 */
export function stopRequested(): Promise<StopReason> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (reason: StopReason): void => {
      if (asked && reason !== 'orphaned') process.exit(1);
      asked = true;
      resolve(reason);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
    process.once('disconnect', () => stop('orphaned'));
    if (process.send !== undefined && !process.connected) stop('orphaned');
  });
}

/**
 * Waits until the process is to stop, drains, and exits: 0 when drained, 1 when draining failed or took longer than
 * `within` milliseconds.
 */
export async function drainWhenStopped(options: {
  readonly stop: Promise<StopReason>;
  readonly drain: () => Promise<void>;
  readonly within: number;
  readonly log: Log;
}): Promise<never> {
  const reason = await options.stop;
  options.log.info({ reason }, 'stopping');
  setTimeout(() => {
    options.log.error('did not drain in time');
    process.exit(1);
  }, options.within).unref();
  try {
    await options.drain();
  } catch (err) {
    options.log.error({ err }, 'draining failed');
    process.exit(1);
  }
  process.exit(0);
}
