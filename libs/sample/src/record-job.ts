import { type Day, formatDay } from '#vocabulary';
import { instantAt } from './calendar.js';
import { CELLS } from './categories.js';
import type { CountsOf } from './counts.js';
import { SYNDROMES } from './formats.js';
import type { JobOutput, Sink } from './job-output.js';
import type { Job, SampleFacility, SamplePlan } from './model.js';
import { pack } from './pack.js';
import { pick, type Random, randomOf } from './random.js';
import { shareOfDay } from './schedule.js';
import { distance } from './sites.js';
import { adder, newTally } from './tally.js';

/** One version of one visit. */
interface VisitRecord {
  readonly id: string;
  readonly version: number;
  readonly facility: SampleFacility;
  readonly day: Day;
  /** Hour of the day, with a fraction. */
  readonly hour: number;
  /** Index into the cells of `ed-visits`. */
  readonly cell: number;
  readonly patientZip: string;
  /** Milliseconds since the epoch. */
  readonly written: number;
}

const HOUR = 3_600_000;
const WINDOW = 2 * HOUR;
const CELLS_OF_VISITS = CELLS['ed-visits'];

/** Makes the archives of a hospital that sends every visit as a document of its own, a ZIP each two hours. */
export async function runRecordJob(
  plan: SamplePlan,
  job: Job,
  { counts, sink }: { counts: CountsOf; sink: Sink },
): Promise<JobOutput> {
  const { sender, feed } = job;
  const tally = newTally(plan, 'ed-visits');
  const add = adder(plan, tally);
  for (const facility of job.facilities) {
    const random = randomOf(plan.seed, 'visits', facility.id);
    const byWindow = new Map<number, VisitRecord[]>();
    for (const visit of visitsOf({ plan, facility, counts: counts(facility), random })) {
      const end = Math.ceil(visit.written / WINDOW) * WINDOW;
      byWindow.set(end, [...(byWindow.get(end) ?? []), visit]);
    }
    const last = new Map<string, VisitRecord>();
    for (const [end, visits] of [...byWindow].sort(([a], [b]) => a - b)) {
      const at = end + Math.round(random.unit() * 5 * 60_000);
      if (at > plan.until) break;
      const members = visits.map((visit, i) => ({
        name: `visit_${String(i + 1).padStart(4, '0')}.xml`,
        content: Buffer.from(visitXml(visit)),
      }));
      const stamp = new Date(end).toISOString().replace(/\D/g, '').slice(0, 10);
      const packed = await pack({ sender, name: `${sender.id}_${stamp}_v1`, members, at });
      sink.write({ at, feed, name: packed.name, bytes: packed.bytes, rows: visits.length });
      for (const visit of visits) if (visit.version >= (last.get(visit.id)?.version ?? 0)) last.set(visit.id, visit);
    }
    const reported = new Set<number>();
    for (const { day, cell } of last.values()) {
      add(day - plan.start, cell, 1);
      reported.add(day - plan.start);
    }
    for (const t of reported) tally.reporting[t]! += 1;
    sink.progress(plan.today - facility.opens + 1, sender.id);
  }
  return { tally, cells: [], refused: [], rowErrors: [] };
}

interface VisitsWork {
  readonly plan: SamplePlan;
  readonly facility: SampleFacility;
  readonly counts: Uint16Array;
  readonly random: Random;
}

/** The visits that the counts stand for, at hours of the day; one in twenty is corrected, some of these to another day. */
function visitsOf({ plan, facility, counts, random }: VisitsWork): VisitRecord[] {
  const near = plan.facilities.filter((other) => distance(other, facility) < 40).map(({ zip }) => zip);
  const width = CELLS_OF_VISITS.length;
  const visits: VisitRecord[] = [];
  let serial = 0;
  for (let day = facility.opens; day <= plan.today; day++) {
    for (let cell = 0; cell < width; cell++) {
      for (let n = counts[(day - plan.start) * width + cell]!; n > 0; n--) {
        const hour = hourWithShare(random.unit());
        const written = instantAt(day, hour) + Math.round((0.3 + random.unit() * 1.5) * HOUR);
        const id = `${facility.id}-${String(++serial).padStart(6, '0')}`;
        const first = { id, version: 1, facility, day, hour, cell, patientZip: pick(near, random), written };
        visits.push(first);
        if (random.unit() >= 0.05) continue;
        const later = { ...first, version: 2, written: written + Math.round((3 + random.unit() * 24) * HOUR) };
        if (random.unit() < 0.3 && day > facility.opens) visits.push({ ...later, day: day - 1 });
        else visits.push({ ...later, cell: random.below(width) });
      }
    }
  }
  return visits;
}

/** Inverse of {@link shareOfDay}, to a quarter of an hour and then even. */
function hourWithShare(share: number): number {
  let hour = 0;
  while (hour < 23.5 && shareOfDay(hour + 0.25) < share) hour += 0.25;
  return hour + ((share * 977) % 0.25);
}

function visitXml({ id, version, facility, day, hour, cell, patientZip, written }: VisitRecord): string {
  const { category, flag } = CELLS_OF_VISITS[cell]!;
  const minute = Math.floor((hour % 1) * 60);
  const clock = `${String(Math.floor(hour)).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<visit id="${id}" version="${version}">
  <facility code="${facility.id}" zip="${facility.zip}"/>
  <arrived>${formatDay(day)}T${clock}</arrived>
  <complaint code="${SYNDROMES[category]![0]}"/>
  <disposition code="${flag === 'admitted' ? 'A' : 'D'}"/>
  <patient><zip>${patientZip}-${String(1000 + (written % 9000)).slice(0, 4)}</zip></patient>
  <written>${new Date(written).toISOString()}</written>
</visit>
`;
}
