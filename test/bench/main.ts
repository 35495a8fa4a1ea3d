import { cpus, totalmem } from 'node:os';
import type { Benchmark } from './benchmark.js';

/** Loaded one at a time, so that none pays for the imports of another. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ benchmark: Benchmark }>>> = {
  chart: () => import('./chart.js'),
  codec: () => import('./codec.js'),
  detect: () => import('./detect.js'),
  raw: () => import('./raw.js'),
  export: () => import('./export.js'),
  revisions: () => import('./revisions.js'),
  graphql: () => import('./graphql.js'),
  freshness: () => import('./freshness.js'),
  growth: () => import('./growth.js'),
  serve: () => import('./serve.js'),
  warehouse: () => import('./warehouse.js'),
  ingest: () => import('./ingest.js'),
  scan: () => import('./scan.js'),
  watch: () => import('./watch.js'),
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  const load = BENCHMARKS[name ?? ''];
  if (!load) {
    console.log('usage: npm run bench -- NAME [options]    (NAME --help says what is measured and how)\n');
    for (const [known, loadIt] of Object.entries(BENCHMARKS))
      console.log(`  ${known.padEnd(12)}${(await loadIt()).benchmark.summary}`);
    if (name !== undefined && name !== '--help') process.exitCode = 2;
    return;
  }
  const { benchmark } = await load();
  if (args.includes('--help')) {
    console.log(`${name}: ${benchmark.summary}\n\n${benchmark.help}`);
    return;
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  console.log(`${name} on ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}\n`);
  const figures = await benchmark.run(args);
  console.log(JSON.stringify({ benchmark: name, machine, ...figures }));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
