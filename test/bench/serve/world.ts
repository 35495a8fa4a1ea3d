import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { daysInYear, formatDay, type SeriesRecord, startOfYear } from '#vocabulary';
import { generatedSamples } from '../codec/generated.js';

export const YEARS = [2024, 2025] as const;
export const CATEGORIES = Array.from({ length: 24 }, (_, i) => `category-${String(i + 1).padStart(2, '0')}`);
export const SIX = CATEGORIES.slice(0, 6);
export const FROM = startOfYear(2024);
export const TO = startOfYear(2026) - 1;
export const ZIPS = 30;

/** Of Philadelphia, 191xx. */
const LAST_DIGITS = '02 03 04 06 07 11 14 15 16 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38'.split(
  ' ',
);
export const zipOf = (i: number): string => `zip:191${LAST_DIGITS[i] ?? '02'}`;

/** A configuration of one dataset. */
export function benchConfiguration(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-config-'));
  const categories = CATEGORIES.map((id) => `${id}: Category ${id.slice(-2)}`).join(', ');
  const files = {
    'datasets/bench.yaml': `title: Bench\nunit: units sold\ncategories: { ${categories} }\nflags: { N: Not promoted, P: Promoted }\nunflagged: N\n`,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Two years of a series of 730 generated days; the last day of a leap year repeats the day before. */
function twoYears({ total, unflagged }: SeriesRecord): { total: number[]; unflagged: number[] } {
  const at = (i: number): number => Math.min(i, total.length - 1);
  const days = Array.from({ length: TO - FROM + 1 }, (_, i) => i);
  return { total: days.map((i) => total[at(i)]!), unflagged: days.map((i) => unflagged[at(i)]!) };
}

/** One row of the table of rollups. */
function rowOf(
  region: string,
  { day, series }: { day: number; series: readonly { total: number[]; unflagged: number[] }[] },
): object {
  const at = day - FROM;
  const cells = series.flatMap(({ total, unflagged }, i) => [
    { category: CATEGORIES[i], flag: 'N', value: unflagged[at]! },
    { category: CATEGORIES[i], flag: 'P', value: total[at]! - unflagged[at]! },
  ]);
  const stated = cells.filter(({ value }) => value > 0);
  return {
    dataset: 'bench', level: 'zip', region, day: formatDay(day), rev: 1, reporting: 3, withdrawn: 0,
    category: stated.map(({ category }) => category), flag: stated.map(({ flag }) => flag), value: stated.map(({ value }) => value),
    reported: stated.map(() => 3), suppressed: stated.map(() => 0), missing: stated.map(() => 0),
  }; // prettier-ignore
}

/**
 * Fills `rollups`, and beside it the plainest table that answers the same: a row a region, category and day. Series are those
 * of the codec benchmark, zip level, dealt to regions and categories in turn.
 */
export async function fillWarehouse(url: string): Promise<{ rows: number }> {
  const sample = (await generatedSamples(20_261_121)).find(({ name }) => name === 'zip');
  if (!sample) throw new Error('../shared/tools/series gives no zip level');
  const dealt = sample.records.map(twoYears);
  const client = createClient({ url, database: 'bellwether' });
  await client.command({
    query: `CREATE TABLE plain_rollup (region LowCardinality(String), category LowCardinality(String), day Date CODEC(DoubleDelta, ZSTD),
      total UInt32 CODEC(T64, ZSTD), unflagged UInt32 CODEC(T64, ZSTD)) ENGINE = MergeTree ORDER BY (region, category, day)`,
  });
  let rows = 0;
  for (let zip = 0; zip < ZIPS; zip++) {
    const region = zipOf(zip).slice(4);
    const series = CATEGORIES.map((_, i) => dealt[(zip * 7 + i) % dealt.length]!);
    for (const year of YEARS) {
      const start = startOfYear(year);
      const values = Array.from({ length: daysInYear(year) }, (_, i) => rowOf(region, { day: start + i, series }));
      await client.insert({ table: 'rollups', values, format: 'JSONEachRow' });
    }
    const plain = series.flatMap(({ total, unflagged }, i) =>
      total.map((count, at) => [region, CATEGORIES[i], formatDay(FROM + at), count, unflagged[at]]),
    );
    await client.insert({ table: 'plain_rollup', values: plain, format: 'JSONCompactEachRow' });
    rows += plain.length;
  }
  for (const table of ['rollups', 'plain_rollup']) await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
  await client.close();
  return { rows };
}
