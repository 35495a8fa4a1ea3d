import { type ReportingTriangle } from '#detection';

/** Cases: when each happened and when it was reported, as dates. */
export interface LineList {
  readonly event: readonly string[];
  readonly report: readonly string[];
}

export const dayOf = (text: string): number => Date.parse(text) / 86_400_000;

interface Cut {
  /** First and last row. */
  readonly first: string;
  readonly last: string;
  /** What was reported after this is not there, and cells after it are not known; of `last` where it is left out. */
  readonly now?: string;
  readonly longest: number;
  /** Longer delays count as the longest, as in surveillance, or not at all, as in NobBS. */
  readonly longer: 'longest' | 'none';
}

/** Cells of days after `last` are not known. */
export function triangleOf({ event, report }: LineList, { first, last, now = last, longest, longer }: Cut): ReportingTriangle {
  const rows = dayOf(last) - dayOf(first) + 1;
  const triangle = Array.from({ length: rows }, (_, day) =>
    Float64Array.from({ length: longest + 1 }, (__, delay) => (day + delay < rows ? 0 : NaN)),
  );
  for (const [i, on] of event.entries()) {
    const day = dayOf(on) - dayOf(first);
    const delay = dayOf(report[i]!) - dayOf(on);
    if (day < 0 || dayOf(report[i]!) > dayOf(now)) continue;
    if (delay <= longest || longer === 'longest') triangle[day]![Math.min(delay, longest)]!++;
  }
  return triangle;
} // prettier-ignore
