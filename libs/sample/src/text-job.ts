import { formatDay } from '#vocabulary';
import { MISSING, SUPPRESSED, UNSTATED, GREATEST_COUNT } from './cell-values.js';
import { datasetOf } from './categories.js';
import type { CountsOf } from './counts.js';
import { cellsOf, FORMATS, type TextFeed } from './formats.js';
import type { JobOutput, Sink } from './job-output.js';
import type { Job, SamplePlan } from './model.js';
import { type Member, pack } from './pack.js';
import { randomOf } from './random.js';
import { type Reporting, reportingOf } from './reporting.js';
import { type RowWriter, rowWriter, type SpoiledCell } from './rows.js';
import { scheduleOf, soFar, type Submission } from './schedule.js';
import { adder, type ExpectedCell, newTally } from './tally.js';

interface Spoiled extends SpoiledCell {
  readonly member: number;
  readonly t: number;
}

/** Makes all archives of a sender in a feed of rows. */
export async function runTextJob(
  plan: SamplePlan,
  job: Job & { feed: TextFeed },
  work: { counts: CountsOf; sink: Sink },
): Promise<JobOutput> {
  const { counts: countsOf, sink } = work;
  const { sender, feed, facilities } = job;
  const cells = cellsOf(feed);
  const format = FORMATS[feed];
  const counts = facilities.map(countsOf);
  const reporting = reportingOf(plan, job);
  const schedule = scheduleOf(plan, job, reporting);
  const sparse = datasetOf(feed) !== 'hospital-beds';
  const zeroCell = datasetOf(feed) !== 'otc-sales' ? 0 : sender.knowsPromotion ? 1 : 2;
  const writer = rowWriter({ format, cells, lineEnd: sender.lineEnd, sparse, zeroCell });
  const random = randomOf(plan.seed, 'spoil', sender.id, feed);
  const delivered = facilities.map(() => new Float64Array(plan.today - plan.start + 1));
  const spoiled: Spoiled[] = [];
  const rowErrors: JobOutput['rowErrors'][number][] = [];
  const refused: JobOutput['refused'][number][] = [];

  for (const submission of schedule) {
    const { name, at, damage, state } = submission;
    const parts: Member[] = [];
    let rows = 0;
    const bad: Spoiled[] = [];
    for (const part of partsOf(
      submission,
      sender.packing === 'gzip' || sender.packing === 'plain' ? 1 : sender.members,
    )) {
      bad.push(...writePart({ plan, job, part, counts, reporting, writer, random, width: cells.length }));
      if (writer.rows() === 0) continue;
      rows += writer.rows();
      parts.push({ name: `${name}${part.suffix}.${format.extension}`, content: writer.content().slice() });
    }
    if (parts.length === 0) continue;
    const packed = await pack({ sender, name, members: parts, at, damage });
    const path = sink.write({ at, feed, name: packed.name, bytes: packed.bytes, rows });
    sink.progress(submission.members.length * (submission.to - submission.from + 1), sender.id);
    if (damage) {
      refused.push({ path, kind: damage });
      continue;
    }
    spoiled.push(...bad);
    rowErrors.push(...bad.map(({ code }) => ({ path, code })));
    for (const member of submission.members) {
      for (let t = submission.from; t <= submission.to; t++) {
        if (reporting.states[member]![t] === state)
          delivered[member]![t] = Math.max(delivered[member]![t]!, submission.share);
      }
    }
  }

  const tally = newTally(plan, datasetOf(feed));
  const add = adder(plan, tally);
  for (const { member, t, cell } of spoiled) add(t, cell, -counts[member]![t * cells.length + cell]!);
  delivered.forEach((shares, member) => {
    for (let t = 0; t < shares.length; t++) {
      const share = shares[t]!;
      if (share === 0) continue;
      tally.reporting[t]! += 1;
      const offset = t * cells.length;
      for (let cell = 0; cell < cells.length; cell++) add(t, cell, soFar(counts[member]![offset + cell]!, share));
    }
  });
  return { tally, rowErrors, refused, cells: spotCells({ plan, job, counts, delivered }) };
}

interface Part {
  readonly submission: Submission;
  readonly from: number;
  readonly to: number;
  readonly suffix: string;
}

/** A long period is split into members of equal length; a day never is. */
function partsOf(submission: Submission, members: number): Part[] {
  const { from, to } = submission;
  const length = to - from + 1;
  const count = length < 20 ? 1 : members;
  return Array.from({ length: count }, (_, i) => ({
    submission,
    from: from + Math.floor((length * i) / count),
    to: from + Math.floor((length * (i + 1)) / count) - 1,
    suffix: count === 1 ? '' : `-${i + 1}`,
  }));
}

interface PartWork {
  readonly plan: SamplePlan;
  readonly job: Job;
  readonly part: Part;
  readonly counts: readonly Uint16Array[];
  readonly reporting: Reporting;
  readonly writer: RowWriter;
  readonly random: ReturnType<typeof randomOf>;
  readonly width: number;
}

function writePart({ plan, job, part, counts, reporting, writer, random, width }: PartWork): Spoiled[] {
  const { from, to, submission } = part;
  const { members, state, wrong, share } = submission;
  const spoiled: Spoiled[] = [];
  const changed = new Uint16Array(width);
  writer.begin();
  for (let t = from; t <= to; t++) {
    const day = plan.start + t;
    const offset = t * width;
    for (const member of members) {
      if (reporting.states[member]![t] !== state) continue;
      const facility = job.facilities[member]!;
      const own = counts[member]!;
      if (spoiled.length < submission.spoiled) {
        const cell = writer.spoiledSlot(facility, day, own.slice(offset, offset + width), random);
        if (cell) {
          spoiled.push({ ...cell, member, t });
          continue;
        }
      }
      if (!wrong && share === 1) writer.slot(facility, day, own, offset);
      else {
        for (let cell = 0; cell < width; cell++) {
          const count = own[offset + cell]!;
          changed[cell] = wrong && count > 0 && count < GREATEST_COUNT ? count + 1 : soFar(count, share);
        }
        writer.slot(facility, day, changed, 0);
      }
    }
  }
  return spoiled;
}

interface SpotWork {
  readonly plan: SamplePlan;
  readonly job: Job;
  readonly counts: readonly Uint16Array[];
  readonly delivered: readonly Float64Array[];
}

/** Three cells of the job at random, from the days that no spoiled record touches. */
function spotCells({ plan, job, counts, delivered }: SpotWork): ExpectedCell[] {
  const random = randomOf(plan.seed, 'spots', job.sender.id, job.feed);
  const cells = cellsOf(job.feed);
  return Array.from({ length: 3 }, () => {
    const member = random.below(counts.length);
    const t = random.below(plan.today - plan.start - 25);
    const c = random.below(cells.length);
    const count = delivered[member]![t] === 0 ? MISSING : counts[member]![t * cells.length + c]!;
    const status =
      count === SUPPRESSED ? 'suppressed' : count === MISSING || count === UNSTATED ? 'missing' : 'reported';
    const { id, zip } = job.facilities[member]!;
    return {
      dataset: datasetOf(job.feed),
      facility: id,
      zip,
      day: formatDay(plan.start + t),
      ...cells[c]!,
      status,
      value: status === 'reported' ? count : null,
    };
  });
}
