import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@clickhouse/client';
import { openEngine } from '#warehouse';
import type { Benchmark } from './benchmark.js';
import type { ApiSetup } from './serve/api.js';
import { startMeasured } from './serve/process.js';
import { benchConfiguration, CATEGORIES, FROM, TO } from './serve/world.js';

const HELP = `Exports counts of facilities × 24 categories × two years in each form from a running api over the embedded engine, and throws
the bytes away: all of them, and a tenth of the facilities, each from a process of its own. Prints rows a second, bytes, and the most
memory (RSS) that the api process had: flat is, where ten times the rows need no more.

As a file (--file) the same is made by POST /v1/exports, and its progress asked for meanwhile.

  --rows N        at least so many rows (10000000)
  --forms A,B,…   of csv, json, jsonl, arrow, parquet (all)
  --file          as files of the api`;

const MB = 1024 * 1024;
const FORMS = ['csv', 'json', 'jsonl', 'arrow', 'parquet'] as const;
const nameOf = (facility: number): string => `F${String(facility).padStart(5, '0')}`;
/** Milliseconds from one look at the memory to the next. */
const LOOK = 100;

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

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly bytes: number;
  /** RSS before the first row, and the most until the last. */
  readonly rest: number;
  readonly most: number;
  /** How often progress was told, where it was asked for. */
  readonly told: number;
}

interface Asking {
  readonly form: string;
  /** Undefined: all. */
  readonly facilities: number | undefined;
  readonly isFile: boolean;
}

const TWO_YEARS = 'from=2024-01-01&to=2025-12-31';

async function streamed(url: string): Promise<{ rows: number; bytes: number; told: number }> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`the export was answered ${response.status}`);
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.length;
  return { rows: Number(response.headers.get('bellwether-rows')), bytes, told: 0 };
}

interface Job {
  readonly state: string;
  readonly rows_done: number;
  readonly bytes: number;
}

async function filed(url: string, origin: string): Promise<{ rows: number; bytes: number; told: number }> {
  const begun = await fetch(url, { method: 'POST' });
  const address = `${origin}${begun.headers.get('location') ?? ''}`;
  for (let [told, before] = [0, -1]; ; await sleep(LOOK)) {
    const job = (await (await fetch(address)).json()) as Job;
    if (job.rows_done > before) told++;
    before = job.rows_done;
    if (job.state === 'done') return { rows: job.rows_done, bytes: job.bytes, told };
    if (job.state !== 'running') throw new Error(`the export is ${job.state}`);
  }
}

/** One export from a process of its own. */
async function measured(setup: ApiSetup, { form, facilities, isFile }: Asking): Promise<Measured> {
  const api = await startMeasured('api', setup);
  try {
    const which =
      facilities === undefined
        ? 'level=facility'
        : `region=${Array.from({ length: facilities }, (_, f) => `facility:${nameOf(f)}`).join(',')}`;
    const query = `dataset=bench&${TWO_YEARS}&format=${form}&${which}`;
    const rest = await api.rss();
    let most = rest;
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        most = Math.max(most, await api.rss());
        await sleep(LOOK);
      }
    })();
    const began = performance.now();
    const answer = await (isFile
      ? filed(`${api.url}/v1/exports?${query}`, api.url)
      : streamed(`${api.url}/v1/export?${query}`));
    const seconds = (performance.now() - began) / 1000;
    over.abort();
    await watching;
    return { ...answer, seconds, rest, most };
  } finally {
    await api.stop();
  }
}

const cell = (value: number, width = 9): string => String(Math.round(value)).padStart(width);

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '10000000' },
      forms: { type: 'string', default: FORMS.join(',') },
      file: { type: 'boolean', default: false },
    },
  });
  const days = TO - FROM + 1;
  const facilities = Math.ceil(Number(values.rows) / (days * CATEGORIES.length));
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'));
  const config = benchConfiguration();
  const engine = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  const memory = { packed: 64 * MB, finished: 0, fragments: 0, pictures: 0 };
  const setup: ApiSetup = { engine: engine.url, config, ...memory, exportFolder: join(folder, 'exports') };
  const results: object[] = [];
  try {
    await fill(engine.url, facilities);
    console.log('form         rows  seconds   rows/s       MB  RSS before   most, MB   progress told');
    for (const form of values.forms.split(',')) {
      for (const some of [Math.max(1, Math.round(facilities / 10)), undefined]) {
        const one = await measured(setup, { form, facilities: some, isFile: values.file });
        const { rows, seconds, bytes, rest, most, told } = one;
        const parts = [
          cell(rows),
          seconds.toFixed(1).padStart(9),
          cell(rows / seconds),
          cell(bytes / MB),
          cell(rest / MB, 12),
        ];
        console.log(`${form.padEnd(8)}${parts.join('')}${cell(most / MB, 11)}${cell(told, 16)}`);
        results.push({ form, ...one });
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
  summary: 'Ten million rows as CSV, JSON, JSON lines, Arrow and Parquet: speed, and memory of the api',
  help: HELP,
  run,
};
