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

  --seconds N     of each case (default 4)`;

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

type Results = Record<string, Served & { goal?: number }>;

async function measure(
  server: Measured,
  { cases, seconds }: { cases: readonly Case[]; seconds: number },
): Promise<Results> {
  const results: Results = {};
  for (const { name, goal, ...what } of cases) {
    const served = await load(server, { ...what, seconds });
    results[name] = { ...served, ...(goal === undefined ? {} : { goal }) };
    const { requestsPerSecond, cpu, p50, p99, bad } = served;
    const figures = [cpu.toFixed(1), goal ?? '', requestsPerSecond, p50, p99]
      .map((cell) => String(cell).padStart(10))
      .join('');
    console.log(`${name.padEnd(28)}${figures}${bad > 0 ? `   ${bad} BAD` : ''}`);
  }
  return results;
}

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '4' } } });
  const seconds = Number(values.seconds);
  if (spawnSync('wrk', ['-v']).error) throw new Error('wrk is not here (apt-get install wrk)');
  const folder = mkdtempSync(join(tmpdir(), 'bench-serve-'));
  const config = benchConfiguration();
  const engine = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  const redis = await startRedis(folder);
  if (!redis) console.log('SKIPPED: the cases of Redis, for there is no redis-server here');
  const results: Results = {};
  /** The cases of one server process. */
  async function group(script: 'api' | 'limit', options: object, cases: readonly Case[]): Promise<void> {
    const server = await startMeasured(script, options);
    try {
      if (script === 'api') await (await fetch(`${server.url}${QUERY}`)).arrayBuffer();
      Object.assign(results, await measure(server, { cases, seconds }));
    } finally {
      await server.stop();
    }
  }
  try {
    const api = { ...ALL, engine: engine.url, config };
    // The api makes the tables at its first start.
    const first = await startMeasured('api', api);
    await fillWarehouse(engine.url);
    const response = await fetch(`${first.url}${QUERY}`);
    const etag = response.headers.get('etag') ?? '';
    const bytes = (await response.arrayBuffer()).byteLength;
    const binary = await (await fetch(`${first.url}${QUERY}&format=binary`)).arrayBuffer();
    await first.stop();
    console.log(`the answer: ${bytes} bytes of JSON, ${binary.byteLength} of records\n`);
    console.log(
      `${''.padEnd(28)}${['CPU µs', 'goal', 'a second', 'p50 µs', 'p99 µs'].map((text) => text.padStart(10)).join('')}`,
    );
    const at = (name: string, goal: number | undefined, more: Partial<Case> = {}): Case => ({
      name, path: QUERY, ...(goal === undefined ? {} : { goal }), ...more,
    }); // prettier-ignore
    await group('limit', { by: 'http', bytes }, [{ name: 'limit: node:http', path: '/' }]);
    await group('limit', { by: 'fastify', bytes }, [{ name: 'limit: Fastify', path: '/' }]);
    const records = { path: `${QUERY}&format=binary` };
    await group('api', api, [
      at('finished', 35),
      at('304', undefined, { headers: { 'if-none-match': etag } }),
      at('br', undefined, { headers: { 'accept-encoding': 'br' } }),
      at('binary, finished', 40, records),
    ]);
    await group('api', { ...api, finished: 0 }, [at('fragments', 60), at('binary, from memory', undefined, records)]);
    await group('api', { ...api, finished: 0, fragments: 0 }, [at('decoded', undefined)]);
    if (redis) {
      await group('api', { ...api, packed: 0, finished: 0, fragments: 0, redis: redis.url }, [
        at('Redis, decoded', 370),
        at('binary, from Redis', undefined, records),
      ]);
    }
    const peers = await askEngine(engine, { seconds });
    const cpuOf = (name: string): number => results[name]?.cpu ?? NaN;
    const against = (name: string): number => Math.round((peers.plain.cpu / cpuOf(name)) * 10) / 10;
    const ratios = {
      finished: against('finished'),
      fragments: against('fragments'),
      decoded: against('decoded'),
      'Redis, decoded': against('Redis, decoded'),
      'binary, finished': against('binary, finished'),
      'binary, from Redis': against('binary, from Redis'),
    };
    console.log('\nCPU of the plain table ÷ CPU of the level (goals: decoded 8, binary 75, finished 150)');
    for (const [name, ratio] of Object.entries(ratios)) console.log(`  ${name.padEnd(26)}${ratio}`);
    return { bytes, binaryBytes: binary.byteLength, cases: results, peers, ratios };
  } finally {
    await engine.stop();
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
