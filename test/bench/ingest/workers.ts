import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileContent, receive } from '#intake';
import { openKeyFolder, openRawStore } from '#raw-store';
import { loadConfiguration } from '#registry';
import type { Load } from './load.js';
import { cpuSeconds, startEngineProcess } from './product.js';
import type { Share } from './worker-process.js';

export interface Growth {
  readonly seconds: number;
  /** CPU seconds of all workers, and of the engine. */
  readonly workerCpu: number;
  readonly engineCpu: number;
}

/**
 * The time in which so many workers, each a process with one thread, count a load that lies in the raw store. They share
 * store and engine as real ones do, and split the submissions by their hash.
 */
export async function countBy(
  load: Load,
  { config, work, workers }: { config: string; work: string; workers: number },
): Promise<Growth> {
  const configuration = loadConfiguration(config);
  const raw = join(work, 'raw');
  const store = await openRawStore({
    folder: raw,
    keys: openKeyFolder({ folder: join(work, 'keys'), raw }),
    maxBytes: 1 << 30,
  });
  const submissions: string[] = [];
  for (const { name, path } of load.files) {
    const content = fileContent(path);
    const given = { feed: 'load', name, content };
    submissions.push((await receive({ store, configuration: () => configuration, now: Date.now }, given)).submission);
  }
  const { url, child } = await startEngineProcess(work);
  try {
    const processes = Array.from({ length: workers }, (_, n) => {
      const worker = fork(join(import.meta.dirname, 'worker-process.js'));
      const share: Share = {
        url,
        config,
        work,
        submissions: submissions.filter((submission) => Number.parseInt(submission.slice(0, 8), 16) % workers === n),
      };
      const ready = once(worker, 'message');
      worker.send(share);
      return { worker, ready };
    });
    await Promise.all(processes.map(({ ready }) => ready));
    const engineBefore = cpuSeconds(child.pid!);
    const began = performance.now();
    const cpu = await Promise.all(
      processes.map(async ({ worker }) => {
        const done = once(worker, 'message');
        worker.send('go');
        const [used] = await done;
        return Number(used);
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    const workerCpu = cpu.reduce((sum, used) => sum + used, 0);
    return { seconds, workerCpu, engineCpu: cpuSeconds(child.pid!) - engineBefore };
  } finally {
    child.kill();
  }
}
