import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@clickhouse/client';
import { openEngine } from '#warehouse';
import type { Benchmark } from './benchmark.js';
import { startMeasured } from './serve/process.js';
import { benchConfiguration, CATEGORIES, FROM, TO } from './serve/world.js';

const HELP = `Exports counts of facilities × 24 categories × two years in each form from a running api over the embedded engine, and throws
the bytes away. Prints rows and bytes a second, and the memory (RSS) of the api process: when a tenth is done, and the most.

  --rows N   at least so many rows (10000000)`;

const MB = 1024 * 1024;
const FORMS = ['csv', 'jsonl', 'arrow', 'parquet'] as const;

/** One row of the rollups for each facility and day, with a number for every category. */
async function fill(url: string, facilities: number): Promise<void> {
  await (await openEngine({ url })).close();
  const client = createClient({ url, database: 'bellwether' });
  const list = `[${CATEGORIES.map((id) => `'${id}'`).join(',')}]`;
  for (let from = FROM; from <= TO; from += 60) {
    const to = Math.min(TO, from + 59);
    // One partition an insert; the values are small, and differ by day, facility and category.
    for (const year of [2024, 2025])
      await client.command({
        query: `INSERT INTO rollups SELECT 'bench', 'facility', concat('F', leftPad(toString(f), 5, '0')), toDate(d), 1, 1, 0, ${list},
          arrayMap(c -> 'N', ${list}), arrayMap(c -> toUInt64(cityHash64(f, d, c) % 40), ${list}), arrayMap(c -> toUInt32(1), ${list}),
          arrayMap(c -> toUInt32(0), ${list}), arrayMap(c -> toUInt32(0), ${list})
          FROM (SELECT number AS f FROM numbers(${facilities})) AS a CROSS JOIN (SELECT number + ${from} AS d FROM numbers(${to - from + 1})) AS b
          WHERE toYear(toDate(d)) = ${year}`,
      });
  }
  await client.close();
}

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({ args: [...args], options: { rows: { type: 'string', default: '10000000' } } });
  const days = TO - FROM + 1;
  const facilities = Math.ceil(Number(values.rows) / (days * CATEGORIES.length));
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'));
  const config = benchConfiguration();
  const engine = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  const memory = { packed: 64 * MB, finished: 0, fragments: 0, pictures: 0 };
  const results: Record<string, unknown>[] = [];
  try {
    await fill(engine.url, facilities);
    console.log('form         rows   seconds   rows/s     MB   RSS at a tenth   most RSS (MB)');
    for (const form of FORMS) {
      const api = await startMeasured('api', { engine: engine.url, config, ...memory });
      try {
        const began = performance.now();
        const response = await fetch(
          `${api.url}/v1/export?dataset=bench&level=facility&from=2024-01-01&to=2025-12-31&format=${form}`,
        );
        const rows = Number(response.headers.get('bellwether-rows'));
        if (!response.ok || !response.body) throw new Error(`the export was answered ${response.status}`);
        let bytes = 0;
        let early = 0;
        let most = 0;
        let looked = 0;
        for await (const chunk of response.body) {
          bytes += chunk.length;
          if (performance.now() - looked < 250) continue;
          looked = performance.now();
          const rss = await api.rss();
          most = Math.max(most, rss);
          if (early === 0 && looked - began > 3000) early = rss;
        }
        const seconds = (performance.now() - began) / 1000;
        const figures = { form, rows, seconds, bytes, earlyRss: early, mostRss: most };
        console.log(
          `${form.padEnd(8)}${String(rows).padStart(9)}${seconds.toFixed(1).padStart(10)}${Math.round(rows / seconds)
            .toString()
            .padStart(9)}` +
            `${Math.round(bytes / MB)
              .toString()
              .padStart(7)}${Math.round(early / MB)
              .toString()
              .padStart(17)}${Math.round(most / MB)
              .toString()
              .padStart(16)}`,
        );
        results.push(figures);
      } finally {
        await api.stop();
      }
    }
    return { results };
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = {
  summary: 'Ten million rows as CSV, JSON lines, Arrow and Parquet: speed, and memory of the api',
  help: HELP,
  run,
};
