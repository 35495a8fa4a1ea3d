import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileContent, openIngestor, openReadingThreads, receive } from '#intake';
import { openKeys, openRawStore } from '#raw-store';
import { loadConfiguration, readSecret } from '#registry';
import { openEngine } from '#warehouse';
import type { Load, LoadFile } from './load.js';

const TICKS_A_SECOND = 100;

/** CPU seconds a process has used, all threads; from Linux's /proc. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** The embedded engine as a process of its own. */
export async function startEngineProcess(dataFolder: string): Promise<{ url: string; child: ChildProcess }> {
  const main = join(import.meta.dirname, '../../../apps/engine/src/main.js');
  const child = spawn(process.execPath, [main, '--data', dataFolder, '--engine-port', '0', '--log-style', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const url = await new Promise<string>((ready, failed) => {
    child.on('message', (message: { url?: string }) => message.url && ready(message.url));
    child.on('exit', (code) => failed(new Error(`the engine ended with ${code}`)));
    child.stdout!.resume();
    child.stderr!.resume();
  });
  return { url, child };
}

export interface IngestRun {
  readonly archives: number;
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the worker and of the engine; receiving included. */
  readonly workerCpu: number;
  readonly engineCpu: number;
  /** Sum of the units in the nation's rollups, to be compared with the maker's. */
  readonly units: number;
}

/**
 * Receives and counts a load: from the sender's bytes to rollups acknowledged in the ledger. Its first `warmup`
 * archives are counted like the others, but not in the figures: a worker compiles its code once, and runs for months.
 */
export async function ingest(
  load: Load,
  { config, work, threads, warmup }: { config: string; work: string; threads: number; warmup: number },
): Promise<IngestRun> {
  const configuration = loadConfiguration(config);
  const { url, child } = await startEngineProcess(work);
  const engine = await openEngine({ url });
  try {
    const folder = join(work, 'raw');
    const keys = { folder: join(work, 'keys'), raw: folder };
    const recordKey = Buffer.alloc(32, 7);
    const store = await openRawStore({ folder, keys: openKeys(keys), maxBytes: 1 << 30 });
    const setting = { vault: { folder, keys }, secrets: [config], recordKey };
    const reading = threads > 0 ? openReadingThreads({ threads, ...setting }) : undefined;
    let files = 0;
    const failures: string[] = [];
    const ingestor = openIngestor({
      engine,
      store,
      configuration: () => configuration,
      passwordOf: (feed, key) => feed.password && readSecret(feed.password, { folder: config, key }),
      recordKey,
      concurrency: 2 * Math.max(1, threads),
      ...(reading ? { threads: reading } : {}),
      changed: () => Promise.resolve(),
      settled: ({ state, rowsAccepted }) => {
        files += rowsAccepted;
        if (state !== 'loaded') failures.push(state);
      },
      now: Date.now,
      log: (level, message, facts) => {
        if (level === 'error') failures.push(`${message} ${JSON.stringify(facts)}`);
        if (process.env['BENCH_LOG']) process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
      },
    });
    let bytes = 0;
    const takeIn = async (some: readonly LoadFile[]): Promise<void> => {
      const counted: Promise<void>[] = [];
      let next = 0;
      const receiver = async (): Promise<void> => {
        for (let file = some[next++]; file; file = some[next++]) {
          const content = fileContent(file.path);
          const receipt = await receive(
            { store, configuration: () => configuration, now: Date.now },
            { feed: 'load', name: file.name, content },
          );
          bytes += receipt.bytes;
          counted.push(ingestor.process(receipt.submission));
        }
      };
      await Promise.all(Array.from({ length: 8 }, receiver));
      await Promise.all(counted);
    };
    await takeIn(load.files.slice(0, warmup));
    bytes = files = 0;
    const before = { worker: process.cpuUsage(), engine: cpuSeconds(child.pid!) };
    const began = performance.now();
    await takeIn(load.files.slice(warmup));
    const seconds = (performance.now() - began) / 1000;
    const used = process.cpuUsage(before.worker);
    const engineCpu = cpuSeconds(child.pid!) - before.engine;
    await ingestor.close();
    await reading?.close();
    if (failures.length > 0) throw new Error(`not everything was loaded: ${failures[0] ?? ''}`);
    const [[units = '0'] = []] = await engine.rows<[string]>(
      "SELECT sum(arraySum(value)) FROM rollups FINAL WHERE level = 'nation' AND dataset = 'load'",
    );
    return {
      archives: load.files.length - warmup, files, bytes, seconds, units: Number(units),
      workerCpu: (used.user + used.system) / 1e6, engineCpu,
    }; // prettier-ignore
  } finally {
    await engine.close();
    child.kill();
  }
}
