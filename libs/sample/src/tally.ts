import { formatDay, yearOf } from '#vocabulary';
import { MISSING, SUPPRESSED, UNSTATED } from './cell-values.js';
import { type Cell, CELLS, type SampleDataset } from './categories.js';
import type { SamplePlan } from './model.js';

/** What must be in the warehouse for one category, flag and year, over all facilities. */
export interface ExpectedTotal {
  readonly dataset: SampleDataset;
  readonly category: string;
  readonly flag: string;
  readonly year: number;
  readonly sum: number;
  /** Facility-days that state it as suppressed or as missing. */
  readonly suppressed: number;
  readonly missing: number;
}

/** One cell of one facility. `value` is null unless the status is `reported`. */
export interface ExpectedCell extends Cell {
  readonly dataset: SampleDataset;
  readonly facility: string;
  readonly zip: string;
  /** YYYY-MM-DD */
  readonly day: string;
  readonly status: 'reported' | 'missing' | 'suppressed';
  readonly value: number | null;
}

/** Sums per cell and year of one job, and who reported on each day. Plain data: it travels between threads. */
export interface Tally {
  readonly dataset: SampleDataset;
  readonly sums: Float64Array;
  readonly suppressed: Float64Array;
  readonly missing: Float64Array;
  /** Facilities with an accepted report, a number a day. */
  readonly reporting: Uint32Array;
}

const yearsOf = ({ start, today }: SamplePlan): number => yearOf(today) - yearOf(start) + 1;

export function newTally(plan: SamplePlan, dataset: SampleDataset): Tally {
  const size = CELLS[dataset].length * yearsOf(plan);
  return {
    dataset,
    sums: new Float64Array(size),
    suppressed: new Float64Array(size),
    missing: new Float64Array(size),
    reporting: new Uint32Array(plan.today - plan.start + 1),
  };
}

/** A function that adds one value of cell `cell` on day `t`. */
export function adder(plan: SamplePlan, tally: Tally): (t: number, cell: number, count: number) => void {
  const cells = CELLS[tally.dataset].length;
  const first = yearOf(plan.start);
  const rows = Uint32Array.from(tally.reporting, (_, t) => (yearOf(plan.start + t) - first) * cells);
  const { sums, suppressed, missing } = tally;
  return (t, cell, count) => {
    const at = rows[t]! + cell;
    if (count < UNSTATED) sums[at]! += count;
    else if (count === SUPPRESSED) suppressed[at]! += 1;
    else if (count === MISSING) missing[at]! += 1;
  };
}

/** Adds tallies of one dataset up and names their cells. */
export function totalsOf(plan: SamplePlan, tallies: readonly Tally[]): ExpectedTotal[] {
  const first = yearOf(plan.start);
  return (['otc-sales', 'ed-visits', 'hospital-beds'] as const).flatMap((dataset) => {
    const cells = CELLS[dataset];
    const own = tallies.filter((tally) => tally.dataset === dataset);
    const add = (part: 'sums' | 'suppressed' | 'missing', at: number): number =>
      own.reduce((sum, tally) => sum + tally[part][at]!, 0);
    return Array.from({ length: yearsOf(plan) }, (_, y) =>
      cells.map((cell, c): ExpectedTotal => {
        const at = y * cells.length + c;
        return {
          dataset,
          ...cell,
          year: first + y,
          sum: add('sums', at),
          suppressed: add('suppressed', at),
          missing: add('missing', at),
        };
      }),
    ).flat();
  });
}

/** Facilities with an accepted report by dataset and day. */
export function reportingByDay(plan: SamplePlan, tallies: readonly Tally[]): Record<string, Record<string, number>> {
  const result: Record<string, Record<string, number>> = {};
  for (const { dataset, reporting } of tallies) {
    const days = (result[dataset] ??= {});
    reporting.forEach((count, t) => {
      const day = formatDay(plan.start + t);
      days[day] = (days[day] ?? 0) + count;
    });
  }
  return result;
}
