import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Jobs } from './jobs.js';

const QUEUE = 'submissions';
/** Many at once in one process, so that they can be committed together. */
const CONCURRENCY = 400;
/** A worker that was killed is noticed after this; its jobs then go to another. */
const LOCK_MS = 10_000;

/** BullMQ over Redis; any number of processes on each side. */
export function openRedisJobs({ url, onError }: { url: string; onError: (error: Error) => void }): Jobs {
  const connect = (): Redis => {
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    redis.on('error', onError);
    return redis;
  };
  const connections: Redis[] = [connect()];
  const queue = new Queue(QUEUE, { connection: connections[0]! });
  queue.on('error', onError);
  let worker: Worker | undefined;
  return {
    async add(submission) {
      await queue.add(
        'load',
        { submission },
        // The id makes a second hand-over of the same submission nothing; removed when done, so that a replay is new.
        {
          jobId: submission,
          removeOnComplete: true,
          removeOnFail: true,
          attempts: 3,
          backoff: { type: 'exponential', delay: 500 },
        },
      );
    },
    work(handler) {
      const connection = connect();
      connections.push(connection);
      worker = new Worker<{ submission: string }>(QUEUE, (job) => handler(job.data.submission), {
        connection,
        concurrency: CONCURRENCY,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS / 2,
        maxStalledCount: 100,
      });
      worker.on('error', onError);
      return Promise.resolve();
    },
    async close() {
      await worker?.close();
      await queue.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
