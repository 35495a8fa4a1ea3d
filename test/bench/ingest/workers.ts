import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { receive } from '#intake';
import { openKeyFolder, openRawStore } from '#raw-store';
import { loadConfiguration } from '#registry';
import type { Load } from './load.js';
import { startEngineProcess } from './product.js';
import type { Share } from './worker-process.js';

/**
 * Seconds in which so many workers, each a process with one thread, count a load that lies in the raw store. They share
 * store and engine as real ones do, and split the submissions by their hash.
 */
export async function countBy(
  load: Load,
  { config, work, workers }: { config: string; work: string; workers: number },
): Promise<number> {
  const configuration = loadConfiguration(config);
  const raw = join(work, 'raw');
  const store = await openRawStore({
    folder: raw,
    keys: openKeyFolder({ folder: join(work, 'keys'), raw }),
    maxBytes: 1 << 30,
  });
  const submissions: string[] = [];
  for (const { name, path } of load.files) {
    const content = createReadStream(path);
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
    const began = performance.now();
    await Promise.all(
      processes.map(async ({ worker }) => {
        const done = once(worker, 'message');
        worker.send('go');
        await done;
      }),
    );
    return (performance.now() - began) / 1000;
  } finally {
    child.kill();
  }
}
