import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { BOUND, generate, type Operation, seeded } from './graphql/operations.js';
import { fillWorld, REGIONS } from './graphql/world.js';
import type { ApiSetup } from './serve/api.js';
import { startMeasured } from './serve/process.js';
import { benchConfiguration } from './serve/world.js';

const HELP = `GraphQL operations made by chance, each as near to the bound of the cost as questions by chance come: aliases, fragments, long lists,
large pictures, many regions, the past. Each is asked of a real api process over the embedded engine: 120 facilities, 24 categories,
two years, 5,000 submissions. One at a time; how long until the whole answer is there. Answers and pictures are not kept; packed years are,
as they are in service, and have been asked for once before (--cold: they have not).

An answer has to be 200 with data, or errors with codes. Beside them, as many operations that are beyond the bound: all have to be refused.

The aim: the worst of 1,000 within 200 ms.

  --operations N   how many (1000)
  --seed N         (20261121)
  --cold           begin with no packed years
  --seconds N      stop after so long, and say how many were asked (150)`;

const WORST_MS = 200;
const LISTED = 10;

interface Timed extends Operation {
  readonly ms: number;
  readonly problem: string | undefined;
}

async function ask(
  url: string,
  { query, variables }: Pick<Operation, 'query' | 'variables'>,
): Promise<{ ms: number; status: number; text: string }> {
  const began = performance.now();
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { ms: performance.now() - began, status: response.status, text };
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** What is wrong with an answer; undefined: nothing. */
function problemIn(status: number, text: string): string | undefined {
  const { data, errors = [] } = JSON.parse(text) as Answer;
  if (errors.some(({ extensions }) => extensions?.code === undefined || extensions.code === 'INTERNAL'))
    return 'an error without a code';
  if (errors.length > 0) return errors[0]?.message;
  return status === 200 && data !== undefined ? undefined : `status ${status}`;
}

/** Every year of every region, once. */
async function warm(url: string): Promise<void> {
  for (const regions of Object.values(REGIONS))
    for (let at = 0; at < regions.length; at += 4) {
      const list = JSON.stringify(regions.slice(at, at + 4));
      await ask(url, {
        query: `{ series(dataset: "bench", categories: "category-01", regions: ${list}, from: "2024-12-31", to: "2025-01-01") { rev } }`,
        variables: {},
      });
    }
}

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      operations: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '20261121' },
      seconds: { type: 'string', default: '150' },
      cold: { type: 'boolean', default: false },
    },
  });
  const random = seeded(Number(values.seed));
  const operations = Array.from({ length: Number(values.operations) }, () => generate(random));
  const folder = mkdtempSync(join(tmpdir(), 'bench-graphql-'));
  const config = benchConfiguration();
  const engine = await startMeasured('engine', { dataPath: join(folder, 'engine') });
  try {
    const setup: ApiSetup = { engine: engine.url, config, packed: 1 << 28, finished: 0, fragments: 1, pictures: 1 };
    const api = await startMeasured('api', setup);
    try {
      await fillWorld(engine.url);
      if (!values.cold) await warm(api.url);
      const timed: Timed[] = [];
      let refused = 0;
      const taken: string[] = [];
      const until = performance.now() + Number(values.seconds) * 1000;
      for (const { near, beyond } of operations) {
        if (performance.now() > until) break;
        const { ms, status, text } = await ask(api.url, near);
        timed.push({ ...near, ms, problem: problemIn(status, text) });
        if (beyond.cost <= BOUND) continue;
        const answer = await ask(api.url, beyond);
        if (answer.status === 400 && answer.text.includes('it costs')) refused++;
        else taken.push(beyond.query);
      }
      return report({ timed, refused, taken: taken.length });
    } finally {
      await api.stop();
    }
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { recursive: true, force: true });
  }
}

function report({
  timed,
  refused,
  taken,
}: {
  timed: readonly Timed[];
  refused: number;
  taken: number;
}): Readonly<Record<string, unknown>> {
  const sorted = timed.toSorted((a, b) => a.ms - b.ms);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.ms ?? NaN) * 10) / 10;
  const costs = timed.map(({ cost }) => cost).toSorted((a, b) => a - b);
  const figures = {
    asked: timed.length, worst: at(1), p99: at(0.99), p95: at(0.95), median: at(0.5), over: timed.filter(({ ms }) => ms > WORST_MS).length,
    refused, taken, wrong: timed.filter(({ problem }) => problem !== undefined).length,
    nearness: { median: Math.round(costs[costs.length >> 1] ?? NaN), most: Math.round(costs.at(-1) ?? NaN), bound: BOUND },
  }; // prettier-ignore
  console.log(
    `${figures.asked} operations: worst ${figures.worst} ms, p99 ${figures.p99}, p95 ${figures.p95}, median ${figures.median}; ${figures.over} over ${WORST_MS} ms`,
  );
  console.log(
    `cost: median ${figures.nearness.median} of ${BOUND}; ${refused} beyond it refused, ${taken} not; ${figures.wrong} answers wrong`,
  );
  for (const { ms, cost, kinds, problem } of sorted.slice(-LISTED).toReversed())
    console.log(
      `${ms.toFixed(0).padStart(6)} ms  cost ${cost.toFixed(0).padStart(5)}  ${kinds.join(', ')}${problem === undefined ? '' : `  WRONG: ${problem}`}`,
    );
  for (const { problem } of timed.filter((one) => one.problem !== undefined).slice(0, 3))
    console.log(`wrong: ${problem ?? ''}`);
  return figures;
}

export const benchmark: Benchmark = {
  summary: 'The worst of 1,000 GraphQL operations that cost as much as the bound allows',
  help: HELP,
  run,
};
