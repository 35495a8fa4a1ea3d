import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BellwetherError } from '#vocabulary';
import type { ExportForm } from '../ask/index.js';
import { EXPORTED } from '../tabular/index.js';
import { counted, type ExportPlan } from './plan.js';

/** An export that is made, or has been, and waits to be fetched. */
export interface ExportJob {
  readonly id: string;
  /** Id of the principal; nobody else sees it. */
  readonly owner: string;
  readonly form: ExportForm;
  readonly createdAt: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  rowsDone: number;
  /** Null where it is not known before the end. */
  rowsTotal: number | null;
  bytes: number;
  /** Code of the error; null unless it failed. */
  code: string | null;
}

export interface ExportJobs {
  /** Begins at once. TOO_MANY_REQUESTS when too many run or wait. */
  begin(order: { owner: string; form: ExportForm; plan: ExportPlan }): ExportJob;
  list(owner: string): readonly ExportJob[];
  /** NOT_FOUND for what is not there, has expired, or is somebody else's. */
  find(id: string, owner: string): ExportJob;
  /** Its file; REQUEST_INVALID while it is not done. */
  open(job: ExportJob): ReadStream;
  /** Stops it where it runs, and removes the file. */
  remove(job: ExportJob): Promise<void>;
  close(): Promise<void>;
}

/** Exports that run at once, all principals together. */
export const MOST_RUNNING = 4;
/** Files of one principal. */
const MOST_KEPT = 10;
/** Milliseconds until a file is removed. */
const KEPT_FOR = 3_600_000;
/** Bytes of one file. */
const MOST_BYTES = 8 * 2 ** 30;

/** Makes exports as files of a folder, which is emptied first: what a process before has left belongs to nobody. */
export async function openExportJobs({ folder, now }: { folder: string; now: () => number }): Promise<ExportJobs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true, recursive: true });
  const jobs = new Map<string, { readonly job: ExportJob; readonly stop: AbortController; made: Promise<void> }>();
  const pathOf = ({ id, form }: ExportJob): string => join(folder, `${id}.${form}`);

  async function make(job: ExportJob, { table }: ExportPlan, signal: AbortSignal): Promise<void> {
    const rows = counted(table, (some) => {
      job.rowsDone += some;
    });
    async function* bytes(): AsyncGenerator<Buffer> {
      for await (const part of EXPORTED[job.form].bytes(rows)) {
        job.bytes += part.length;
        if (job.bytes > MOST_BYTES) throw new BellwetherError('REQUEST_INVALID', 'the file would exceed 8 GiB');
        yield part;
      }
    }
    try {
      await pipeline(Readable.from(bytes(), { objectMode: false }), createWriteStream(pathOf(job), { mode: 0o600 }), {
        signal,
      });
      job.state = 'done';
      job.rowsTotal = job.rowsDone;
    } catch (error) {
      job.state = signal.aborted ? 'cancelled' : 'failed';
      if (job.state === 'failed') job.code = error instanceof BellwetherError ? error.code : 'INTERNAL';
      await rm(pathOf(job), { force: true });
    }
  }

  async function remove(job: ExportJob): Promise<void> {
    const known = jobs.get(job.id);
    jobs.delete(job.id);
    known?.stop.abort();
    await known?.made;
    await rm(pathOf(job), { force: true });
  }

  const purge = (): void => {
    for (const { job } of jobs.values()) {
      if (job.state !== 'running' && job.createdAt + KEPT_FOR < now()) void remove(job);
    }
  };
  const timer = setInterval(purge, 60_000);
  timer.unref();

  return {
    begin({ owner, form, plan }) {
      purge();
      const all = Array.from(jobs.values(), ({ job }) => job);
      if (all.filter(({ state }) => state === 'running').length >= MOST_RUNNING)
        throw new BellwetherError('TOO_MANY_REQUESTS', `${MOST_RUNNING} exports run already`, {}, { retryAfter: 30 });
      if (all.filter((job) => job.owner === owner).length >= MOST_KEPT)
        throw new BellwetherError(
          'TOO_MANY_REQUESTS',
          `you have ${MOST_KEPT} exports; remove one`,
          {},
          { retryAfter: 60 },
        );
      const job: ExportJob = {
        ...{ id: randomUUID(), owner, form, createdAt: now(), state: 'running', code: null },
        ...{ rowsDone: 0, rowsTotal: plan.rows, bytes: 0 },
      };
      const stop = new AbortController();
      jobs.set(job.id, { job, stop, made: make(job, plan, stop.signal) });
      return job;
    },
    list: (owner) => {
      purge();
      return Array.from(jobs.values(), ({ job }) => job).filter((job) => job.owner === owner);
    },
    find(id, owner) {
      purge();
      const job = jobs.get(id)?.job;
      if (job?.owner !== owner)
        throw new BellwetherError('NOT_FOUND', 'no export of yours has this id; they are kept for an hour');
      return job;
    },
    open(job) {
      if (job.state !== 'done') throw new BellwetherError('REQUEST_INVALID', `the export is ${job.state}, not done`);
      return createReadStream(pathOf(job));
    },
    remove,
    async close() {
      clearInterval(timer);
      await Promise.all(Array.from(jobs.values(), ({ job }) => remove(job)));
    },
  };
}
