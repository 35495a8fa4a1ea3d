import { parentPort, workerData } from 'node:worker_threads';
import { countsOf } from './counts.js';
import { runJob } from './job.js';
import type { JobOutput } from './job-output.js';
import type { Job, SamplePlan } from './model.js';
import { folderSink, type ManifestEntry } from './sink.js';

/** What a thread is started with. */
export interface WorkerStart {
  readonly plan: SamplePlan;
  readonly folder: string;
}

/** To a thread: the next job. From it: progress, or the job's outcome. A thread that fails ends with the error. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly done: number; readonly sender: string }
  | { readonly kind: 'done'; readonly output: JobOutput; readonly entries: readonly ManifestEntry[] };

/** One thread of the generator: takes jobs one after the other. */
function serve({ plan, folder }: WorkerStart, port: NonNullable<typeof parentPort>): void {
  const counts = countsOf(plan);
  const post = (message: FromWorker): void => port.postMessage(message);
  port.on('message', (job: Job) => {
    const sink = folderSink(folder, (done, sender) => post({ kind: 'progress', done, sender }));
    runJob(plan, job, { counts: counts(job), sink }).then(
      (output) => post({ kind: 'done', output, entries: sink.entries }),
      (error: unknown) => {
        // Thrown outside the promise, so that it ends the thread and reaches its starter as an `error` event.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
}

if (parentPort) serve(workerData as WorkerStart, parentPort);
