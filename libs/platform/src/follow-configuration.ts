import { type Configuration, watchConfiguration } from '#registry';
import type { Log } from './observe/log.js';

type Followed = ReturnType<typeof watchConfiguration>;

/**
 * The configuration folder as every process follows it: read now (throws where it is not valid) and again whenever it
 * changes. A change that is not valid is logged, and the one before stays in force.
 */
export function followConfiguration(
  folder: string,
  { log, changed }: { readonly log: Pick<Log, 'info' | 'error'>; changed?(configuration: Configuration): void },
): Followed {
  return watchConfiguration(folder, {
    onChange(configuration) {
      const { version, feeds, alarms } = configuration;
      log.info({ version, feeds: feeds.size, rules: alarms.size }, 'a changed configuration is in force');
      changed?.(configuration);
    },
    onError: (error) =>
      log.error(
        { detail: error instanceof Error ? error.message : String(error) },
        'the changed configuration is not valid; the one before stays in force',
      ),
  });
}
