import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient as createSubscriber } from 'graphql-ws';
import WebSocket from 'ws';
import { type Configuration, loadConfiguration } from '#registry';
import { type LiveSubmission, liveSubmissions } from '#sample';
import { dayAt, formatDay } from '#vocabulary';
import { type RunningBellwether, startBellwether } from '../e2e/running-bellwether.fixture.js';
import type { Benchmark } from './benchmark.js';
import { type Place, openDoors } from './freshness/doors.js';

const HELP = `The whole Bellwether runs as real processes (launcher, engine, ingest, api) on free ports. It loads a small sample;
then live submissions arrive at a steady rate, in turns in the drop folder and by HTTP. Of each, one facility is watched
through every door. The clock of a door starts when the file is complete in the folder (renamed), or the upload is sent,
and stops when an answer that differs from the one before the submission has been read whole. Doors are asked again
15 ms after each answer, all of them for every submission under way, so the machine also carries that.

  rest, graphql, soap   the facility's counts of the day, all categories
  sql                   the same from the SQL door, by the ordinary ClickHouse client; two statements at a time
  chart                 a line chart of the same, its ETag
  subscription          the event regionChanged

  --submissions N  (60)     --rate N  a second (3)     --facilities N  of the sample (60)     --days N  (40)`;

const PAUSE_MS = 15;
const GIVE_UP_MS = 60_000;
const SEED = 1;

/** Milliseconds from arrival to sight, a door. */
type Sights = Readonly<Record<string, number>>;

interface Sent {
  readonly by: 'folder' | 'http';
  readonly sights: Sights;
}

const sleep = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));

async function send(
  bellwether: RunningBellwether,
  { by, feed, name, bytes }: LiveSubmission & { by: Sent['by'] },
): Promise<number> {
  if (by === 'folder') {
    await bellwether.drop({ feed, name, content: bytes });
    return performance.now();
  }
  const began = performance.now();
  const query = new URLSearchParams({ feed, name });
  const response = await fetch(`${bellwether.api}/v1/submissions?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Uint8Array.from(bytes),
  });
  if (!response.ok) throw new Error(`the upload was answered ${response.status}: ${await response.text()}`);
  return began;
}

/** One connection; events of facilities by their key. */
function subscriptions(api: string): { next(place: Place): Promise<{ at: Promise<number> }>; close(): unknown } {
  const subscriber = createSubscriber({
    url: `${api.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
  });
  return {
    async next({ dataset, facility }) {
      const at = new Promise<number>((seen, failed) => {
        const stop = subscriber.subscribe(
          {
            query: 'subscription ($d: String!, $r: Region!) { regionChanged(dataset: $d, region: $r) { rev } }',
            variables: { d: dataset, r: `facility:${facility}` },
          },
          {
            next: () => (seen(performance.now()), stop()),
            error: (reason) => failed(new Error(JSON.stringify(reason))),
            complete: () => undefined,
          },
        );
      });
      await sleep(300); // the subscription is on its way
      return { at };
    },
    close: () => subscriber.dispose(),
  };
}

async function watchOne(
  place: Place,
  {
    doors,
    told,
    deliver,
  }: { doors: ReturnType<typeof openDoors>['doors']; told: Promise<number>; deliver: () => Promise<number> },
): Promise<Sights> {
  const names = Object.keys(doors);
  const before = await Promise.all(names.map((name) => doors[name]!(place)));
  const begun = performance.now();
  const sighted = names.map(async (name, i): Promise<[string, number]> => {
    while (performance.now() - begun < GIVE_UP_MS) {
      if ((await doors[name]!(place)) !== before[i]) return [name, performance.now()];
      await sleep(PAUSE_MS);
    }
    return [name, Infinity];
  });
  const event = Promise.race([told, sleep(GIVE_UP_MS).then(() => Infinity)]);
  const seen = Promise.all(sighted);
  seen.catch(() => undefined); // it is awaited below, once the file is on its way
  const from = await deliver();
  const found = [...(await seen), ['subscription', await event] as const];
  return Object.fromEntries(found.map(([name, at]) => [name, at - from]));
}

interface Live {
  readonly bellwether: RunningBellwether;
  readonly configuration: Configuration;
  readonly submissions: number;
  readonly rate: number;
  readonly facilities: number;
}

