import { type Day, formatDay } from '#vocabulary';
import { hourOf } from './calendar.js';
import { datasetOf } from './categories.js';
import { type CountsOf, countsOf } from './counts.js';
import { cellsOf, FORMATS, type TextFeed } from './formats.js';
import type { FeedId, Job, SampleFacility, SampleOptions } from './model.js';
import { pack } from './pack.js';
import { jobsOf, planSample } from './plan.js';
import { pick, pickByWeight, randomOf } from './random.js';
import { rowWriter } from './rows.js';
import { shareOfDay, soFar } from './schedule.js';

export interface LiveOptions extends Omit<SampleOptions, 'days' | 'until'> {
  /** Milliseconds since the epoch, handed in: the generator has no clock. */
  readonly now: () => number;
}

export interface LiveSubmission {
  readonly feed: FeedId;
  /** File name as sent. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** The reports it holds, all of `day`. */
  readonly facilities: readonly string[];
  readonly day: Day;
}

/** Enough for the courses of counts to settle; the sample's own length does not matter here. */
const DAYS = 60;

/**
 * Further submissions without end, of the facilities of the sample with the same seed and geography: today's counts so
 * far of one to five facilities of a sender. Each states a little more than the one before, so that each is to be seen.
 * The reader decides when to ask for the next one. Versions follow the clock; a second run on a day goes on from the first.
 */
export async function* liveSubmissions(options: LiveOptions): AsyncGenerator<LiveSubmission, never, void> {
  const plan = planSample({ ...options, days: DAYS });
  const { today, seed } = plan;
  const jobs = jobsOf(plan).flatMap((job) => liveJob(job, today));
  const counts = countsOf(plan);
  const random = randomOf(seed, 'live', today);
  const weights = jobs.map(({ facilities }) => facilities.length);
  const extras = new Map<string, Uint16Array>();
  for (let last = 0; ;) {
    const job = jobs[pickByWeight(weights, random)]!;
    const now = options.now();
    const version = Math.max(last + 1, 100 + Math.max(0, Math.floor(hourOf(today, now) * 36_000)));
    last = version;
    const chosen = new Set(Array.from({ length: 1 + random.below(5) }, () => pick(job.facilities, random)));
    yield await submissionOf({
      job,
      facilities: [...chosen],
      today,
      start: plan.start,
      counts: counts(job),
      now,
      version,
      extras,
    });
  }
}

type LiveJob = Job & { readonly feed: TextFeed };

function liveJob(job: Job, today: Day): LiveJob[] {
  const { feed } = job;
  const facilities = job.facilities.filter(({ closes }) => closes >= today);
  return feed === 'ed-visit-records' || datasetOf(feed) === 'hospital-beds' || facilities.length === 0
    ? []
    : [{ ...job, feed, facilities }];
}

interface LiveWork {
  readonly job: LiveJob;
  readonly facilities: readonly SampleFacility[];
  readonly today: Day;
  readonly start: Day;
  readonly counts: CountsOf;
  readonly now: number;
  readonly version: number;
  /** Counts that were added on top, by facility. */
  readonly extras: Map<string, Uint16Array>;
}

async function submissionOf({
  job,
  facilities,
  today,
  start,
  counts,
  now,
  version,
  extras,
}: LiveWork): Promise<LiveSubmission> {
  const { sender, feed } = job;
  const cells = cellsOf(feed);
  const stride = datasetOf(feed) === 'otc-sales' ? 3 : 2;
  const zeroCell = stride === 2 ? 0 : sender.knowsPromotion ? 1 : 2;
  const writer = rowWriter({ format: FORMATS[feed], cells, lineEnd: sender.lineEnd, sparse: true, zeroCell });
  writer.begin();
  for (const facility of facilities) {
    const extra = extras.get(facility.id) ?? new Uint16Array(cells.length);
    extras.set(facility.id, extra);
    extra[(version % (cells.length / stride)) * stride + zeroCell]! += 1;
    const own = counts(facility);
    const offset = (today - start) * cells.length;
    const share = shareOfDay(hourOf(today, now));
    writer.slot(
      facility,
      today,
      extra.map((more, cell) => more + soFar(own[offset + cell]!, share)),
      0,
    );
  }
  const name = `${sender.id}_${formatDay(today).replaceAll('-', '')}_v${version}`;
  const member = { name: `${name}.${FORMATS[feed].extension}`, content: writer.content() };
  const packed = await pack({ sender, name, members: [member], at: now });
  return { feed, ...packed, rows: writer.rows(), facilities: facilities.map(({ id }) => id), day: today };
}
