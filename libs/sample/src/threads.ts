import { Worker } from 'node:worker_threads';
import { countsOf } from './counts.js';
import { runJob } from './job.js';
import type { JobOutput } from './job-output.js';
import type { Job, SamplePlan } from './model.js';
import { folderSink, type ManifestEntry } from './sink.js';
import type { FromWorker, WorkerStart } from './worker.js';

export interface JobsOptions {
  readonly plan: SamplePlan;
  readonly jobs: readonly Job[];
  readonly folder: string;
  /** 0: in the calling thread. */
  readonly threads: number;
  readonly progress: (done: number, sender: string) => void;
}

export interface JobsOutput {
  /** In the order of the jobs. */
  readonly outputs: readonly JobOutput[];
  readonly entries: readonly ManifestEntry[];
}

/** Runs all jobs; rejects with the first failure, and no thread is left behind. */
export async function runJobs(options: JobsOptions): Promise<JobsOutput> {
  const outputs: JobOutput[] = [];
  const entries: ManifestEntry[] = [];
  const keep = (index: number, output: JobOutput, list: readonly ManifestEntry[]): void => {
    outputs[index] = output;
    for (const entry of list) entries.push(entry);
  };
  await (options.threads === 0 ? runHere(options, keep) : runInThreads(options, keep));
  return { outputs, entries };
}

type Keep = (index: number, output: JobOutput, entries: readonly ManifestEntry[]) => void;

async function runHere({ plan, jobs, folder, progress }: JobsOptions, keep: Keep): Promise<void> {
  const counts = countsOf(plan);
  for (const [index, job] of jobs.entries()) {
    const sink = folderSink(folder, progress);
    keep(index, await runJob(plan, job, { counts: counts(job), sink }), sink.entries);
  }
}

async function runInThreads({ plan, jobs, folder, threads, progress }: JobsOptions, keep: Keep): Promise<void> {
  const queue = [...jobs.entries()];
  const workers: Worker[] = [];
  const runThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const workerData: WorkerStart = { plan, folder };
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
      workers.push(worker);
      let current = -1;
      const next = (): void => {
        const job = queue.shift();
        if (!job) return resolve();
        current = job[0];
        worker.postMessage(job[1]);
      };
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('a thread of the generator ended before its work did')));
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'progress') return progress(message.done, message.sender);
        keep(current, message.output, message.entries);
        next();
      });
      next();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, runThread));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
