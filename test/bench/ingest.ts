import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { type Encryption, type Load, configureLoad, makeLoad } from './ingest/load.js';
import { naiveIngest } from './ingest/naive.js';
import { type IngestRun, ingest } from './ingest/product.js';
import { type Growth, countBy } from './ingest/workers.js';

const HELP = `Archives of a typical day's size profile (20 to 300 records each, 70 % one XML record per member, else one CSV or TXT)
are received into the raw store with fsync, read, counted into slots and rollups of the embedded engine (a process of
its own), and acknowledged in the ledger. Files are records: as in the published system, one XML file is one record.
CPU is that of worker and engine together, from receiving to acknowledgement; starting and making the load are not in it.
The peer is the stack one would write first: unzipper (ZipCrypto) or zip.js (AES), fast-xml-parser and csv-parse, one
insert per archive into a table with a materialized view; it gets fewer archives, for it is slow.
Both add up the same units of those, or the benchmark fails. The first quarter of the load is counted in neither time
nor files: a worker compiles its code once and runs for months.
Then the load, lying in the raw store, is counted by one worker process and by two, a thread each: their quotient is the
growth. The engine takes its share of the same cores: what they allow at most stands beside it, from the CPU used.

  --zips N    archives of each encryption (400; AES: a quarter of it)      --naive N  archives for the peer (12)
  --max-kb K  largest archive (1500)      --only zipcrypto|aes      --rounds R (3)
  --threads T threads that read (2; 0: the worker's own)
  --shared D  where tools/submissions lies (../shared)`;

/** Records a day and archives a day of the published system. */
const SEED_DAY = { files: 15_000_000, zips: 77_000 };

const CORES = availableParallelism();

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

interface Options {
  readonly zips: number;
  readonly naive: number;
  readonly maxKb: number;
  readonly rounds: number;
  readonly threads: number;
  readonly shared: string;
}

interface Figures {
  readonly filesPerCpuSecond: number;
  readonly naiveFilesPerCpuSecond: number;
  readonly ratio: number;
  readonly seedDayMinutes: number;
  readonly [name: string]: number;
}

/**
 * Two workers beside one. `mostTwoWorkersRatio`: what two cores allow, where all CPU that two workers and the engine use
 * is spread over both without a gap.
 */
function growthOf([one, two]: readonly [readonly Growth[], readonly Growth[]]): Record<string, number> {
  const of = (runs: readonly Growth[], pick: (run: Growth) => number): number => median(runs.map(pick));
  const secondsOneWorker = of(one, ({ seconds }) => seconds);
  const secondsTwoWorkers = of(two, ({ seconds }) => seconds);
  const cpuTwoWorkers = of(two, ({ workerCpu }) => workerCpu);
  const engineCpuTwoWorkers = of(two, ({ engineCpu }) => engineCpu);
  return {
    secondsOneWorker,
    secondsTwoWorkers,
    cpuOneWorker: of(one, ({ workerCpu }) => workerCpu),
    engineCpuOneWorker: of(one, ({ engineCpu }) => engineCpu),
    cpuTwoWorkers,
    engineCpuTwoWorkers,
    twoWorkersRatio: secondsOneWorker / secondsTwoWorkers,
    mostTwoWorkersRatio: secondsOneWorker / ((cpuTwoWorkers + engineCpuTwoWorkers) / CORES),
  };
}

async function measure(load: Load, encryption: Encryption, { naive, rounds, threads }: Options): Promise<Figures> {
  const runs: IngestRun[] = [];
  const peers: number[] = [];
  /** Of one worker process, of two. */
  const grown: [Growth[], Growth[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const work = mkdtempSync(join(tmpdir(), 'bellwether-ingest-'));
    try {
      const config = join(work, 'config');
      configureLoad(load, { folder: config, source: join(import.meta.dirname, 'ingest/config') });
      const few = { ...load, files: load.files.slice(0, naive) };
      const small = await ingest(few, { config, work: join(work, 'few'), threads, warmup: 0 });
      const { files, cpu, units } = await naiveIngest(few, { encryption, work: join(work, 'naive') });
      if (small.units !== units) throw new Error(`the peer adds up ${units} units, we ${small.units}`);
      peers.push(files / cpu);
      for (const [workers, all] of grown.entries())
        all.push(await countBy(load, { config, work: join(work, `workers-${workers + 1}`), workers: workers + 1 }));
      runs.push(await ingest(load, { config, work: join(work, 'data'), threads, warmup: load.files.length >> 2 }));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const of = (pick: (run: IngestRun) => number): number => median(runs.map(pick));
  const filesPerCpuSecond = of(({ files, workerCpu, engineCpu }) => files / (workerCpu + engineCpu));
  const naiveFilesPerCpuSecond = median(peers);
  return {
    archives: runs[0]!.archives,
    files: runs[0]!.files,
    megabytes: runs[0]!.bytes / 1e6,
    units: runs[0]!.units,
    workerCpu: of(({ workerCpu }) => workerCpu),
    engineCpu: of(({ engineCpu }) => engineCpu),
    seconds: of(({ seconds }) => seconds),
    filesPerCpuSecond,
    filesPerSecond: of(({ files, seconds }) => files / seconds),
    naiveFilesPerCpuSecond,
    ratio: filesPerCpuSecond / naiveFilesPerCpuSecond,
    ...growthOf(grown),
    seedDayMinutes: SEED_DAY.files / of(({ files, seconds }) => files / seconds) / 60,
  };
}

function print(encryption: Encryption, figures: Figures): void {
  console.log(`${encryption}`);
  for (const [name, value] of Object.entries(figures))
    console.log(
      `  ${name.padEnd(24)}${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 }).padStart(14)}`,
    );
}

export const benchmark: Benchmark = {
  summary: 'files per CPU-second from receipt to acknowledged rollups, beside the stack one would write first',
  help: HELP,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        zips: { type: 'string', default: '400' },
        naive: { type: 'string', default: '12' },
        'max-kb': { type: 'string', default: '1500' },
        rounds: { type: 'string', default: '3' },
        threads: { type: 'string', default: '2' },
        only: { type: 'string' },
        shared: { type: 'string', default: '../shared' },
      },
    });
    const options: Options = {
      zips: Number(values.zips),
      naive: Number(values.naive),
      maxKb: Number(values['max-kb']),
      rounds: Number(values.rounds),
      threads: Number(values.threads),
      shared: values.shared,
    };
    const figures: Record<string, Figures> = {};
    for (const encryption of ['zipcrypto', 'aes'] as const) {
      if (values.only !== undefined && values.only !== encryption) continue;
      const folder = mkdtempSync(join(tmpdir(), 'bellwether-load-'));
      try {
        console.log(`making the ${encryption} load …`);
        const zips = encryption === 'aes' ? Math.ceil(options.zips / 4) : options.zips;
        const load = makeLoad({ folder, shared: options.shared, encryption, zips, maxKb: options.maxKb });
        print(encryption, (figures[encryption] = await measure(load, encryption, options)));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return { ...options, seedDay: SEED_DAY, ...figures };
  },
};
