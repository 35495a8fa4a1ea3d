import type { CountsOf } from './counts.js';
import type { TextFeed } from './formats.js';
import type { JobOutput, Sink } from './job-output.js';
import type { Job, SamplePlan } from './model.js';
import { runRecordJob } from './record-job.js';
import { runTextJob } from './text-job.js';

/** Makes all archives of one sender in one feed, and what a receiver must then know. */
export function runJob(plan: SamplePlan, job: Job, work: { counts: CountsOf; sink: Sink }): Promise<JobOutput> {
  const { feed } = job;
  return feed === 'ed-visit-records' ? runRecordJob(plan, job, work) : runTextJob(plan, withFeed(job, feed), work);
}

const withFeed = (job: Job, feed: TextFeed): Job & { feed: TextFeed } => ({ ...job, feed });
