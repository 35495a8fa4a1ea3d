import { type Day, formatDay } from '#vocabulary';
import { hourOf, instantAt, monthStarts } from './calendar.js';
import { datasetOf } from './categories.js';
import { type Arrival, DAILY_DAYS, type Damage, type Job, type SamplePlan, WINDOW_DAYS } from './model.js';
import { type Random, randomOf } from './random.js';
import { REPORT, type Reporting } from './reporting.js';

/** One archive before it is written: which reports it holds, and what is wrong with it. */
export interface Submission extends Arrival {
  /** Days from the start of the plan, both included. */
  readonly from: number;
  readonly to: number;
  /** Indexes of the facilities of the job. */
  readonly members: readonly number[];
  /** Which of their reports: a {@link REPORT}. */
  readonly state: number;
  /** Part of the day that has gone by: 1 but for today's counts so far. */
  readonly share: number;
  /** First versions that a second one corrects: every count is one too high. */
  readonly wrong: boolean;
  /** Rows to spoil. */
  readonly spoiled: number;
  readonly damage: Damage['kind'] | undefined;
}

const HOUR = 3_600_000;
/** Share of a day's visits by hour, every two hours from midnight. */
const SHARE_BY_HOUR = [0, 0.05, 0.08, 0.11, 0.17, 0.28, 0.41, 0.53, 0.65, 0.76, 0.86, 0.94, 1] as const;

/** Share of a day's events that have happened by an hour of it; linear between the even hours. */
export function shareOfDay(hour: number): number {
  const at = Math.min(12, Math.max(0, hour / 2));
  const below = SHARE_BY_HOUR[Math.floor(at)]!;
  return below + (SHARE_BY_HOUR[Math.ceil(at)]! - below) * (at % 1);
}

/** What a count is when this share of its day has gone by. */
export const soFar = (count: number, share: number): number => (share === 1 ? count : Math.floor(count * share));

/** The archives of a job that arrive in time, in the order in which they are made: months, days, windows, today. */
export function scheduleOf(plan: SamplePlan, job: Job, reporting: Reporting): Submission[] {
  const random = randomOf(plan.seed, 'schedule', job.sender.id, job.feed);
  const makers = [months, singleDays, windows, todaySoFar];
  return makers.flatMap((make) => make({ plan, job, reporting, random })).filter(({ at }) => at <= plan.until);
}

interface Context {
  readonly plan: SamplePlan;
  readonly job: Job;
  readonly reporting: Reporting;
  readonly random: Random;
}

const everyone = ({ facilities }: Job): number[] => facilities.map((_, member) => member);
const compact = (day: Day): string => formatDay(day).replaceAll('-', '');

function months({ plan, job, random }: Context): Submission[] {
  const last = plan.today - WINDOW_DAYS - DAILY_DAYS - 1;
  // Chains have sent by month, hospitals and clinics by quarter.
  const step = datasetOf(job.feed) === 'otc-sales' ? 1 : 3;
  const starts = monthStarts(plan.start, last).filter((_, i) => i % step === 0);
  const corrected = random.unit() < 0.2 ? random.below(starts.length) : -1;
  return starts.flatMap((start, i) => {
    const end = (starts[i + 1] ?? last + 1) - 1;
    const month = {
      ...whole(plan, job, start, end),
      period: compact(start).slice(0, 6),
      at: instantAt(end + 1, 5 + random.unit() * 30),
    };
    return i === corrected ? correctedPair(plan, month, random) : [submission(month)];
  });
}

function singleDays({ plan, job, reporting, random }: Context): Submission[] {
  const first = plan.today - WINDOW_DAYS - DAILY_DAYS;
  const corrected = random.unit() < 0.4 ? random.below(DAILY_DAYS - 4) : -1;
  const spoiled = random.unit() < 0.35 ? random.below(DAILY_DAYS) : -1;
  return Array.from({ length: DAILY_DAYS }, (_, i) => {
    const day = first + i;
    const t = day - plan.start;
    const one = {
      ...whole(plan, job, day, day),
      period: compact(day),
      at: instantAt(day + 1, 5.5 + random.unit() * 5),
    };
    const late = everyone(job).filter((member) => reporting.states[member]![t] === REPORT.late);
    const list =
      i === corrected
        ? correctedPair(plan, one, random)
        : [submission({ ...one, spoiled: i === spoiled ? 1 + random.below(3) : 0 })];
    if (late.length === 0) return list;
    const at = one.at + (20 + random.unit() * 40) * HOUR;
    return [...list, submission({ ...one, at, members: late, state: REPORT.late, repeat: 2 })];
  }).flat();
}

