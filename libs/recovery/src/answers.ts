import { createHash } from 'node:crypto';
import { openAnalytics } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import type { Configuration } from '#registry';
import type { RawStore } from '#raw-store';
import { LEVELS, type Level, type Region, regionKey } from '#vocabulary';
import type { Engine } from '#warehouse';

/** The checksum of what one region answers. */
export interface AnswerSum {
  readonly dataset: string;
  readonly region: Region;
  /** SHA-256 over series and completeness of all categories and days, now and at an earlier instant. */
  readonly sum: string;
}

export interface AnswersOptions {
  readonly engine: Engine;
  readonly configuration: Configuration;
  readonly store: Pick<RawStore, 'facts' | 'pending'>;
  /** Regions of each level and dataset that are asked; the seed chooses them. */
  readonly perLevel: number;
  readonly seed: number;
  /** The earlier instant; milliseconds since the epoch. */
  readonly asOf: number;
}

const DAYS_BACK = 60;
const MB = 1024 * 1024;

/** Those whose hash with the seed is least: the same choice wherever the same regions are. */
function chosen(codes: readonly string[], { seed, count }: { seed: number; count: number }): string[] {
  const keyed = codes.map((code) => [createHash('sha256').update(`${seed} ${code}`).digest('hex'), code] as const);
  return keyed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, count)
    .map(([, code]) => code);
}

/**
 * Asks a random sample of regions what every door would ask, through caches that are empty, and sums up the answers. Two
 * databases with the same sums answer the same, now and for a question of the past.
 */
export async function answerSums(options: AnswersOptions): Promise<AnswerSum[]> {
  const { engine, configuration, store, perLevel, seed, asOf } = options;
  const analytics = openAnalytics({
    engine,
    store: openProcessStore({ maxBytes: 16 * MB }),
    images: openImageStore({ maxBytes: MB }),
    rawStore: store,
    configuration: () => configuration,
    now: Date.now,
  });
  const sums: AnswerSum[] = [];
  for (const { id: dataset, categories: listed, firstDay, lastDay } of await analytics.datasets()) {
    if (firstDay === null || lastDay === null) continue;
    const categories = listed.slice(0, 20).map(({ id }) => id);
    const codesOf = async (level: Level): Promise<string[]> => {
      const { items } = await analytics.regions({ dataset, level, limit: 1000 });
      return items.map(({ region: { code } }) => code);
    };
    for (const level of LEVELS) {
      for (const code of chosen(await codesOf(level), { seed, count: perLevel })) {
        const region = { level, code };
        const about = { dataset, regions: [region], to: lastDay };
        const hash = createHash('sha256').update(regionKey(region));
        const recent = Math.max(firstDay, lastDay - DAYS_BACK);
        const series = await analytics.series({ ...about, categories, from: firstDay });
        const completeness = await analytics.completeness({ ...about, from: firstDay });
        const then = await analytics.series({ ...about, categories, from: recent, asOf });
        hash.update(series.digest).update(JSON.stringify(completeness)).update(then.digest);
        sums.push({ dataset, region, sum: hash.digest('hex') });
      }
    }
  }
  return sums;
}
