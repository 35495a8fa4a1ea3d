import { parseDay, type StatusName, statusName } from '#vocabulary';
import type { SeriesAnswer } from '../ask/shapes.js';

/** A number that there is not. */
export const NONE = -1;

/** The series of an answer as they come out of the decoder: in two arrays, which cross from its thread to ours at no cost. */
export interface Cells {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly rev: number;
  /** Series stand region after region, in each category after category. */
  readonly regions: readonly string[];
  readonly categories: readonly string[];
  /** Whether there is an unflagged part. */
  readonly hasPart: boolean;
  /** Of each series the totals of all days, then the unflagged counts of all days; {@link NONE} where there is none. */
  readonly counts: Float64Array<ArrayBuffer>;
  /** Of each series the status of all days. */
  readonly statuses: Uint8Array<ArrayBuffer>;
}

/** The answer that the REST door gives in JSON for the same question. */
export function answerOf(cells: Cells): SeriesAnswer {
  const { dataset, from, to, rev, regions, categories, hasPart, counts, statuses } = cells;
  const days = parseDay(to)! - parseDay(from)! + 1;
  const numbers = (start: number): (number | null)[] => {
    const values = new Array<number | null>(days);
    for (let day = 0; day < days; day++) {
      const value = counts[start + day]!;
      values[day] = value === NONE ? null : value;
    }
    return values;
  };
  const names = (start: number): StatusName[] | null => {
    const own = statuses.subarray(start, start + days);
    return own.every((status) => status === 0) ? null : Array.from(own, statusName);
  };
  const series = regions.flatMap((region, r) =>
    categories.map((category, c) => {
      const at = (r * categories.length + c) * days;
      return {
        ...{ region, category, total: numbers(2 * at), unflagged: hasPart ? numbers(2 * at + days) : null },
        status: names(at),
      };
    }),
  );
  return { dataset, from, to, rev, series };
}
