import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { openAnalytics } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import { loadConfiguration } from '#registry';
import { openEngine } from '#warehouse';
import { parseRegion } from '#vocabulary';
import type { Benchmark } from './benchmark.js';
import { bytesInPostgres } from './serve/postgres.js';
import { startMeasured } from './serve/process.js';
import { benchConfiguration, CATEGORIES, fillWarehouse, FROM, TO, ZIPS, zipOf } from './serve/world.js';

const HELP = `The same counts (30 zips × 24 categories × two years, total and unflagged, of the generator of ../shared/tools/series) in several forms,
in bytes on disk or in memory, all parts merged:

  packed years       the series cache, keys included
  rollups            our table of rollups
  plain rollup       a ClickHouse row a zip, category and day; DoubleDelta, T64 and ZSTD
  plain facility     the same with ten facilities in each zip, their counts adding up to the zip's
  PostgreSQL         the plain rollup as rows with their primary key (skipped where postgres is not installed)

2005 found its cache 12 times smaller than its database.`;

async function run(): Promise<Readonly<Record<string, unknown>>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-warehouse-'));
  const config = benchConfiguration();
  const server = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  try {
    const engine = await openEngine({ url: server.url });
    const { rows } = await fillWarehouse(server.url);
    const client = createClient({ url: server.url, database: 'bellwether' });
    await client.command({
      query: `CREATE TABLE plain_facility (facility String, category LowCardinality(String), day Date CODEC(DoubleDelta, ZSTD),
        total UInt32 CODEC(T64, ZSTD), unflagged UInt32 CODEC(T64, ZSTD)) ENGINE = MergeTree ORDER BY (facility, category, day)`,
    });
    // Each tenth with a remainder that goes to one facility or another: the parts add up to the whole.
    await client.command({
      query: `INSERT INTO plain_facility SELECT concat(region, '-', toString(f)) AS facility, category, day,
        intDiv(total, 10) + ((cityHash64(day, category, region) + f) % 10 < total % 10) AS own,
        least(own, intDiv(unflagged, 10) + ((cityHash64(day, category, region) + f) % 10 < unflagged % 10))
        FROM plain_rollup ARRAY JOIN range(10) AS f`,
    });
    await client.command({ query: 'OPTIMIZE TABLE plain_facility FINAL' });
    const parts = await client.query({
      query: `SELECT table, sum(data_compressed_bytes) AS bytes FROM system.parts WHERE active AND database = 'bellwether' AND table IN ('rollups', 'plain_rollup', 'plain_facility') GROUP BY table`,
      format: 'JSONEachRow',
    });
    const tables = new Map(
      ((await parts.json()) as { table: string; bytes: string }[]).map((one) => [one.table, Number(one.bytes)]),
    );
    const exported = await client.query({
      query: 'SELECT * FROM plain_rollup ORDER BY region, category, day',
      format: 'CSV',
    });
    const csv = await exported.text();
    await client.close();

    const configuration = loadConfiguration(config);
    const analytics = openAnalytics({
      engine,
      store: openProcessStore({ maxBytes: 1 << 28 }),
      images: openImageStore({ maxBytes: 1 }),
      rawStore: { facts: () => Promise.resolve(undefined), pending: () => Promise.resolve([]) },
      configuration: () => configuration,
      now: Date.now,
    });
    let packed = 0;
    for (let zip = 0; zip < ZIPS; zip++) {
      const region = parseRegion(zipOf(zip))!;
      const records = await analytics.records.series({
        dataset: 'bench',
        categories: CATEGORIES.slice(0, 1),
        regions: [region],
        from: FROM,
        to: TO,
      });
      for (const { years } of records.regions) for (const { key, bytes } of years) packed += key.length + bytes.length;
    }
    const postgres = await bytesInPostgres(csv);
    if (postgres === undefined)
      console.log('SKIPPED: PostgreSQL, for it is not installed here (apt-get install postgresql)');
    const counts = rows * 2;
    const forms: [string, number][] = [
      ['packed years', packed],
      ['rollups', tables.get('rollups') ?? NaN],
      ['plain rollup', tables.get('plain_rollup') ?? NaN],
      ['plain facility', tables.get('plain_facility') ?? NaN],
      ...(postgres === undefined ? [] : [['PostgreSQL', postgres] as [string, number]]),
    ];
    console.log(`${counts} counts\n\n                     bytes   bytes a count   ÷ packed`);
    const results = forms.map(([name, bytes]) => {
      const times = Math.round((bytes / packed) * 10) / 10;
      console.log(
        `${name.padEnd(15)}${String(bytes).padStart(11)}${(bytes / counts).toFixed(3).padStart(16)}${times.toFixed(1).padStart(11)}`,
      );
      return { name, bytes, times };
    });
    console.log('2005, against its database: 12.0');
    await engine.close();
    return { counts, forms: results };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = {
  summary: 'Bytes of the same counts: packed years beside ClickHouse and PostgreSQL',
  help: HELP,
  run,
};
