import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openAnalytics } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import { startEngine } from '#embedded-clickhouse';
import { openIngestor, receive } from '#intake';
import { openKeyFolder, openRawStore, openReplayMarks } from '#raw-store';
import { loadConfiguration, readSecret } from '#registry';
import { openEngine } from '#warehouse';
import { prepareConfiguration } from './prepare.js';
import {
  compareAsOf,
  compareCompleteness,
  compareCounts,
  compareDrillDown,
  compareEventRegions,
  compareRegions,
  compareRejected,
} from './questions.js';
import { type Comparison, readTable } from './tables.js';

const HELP = `Usage: npm run answers -- [options]

Makes real submissions from public data, loads them by configuration alone, and compares every number with answers
that were computed independently. Needs ../shared and python3.

  --plan P[,P…]   hhs, dispatch, retail, eicr (default: all four)
  --limit N       submissions of each plan (default: all)
  --fault-scale X multiply the rates of faults (default 1)
  --shared DIR    default ../shared
  --keep          keep the scratch folder
`;

const { values } = parseArgs({
  options: {
    plan: { type: 'string', default: 'hhs,dispatch,retail,eicr' },
    limit: { type: 'string' },
    'fault-scale': { type: 'string', default: '1' },
    shared: { type: 'string', default: '../shared' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} failed${error ? `: ${error.message}` : ''}`);
}

function print({ what, expected, found, lacking, extra }: Comparison): boolean {
  const isEqual = lacking.length === 0 && extra.length === 0;
  // A comparison of nothing with nothing is said to be one; it proves nothing.
  const verdict = !isEqual ? 'DIFFER' : expected === 0 ? 'empty ' : 'equal ';
  process.stdout.write(`${verdict}  ${what.padEnd(38)} ${String(expected).padStart(9)} ${String(found).padStart(9)}\n`);
  for (const line of lacking.slice(0, 5)) process.stdout.write(`          only in the answers: ${line}\n`);
  for (const line of extra.slice(0, 5)) process.stdout.write(`          only found:          ${line}\n`);
  return isEqual;
}

async function main(): Promise<number> {
  const shared = resolve(values.shared);
  if (!existsSync(join(shared, 'tools/submissions/make.mjs')))
    throw new Error(`${values.shared} holds no tools/submissions`);
  const work = mkdtempSync(join(tmpdir(), 'bellwether-answers-'));
  const plans = values.plan.split(',');
  try {
    return await compareAll({ shared, work, plans });
  } finally {
    if (!values.keep) rmSync(work, { recursive: true, force: true });
    else process.stdout.write(`kept ${work}\n`);
  }
}

async function compareAll({ shared, work, plans }: { shared: string; work: string; plans: string[] }): Promise<number> {
  const out = join(work, 'out');
  const data = join(shared, 'data');
  const limit = values.limit === undefined ? [] : ['--limit', values.limit];
  const faults = ['--fault-scale', values['fault-scale']];
  run(process.execPath, [
    join(shared, 'tools/submissions/make.mjs'),
    '--plan',
    plans.join(),
    '--data',
    data,
    '--out',
    out,
    ...limit,
    ...faults,
  ]);
  run('python3', [join(shared, 'tools/submissions/answers.py'), '--data', data, '--out', out]);

  const folder = join(work, 'config');
  prepareConfiguration({ out, shared, feeds: join(import.meta.dirname, 'config'), folder });
  const configuration = loadConfiguration(folder);
  const server = await startEngine({ dataPath: join(work, 'engine') });
  const engine = await openEngine({ url: server.url });
  const store = await openRawStore({
    folder: join(work, 'raw'),
    keys: openKeyFolder({ folder: join(work, 'keys'), raw: join(work, 'raw') }),
    maxBytes: 1 << 30,
  });
  const analytics = openAnalytics({
    engine,
    store: openProcessStore({ maxBytes: 1 << 28 }),
    images: openImageStore({ maxBytes: 1 << 24 }),
    rawStore: store,
    configuration: () => configuration,
    now: Date.now,
  });
  const ingestor = openIngestor({
    engine,
    store,
    replays: await openReplayMarks(join(work, 'raw')),
    configuration: () => configuration,
    passwordOf: (feed, key) => feed.password && readSecret(feed.password, { folder, key }),
    recordKey: Buffer.from('a key for the answers test'),
    changed: (change) => analytics.changed(change),
    now: Date.now,
    log: (level, message, facts) => {
      if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
    },
  });
  try {
    const pathOf = new Map<string, string>();
    const manifest = readTable(join(out, 'manifest.csv'));
    const began = performance.now();
    let duplicates = 0;
    const counted: Promise<void>[] = [];
    for (const [i, row] of manifest.entries()) {
      const path = row['path']!;
      const content = createReadStream(join(out, path));
      const receivedAt = Date.parse(row['arrival_time']!);
      const receipt = await receive(
        { store, configuration: () => configuration, now: Date.now },
        { feed: row['feed']!, name: basename(path), content, receivedAt },
      );
      if (receipt.duplicate) duplicates++;
      else {
        pathOf.set(receipt.submission, path);
        counted.push(ingestor.process(receipt.submission));
      }
      while (ingestor.depth() > 2000) await new Promise((next) => setTimeout(next, 50));
      if ((i + 1) % 5000 === 0)
        process.stderr.write(`${i + 1} of ${manifest.length} received, ${ingestor.depth()} on their way\n`);
    }
    await Promise.all(counted);
    await ingestor.close();
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(
      `${manifest.length} files (${duplicates} known by their bytes) loaded in ${seconds.toFixed(1)} s, ${(manifest.length / seconds).toFixed(0)} a second\n\n`,
    );
    process.stdout.write(`        ${'what'.padEnd(38)} ${'answers'.padStart(9)} ${'found'.padStart(9)}\n`);
    const answers = join(out, 'answers');
    let differing = 0;
    let compared = 0;
    const judge = (comparison: Comparison): void => {
      compared++;
      if (!print(comparison)) differing++;
    };
    for (const dataset of plans) {
      judge(await compareCounts(engine, dataset, answers));
      judge(await compareAsOf(analytics, dataset, answers));
      judge(await compareRegions(engine, dataset, answers));
      if (dataset === 'dispatch') judge(await compareEventRegions(engine, dataset, answers));
      judge(await compareCompleteness(analytics, dataset, answers));
      judge(await compareRejected(engine, { dataset, answers, pathOf }));
      judge(await compareDrillDown(engine, dataset));
    }
    process.stdout.write(`\n${compared - differing} passed, ${differing} failed\n`);
    return differing;
  } finally {
    await engine.close();
    await server.close();
  }
}

if (values.help) process.stdout.write(HELP);
else {
  const differing = await main();
  process.exit(differing === 0 ? 0 : 1);
}
