import type { StatusName } from '#vocabulary';
import type { ReportRegion } from '../facts.js';

/** A region on the day, or in the week, of a report. */
export interface Standing {
  /** Null unless something was reported. */
  readonly count: number | null;
  readonly status: StatusName;
  readonly expected: number | null;
  readonly z: number | null;
  /** Facilities; of a week: facilities × days. */
  readonly reporting: number;
  readonly participating: number;
}

/** Nobody there reports. */
export const NOBODY: Standing = {
  count: null,
  status: 'missing',
  expected: null,
  z: null,
  reporting: 0,
  participating: 0,
};

export const standingOn = (region: ReportRegion | undefined, at: number): Standing =>
  region === undefined
    ? NOBODY
    : {
        count: region.total[at] ?? null,
        status: region.status[at] ?? 'missing',
        expected: region.expected[at] ?? null,
        z: region.z[at] ?? null,
        reporting: region.reporting[at] ?? 0,
        participating: region.participating[at] ?? 0,
      };
