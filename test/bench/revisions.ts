import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { openAnalytics, type SeriesQuestion } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import { loadConfiguration } from '#registry';
import { openEngine } from '#warehouse';
import { parseRegion } from '#vocabulary';
import type { Benchmark } from './benchmark.js';
import { startMeasured } from './serve/process.js';
import { benchConfiguration, FROM, SIX, TO } from './serve/world.js';

const HELP = `Six categories of four facilities over two years, every day stated three times (on the next day, after three and after ten): the same
question for now, as of an instant, and by a lag; each the first time and again. Of the port, without HTTP. Milliseconds, the median of the runs.

The aim: what was asked before costs for then at most three times what it costs for now.`;

const RUNS = 40;
const FACILITIES = ['F1', 'F2', 'F3', 'F4'];

/** Slots, and the rollups that follow from them: what a facility says of a day grows by one with each version. */
async function fill(url: string): Promise<void> {
  const client = createClient({ url, database: 'bellwether' });
  const list = `[${SIX.map((id) => `'${id}'`).join(',')}]`;
  const names = `[${FACILITIES.map((id) => `'${id}'`).join(',')}]`;
  const days = `(SELECT number + ${FROM} AS d FROM numbers(${TO - FROM + 1})) AS days`;
  for (const year of [2024, 2025]) {
    for (const [version, after] of [
      [1, 1],
      [2, 3],
      [3, 10],
    ] as const)
      // prettier-ignore
      await client.command({
        query: `INSERT INTO slots SELECT 'bench', toDate(d), f, 0, ${version}, 0, 0, toDateTime64((d + ${after}) * 86400, 3, 'UTC'), unhex(repeat('0${version}', 32)), 'feed', 1, '19102', ${list},
          arrayMap(c -> 'N', ${list}), arrayMap(c -> '', ${list}), arrayMap(c -> toUInt8(0), ${list}), arrayMap(c -> toUInt32(cityHash64(d, c) % 40 + ${version}), ${list}), arrayMap(c -> toUInt32(1), ${list})
          FROM ${days} ARRAY JOIN ${names} AS f WHERE toYear(toDate(d)) = ${year}`,
      });
    await client.command({
      query: `INSERT INTO rollups SELECT 'bench', 'facility', f, toDate(d), 1, 1, 0, ${list}, arrayMap(c -> 'N', ${list}), arrayMap(c -> toUInt64(cityHash64(d, c) % 40 + 3), ${list}),
        arrayMap(c -> toUInt32(1), ${list}), arrayMap(c -> toUInt32(0), ${list}), arrayMap(c -> toUInt32(0), ${list}) FROM ${days} ARRAY JOIN ${names} AS f WHERE toYear(toDate(d)) = ${year}`,
    });
  }
  await client.command({
    query: `INSERT INTO facility_places SELECT 'bench', f, '19102', '42101', 'PA', '3', 1 FROM (SELECT arrayJoin(${names}) AS f)`,
  });
  await client.close();
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function run(): Promise<Readonly<Record<string, unknown>>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-revisions-'));
  const config = benchConfiguration();
  const server = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  try {
    const engine = await openEngine({ url: server.url });
    await fill(server.url);
    const configuration = loadConfiguration(config);
    const analytics = openAnalytics({
      engine,
      store: openProcessStore({ maxBytes: 1 << 26 }),
      images: openImageStore({ maxBytes: 1 }),
      rawStore: { facts: () => Promise.resolve(undefined), pending: () => Promise.resolve([]) },
      configuration: () => configuration,
      now: Date.now,
    });
    const ask = {
      dataset: 'bench',
      categories: SIX,
      regions: FACILITIES.map((id) => parseRegion(`facility:${id}`)!),
      from: FROM,
      to: TO,
    };
    const asOf = Date.UTC(2025, 5, 30);
    const questions: Readonly<Record<string, SeriesQuestion>> = {
      now: ask,
      'as of': { ...ask, asOf },
      lag: { ...ask, lag: 3 },
    };
    const timed = async (question: SeriesQuestion): Promise<number> => {
      const began = performance.now();
      await analytics.series(question);
      return performance.now() - began;
    };
    const results: Record<string, { first: number; again: number; times: number }> = {};
    console.log('question      first   again   ÷ now');
    for (const [name, question] of Object.entries(questions)) {
      const first = await timed(question);
      const runs: number[] = [];
      for (let i = 0; i < RUNS; i++) runs.push(await timed(question));
      const again = median(runs);
      const times = again / (results['now']?.again ?? again);
      results[name] = { first, again, times };
      console.log(
        `${name.padEnd(10)}${first.toFixed(1).padStart(9)}${again.toFixed(2).padStart(8)}${times.toFixed(2).padStart(8)}`,
      );
    }
    const began = performance.now();
    const { revisions } = await analytics.revisions({ ...ask, from: TO - 364, issues: [{ from: 0, to: Date.now() }] });
    const seconds = (performance.now() - began) / 1000;
    console.log(`every version of a year: ${revisions.length} in ${seconds.toFixed(2)} s`);
    await engine.close();
    return { results, versions: { count: revisions.length, seconds } };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = {
  summary: 'The same question for now, as of an instant, and by a lag; every version of a year',
  help: HELP,
  run,
};
