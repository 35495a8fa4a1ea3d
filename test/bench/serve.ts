import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { askEngine } from './serve/peer.js';
import { type Measured, startMeasured } from './serve/process.js';
import type { ApiSetup } from './serve/api.js';
import { benchConfiguration, fillWarehouse, SIX, zipOf } from './serve/world.js';
import { load, type Load, type Served } from './serve/wrk.js';

const HELP = `One question, six series of two years (8,772 numbers, one zip of the generator of ../shared/tools/series), answered by a real
server process from each of its levels, each level alone. CPU is the server's own (user and system) by request; wrk, one thread
and 16 connections, runs on the same machine, and so do Redis and the engine. The limits are the same number of bytes from bare
node:http and bare Fastify. The peer is the engine (ClickHouse, embedded) asked for the same numbers in JSON: CPU of its
process by query, from the table of rollups and from the plainest table that could answer.

  finished        bytes of an answer given before, at the same address
  304, br         the same, to who has it already; to who takes brotli
  fragments       no finished answers: texts of series and years are put together
  decoded         neither: packed years are decoded and written
  Redis, decoded  no packed years in the process either
  binary          the stored records themselves: finished, from memory, from Redis

Needs wrk; Redis cases need redis-server (Debian packages of the same names).

Cases run by turns, so that what else the machine does falls on all of them; medians of the rounds.

  --rounds N (5)     --seconds N  of a case in a round (2)`;

const SPAN = 'from=2024-01-01&to=2025-12-31';
const QUERY = `/v1/series?dataset=bench&region=${zipOf(0)}&category=${SIX.join(',')}&${SPAN}`;
const MB = 1 << 20;
const ALL: Omit<ApiSetup, 'engine' | 'config'> = {
  packed: 64 * MB,
  finished: 64 * MB,
  fragments: 64 * MB,
  pictures: 0,
};

interface Case extends Omit<Load, 'seconds'> {
  readonly name: string;
  readonly goal?: number;
}

async function startRedis(folder: string): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const url = join(folder, 'redis.sock');
  const flags = ['--port', '0', '--unixsocket', url, '--save', '', '--dir', folder];
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of server.stdout) if (String(chunk).includes('eady to accept connections')) break;
  return {
    url,
    async stop() {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
    },
  };
}

interface Entrant extends Case {
  readonly server: Measured;
}

/** Seconds of each case before it is measured: until then V8 compiles. */
const WARM_UP = 2;

interface Figures {
  readonly name: string;
  /** Microseconds of the server's CPU a request: median of the rounds, and least. */
  readonly cpu: number;
  readonly least: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly goal: number | undefined;
  readonly bad: number;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** All cases by turns, so that what else the machine does falls on each of them. */
async function inTurns(
  entrants: readonly Entrant[],
  { seconds, rounds, between }: { seconds: number; rounds: number; between: () => Promise<void> },
): Promise<Figures[]> {
  for (const { server, ...what } of entrants) await load(server, { ...what, seconds: WARM_UP });
  const served = new Map<string, Served[]>(entrants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { server, ...what } of entrants) served.get(what.name)!.push(await load(server, { ...what, seconds }));
    await between();
  }
  return entrants.map(({ name, goal }) => {
    const all = served.get(name)!;
    const of = (key: keyof Served): number => median(all.map((one) => one[key]));
    const bad = all.reduce((sum, one) => sum + one.bad, 0);
    const least = Math.min(...all.map(({ cpu }) => cpu));
    return {
      name,
      goal,
      cpu: of('cpu'),
      least,
      requestsPerSecond: of('requestsPerSecond'),
      p50: of('p50'),
      p99: of('p99'),
      bad,
    };
  });
}