async function measure({ bellwether, configuration, submissions, rate, facilities }: Live): Promise<Sent[]> {
  const { doors, close } = openDoors(bellwether);
  const events = subscriptions(bellwether.api);
  const live = liveSubmissions({
    today: dayAt(Date.now(), 'America/New_York'),
    seed: SEED,
    facilities,
    geography: configuration.crosswalk.zips(),
    now: Date.now,
  });
  const busy = new Set<string>();
  const sent: Promise<Sent>[] = [];
  let next = performance.now();
  let failure: unknown;
  while (sent.length < submissions) {
    if (failure !== undefined) break;
    const { value: submission } = await live.next();
    if (!submission || submission.facilities.some((facility) => busy.has(facility))) {
      await sleep(5);
      continue;
    }
    submission.facilities.forEach((facility) => busy.add(facility));
    const dataset = configuration.datasets.get(configuration.feeds.get(submission.feed)!.dataset)!;
    const place = {
      dataset: dataset.id,
      facility: submission.facilities[0]!,
      categories: dataset.categories.map(({ id }) => id),
      day: formatDay(submission.day),
    };
    const by = sent.length % 2 === 0 ? 'folder' : 'http';
    const { at } = await events.next(place);
    const one = watchOne(place, { doors, told: at, deliver: () => send(bellwether, { ...submission, by }) })
      .then((sights): Sent => ({ by, sights }))
      .finally(() => submission.facilities.forEach((facility) => busy.delete(facility)));
    one.catch((error: unknown) => (failure ??= error));
    sent.push(one);
    next += 1000 / rate;
    await sleep(Math.max(0, next - performance.now()));
  }
  try {
    return await Promise.all(sent);
  } finally {
    await events.close();
    await close();
  }
}

function distribution(values: readonly number[]): { p50: number; p95: number; max: number; unseen: number } {
  const seen = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(seen[Math.ceil(share * seen.length) - 1] ?? NaN);
  return { p50: at(0.5), p95: at(0.95), max: at(1), unseen: values.length - seen.length };
}

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      submissions: { type: 'string', default: '60' },
      rate: { type: 'string', default: '3' },
      facilities: { type: 'string', default: '60' },
      days: { type: 'string', default: '40' },
    },
  });
  const data = mkdtempSync(join(tmpdir(), 'freshness-'));
  const config = join(process.cwd(), 'config');
  const bellwether = await startBellwether({ data, config });
  try {
    const cli = join(process.cwd(), 'dist/apps/cli/src/main.js');
    const { facilities, days } = values;
    const argv = ['sample', '--data', data, '--config', config, '--facilities', facilities, '--days', days];
    const { status } = spawnSync(process.execPath, [cli, ...argv, '--seed', String(SEED)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error('the sample was not loaded');
    const sent = await measure({
      bellwether,
      configuration: loadConfiguration(config),
      submissions: Number(values.submissions),
      rate: Number(values.rate),
      facilities: Number(facilities),
    });
    const figures: Record<string, Record<string, ReturnType<typeof distribution>>> = {};
    console.log(`\nMilliseconds from arrival to sight, ${sent.length} submissions, ${values.rate} a second\n`);
    console.log(
      `  ${'by'.padEnd(8)}${'seen through'.padEnd(14)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'max'.padStart(8)}`,
    );
    for (const by of ['folder', 'http'] as const) {
      const own = sent.filter((one) => one.by === by);
      figures[by] = {};
      for (const door of Object.keys(own[0]?.sights ?? {})) {
        const found = distribution(own.map(({ sights }) => sights[door] ?? Infinity));
        figures[by][door] = found;
        const unseen = found.unseen > 0 ? `   ${found.unseen} not seen in ${GIVE_UP_MS / 1000} s` : '';
        console.log(
          `  ${by.padEnd(8)}${door.padEnd(14)}${[found.p50, found.p95, found.max].map((ms) => String(ms).padStart(8)).join('')}${unseen}`,
        );
      }
    }
    return { submissions: sent.length, rate: Number(values.rate), milliseconds: figures };
  } finally {
    await bellwether.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = { summary: 'arrival of a file to its counts in every door', help: HELP, run };