/** The last whole days: what became ready in two hours (bed counts: twelve) travels together. */
function windows({ plan, job, reporting, random }: Context): Submission[] {
  const list: Submission[] = [];
  const hours = datasetOf(job.feed) === 'hospital-beds' ? 12 : 2;
  for (let day = plan.today - WINDOW_DAYS; day < plan.today; day++) {
    const byWindow = new Map<number, number[]>();
    for (const member of everyone(job)) {
      const window = Math.floor(reporting.delay(member, day) / hours) + 1;
      if (reporting.states[member]![day - plan.start] === REPORT.never) continue;
      byWindow.set(window, [...(byWindow.get(window) ?? []), member]);
    }
    const main = [...byWindow].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
    const damage = plan.damages.find(
      (it) => it.sender === job.sender.id && it.day === day && job.feed === job.sender.feeds[0],
    )?.kind;
    for (const [window, members] of [...byWindow].sort(([a], [b]) => a - b)) {
      const at = instantAt(day + 1, window * hours) + Math.round(random.unit() * 12 * 60_000);
      const part = { ...whole(plan, job, day, day), members, period: compact(day), at, repeat: window };
      if (!damage || window !== main) list.push(submission(part));
      else {
        list.push(submission({ ...part, damage }));
        if (damage === 'truncated') list.push(submission({ ...part, at: at + 26 * HOUR }));
      }
    }
  }
  return list;
}

/** Today's counts so far, as some networks of emergency departments send them: each one replaces the one before. */
function todaySoFar({ plan, job, random }: Context): Submission[] {
  if (!job.sender.interim || datasetOf(job.feed) !== 'ed-visits') return [];
  const list: Submission[] = [];
  for (let hour = 8; hour <= Math.min(22, hourOf(plan.today, plan.until)); hour += 2) {
    const at = instantAt(plan.today, hour) + Math.round(random.unit() * 10 * 60_000);
    const today = { ...whole(plan, job, plan.today, plan.today), period: compact(plan.today), at };
    list.push(submission({ ...today, version: hour / 2, share: shareOfDay(hour) }));
  }
  return list;
}

interface Draft {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
  readonly members: readonly number[];
  readonly at: number;
  readonly period: string;
  readonly version?: number;
  readonly repeat?: number;
  readonly state?: number;
  readonly share?: number;
  readonly wrong?: boolean;
  readonly spoiled?: number;
  readonly damage?: Damage['kind'];
}

const whole = (plan: SamplePlan, job: Job, from: Day, to: Day): Pick<Draft, 'job' | 'from' | 'to' | 'members'> => ({
  job,
  from: from - plan.start,
  to: to - plan.start,
  members: everyone(job),
});

/** A wrong first version and its correction, which comes first in a quarter of the cases; just the right one if that is still to come. */
function correctedPair(plan: SamplePlan, draft: Draft, random: Random): Submission[] {
  const after = draft.at + (24 + random.unit() * 72) * HOUR;
  if (after > plan.until) return [submission(draft)];
  const swapped = random.unit() < 0.25;
  return [
    submission({ ...draft, at: swapped ? after : draft.at, wrong: true }),
    submission({ ...draft, at: swapped ? draft.at : after, version: 2 }),
  ];
}

function submission(draft: Draft): Submission {
  const { job, from, to, members, period, version = 1, repeat, damage } = draft;
  const { share = 1, wrong = false, spoiled = 0, state = REPORT.regular } = draft;
  const name = `${job.sender.id}_${period}_v${version}${repeat === undefined ? '' : `.${repeat}`}`;
  return { feed: job.feed, name, at: Math.round(draft.at), from, to, members, state, share, wrong, spoiled, damage };
}