function print(figures: readonly Figures[]): void {
  const line = (name: string, cells: readonly unknown[]): void =>
    console.log(`${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(10)).join('')}`);
  line('', ['CPU µs', 'least', 'goal', 'a second', 'p50 µs', 'p99 µs']);
  for (const { name, cpu, least, goal = '', requestsPerSecond, p50, p99, bad } of figures)
    line(bad > 0 ? `${name} (${bad} BAD)` : name, [
      cpu.toFixed(1),
      least.toFixed(1),
      goal,
      requestsPerSecond,
      p50,
      p99,
    ]);
}

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
  });
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
  if (spawnSync('wrk', ['-v']).error) throw new Error('wrk is not here (apt-get install wrk)');
  const folder = mkdtempSync(join(tmpdir(), 'bench-serve-'));
  const config = benchConfiguration();
  const running: Measured[] = [];
  const start = async (script: string, options: object): Promise<Measured> => {
    const server = await startMeasured(script, options);
    running.unshift(server);
    return server;
  };
  const redis = await startRedis(folder);
  if (!redis) console.log('SKIPPED: the cases of Redis, for there is no redis-server here');
  try {
    const engine = await start('engine', { dataPath: join(folder, 'engine') });
    const setup: ApiSetup = { ...ALL, engine: engine.url, config };
    const whole = await start('api', setup); // it makes the tables
    await fillWarehouse(engine.url);
    const response = await fetch(`${whole.url}${QUERY}`);
    const etag = response.headers.get('etag') ?? '';
    const bytes = (await response.arrayBuffer()).byteLength;
    const binary = { path: `${QUERY}&format=binary` };
    const binaryBytes = (await (await fetch(`${whole.url}${binary.path}`)).arrayBuffer()).byteLength;
    console.log(`the answer: ${bytes} bytes of JSON, ${binaryBytes} of records\n`);
    const fragments = await start('api', { ...setup, finished: 0 });
    const decoded = await start('api', { ...setup, finished: 0, fragments: 0 });
    const shared = redis && (await start('api', { ...setup, packed: 0, finished: 0, fragments: 0, redis: redis.url }));
    const entrants: Entrant[] = [
      { name: 'limit: node:http', path: '/', server: await start('limit', { by: 'http', bytes }) },
      { name: 'limit: Fastify', path: '/', server: await start('limit', { by: 'fastify', bytes }) },
      { name: 'finished', goal: 35, path: QUERY, server: whole },
      { name: '304', path: QUERY, headers: { 'if-none-match': etag }, server: whole },
      { name: 'br', path: QUERY, headers: { 'accept-encoding': 'br' }, server: whole },
      { name: 'binary, finished', goal: 40, ...binary, server: whole },
      { name: 'fragments', goal: 60, path: QUERY, server: fragments },
      { name: 'binary, from memory', ...binary, server: fragments },
      { name: 'decoded', path: QUERY, server: decoded },
    ];
    if (shared) {
      entrants.push({ name: 'Redis, decoded', goal: 370, path: QUERY, server: shared });
      entrants.push({ name: 'binary, from Redis', ...binary, server: shared });
    }
    for (const { server, path } of entrants) await (await fetch(`${server.url}${path}`)).arrayBuffer();
    const asked: Awaited<ReturnType<typeof askEngine>>[] = [];
    const between = async (): Promise<void> => void asked.push(await askEngine(engine, { seconds: seconds / 2 }));
    const figures = await inTurns(entrants, { seconds, rounds, between });
    print(figures);
    const peers = {
      plain: median(asked.map(({ plain }) => plain.cpu)),
      rollups: median(asked.map((one) => one.rollups.cpu)),
    };
    console.log(`\nClickHouse, CPU µs a query: ${peers.plain} from the plain table, ${peers.rollups} from the rollups`);
    console.log(
      'CPU of the plain table, of the rollups ÷ CPU of the level (goals: decoded 8, binary 75, finished 150)',
    );
    const ratios = Object.fromEntries(
      figures.map(({ name, cpu }) => [
        name,
        { plain: Math.round(peers.plain / cpu), rollups: Math.round(peers.rollups / cpu) },
      ]),
    );
    for (const [name, { plain, rollups }] of Object.entries(ratios))
      console.log(`${name.padEnd(24)}${String(plain).padStart(10)}${String(rollups).padStart(10)}`);
    return { bytes, binaryBytes, cases: figures, peers, ratios };
  } finally {
    for (const server of running) await server.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = {
  summary: 'Server CPU of one question from every level of the cache, beside bare servers and ClickHouse',
  help: HELP,
  run,
};
