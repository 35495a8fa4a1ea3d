import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Questions } from '#analytics';
import { openNotify, openThresholdWatch, readNotifySettings, type ThresholdWatch } from '#notify';
import type { Settings } from '#platform';
import { type Configuration, readSecret } from '#registry';

interface NewsOptions {
  readonly settings: Pick<Settings, 'dataFolder' | 'configFolder' | 'redis'>;
  /** The counts that may leave: where a data set suppresses small ones, those that are released. */
  readonly questionsOf: (dataset: string) => Pick<Questions, 'series' | 'completeness'>;
  readonly configuration: () => Configuration;
  log(level: 'info' | 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

/** Tells those of `notifications.yaml` of days that are complete, and of counts that were revised. */
export async function openNews({ settings, questionsOf, configuration, log }: NewsOptions): Promise<ThresholdWatch> {
  const { dataFolder, configFolder, redis } = settings;
  const notifySettings = readNotifySettings(configFolder);
  const notify = await openNotify({
    settings: notifySettings,
    folder: join(dataFolder, 'outbox'),
    owner: `${redis ? `${hostname()}-` : ''}api`,
    readSecret: (reference) =>
      readSecret(reference, { folder: dataFolder }) ?? readSecret(reference, { folder: configFolder }),
    log,
  });
  const watch = openThresholdWatch({
    settings: notifySettings,
    async completenessOf({ dataset, region, from, to }) {
      const { regions } = await questionsOf(dataset).completeness({ dataset, regions: [region], from, to });
      return regions[0]?.days ?? [];
    },
    async totalsOf({ dataset, region, from, to }) {
      const categories = (configuration().datasets.get(dataset)?.categories ?? []).slice(0, 12).map(({ id }) => id);
      if (categories.length === 0) return new Map();
      const { series } = await questionsOf(dataset).series({ dataset, regions: [region], categories, from, to });
      return new Map(series.map(({ category, total }) => [category, total]));
    },
    tell: (notice) => notify.tell(notice),
    now: Date.now,
    log,
  });
  return {
    ...watch,
    async close() {
      await watch.close();
      await notify.close();
    },
  };
}
