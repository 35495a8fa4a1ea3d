import { type Log, type Settings, lockDataFolder, rawStoreOptionsOf } from '#platform';
import { clearIncoming, openVault, tierObjects } from '#raw-store';
import { BellwetherError } from '#vocabulary';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A worker that has just started has better things to do. */
const FIRST_AFTER_MS = 5 * 60_000;

/** Once a day: what has come of age moves to its tier, and what nobody finished receiving is cleared away. */
export function startDailyTiers({ settings, log }: { settings: Settings; log: Log }): { close(): Promise<void> } {
  const { coolAfterMonths, archiveAfterMonths } = settings.raw;
  let running = Promise.resolve();

  async function run(): Promise<void> {
    const options = rawStoreOptionsOf(settings);
    await clearIncoming(options.folder, Date.now() - HOUR_MS);
    const lock = await lockDataFolder(options.folder);
    try {
      const vault = await openVault(options);
      const { cooled, archived, left } = await tierObjects(vault, {
        now: Date.now(),
        coolAfterMonths,
        archiveAfterMonths,
      });
      if (cooled + archived > 0) log.info({ cooled, archived }, 'submissions moved to their tier');
      if (left.length > 0) log.error({ damaged: left.length }, 'damaged submissions stay where they are: verify');
    } finally {
      await lock.release();
    }
  }

  const runAndTell = (): void => {
    running = running.then(run).catch((error: unknown) => {
      const isElsewhere = error instanceof BellwetherError && error.code === 'DATA_FOLDER_IN_USE';
      if (!isElsewhere) log.error({ error: String(error) }, 'tiers were not tended; the next try is tomorrow');
    });
  };
  const first = setTimeout(runAndTell, FIRST_AFTER_MS);
  const daily = setInterval(runAndTell, DAY_MS);
  return {
    async close() {
      clearTimeout(first);
      clearInterval(daily);
      await running;
    },
  };
}
