import { BellwetherError, type ErrorCode, type Place } from '#vocabulary';
import type { ErrorPolicy } from '#registry';
import type { RowFault } from '../statement.js';

/** Faults kept of one submission; beyond that they are only counted. */
const KEPT = 10_000;

/** The row faults of one submission, in the order of the file. */
export class FaultList {
  readonly list: RowFault[] = [];
  readonly codes = new Set<ErrorCode>();

  add(place: Required<Omit<Place, 'field'>> & { field: string }, code: ErrorCode, detail: string): void {
    this.codes.add(code);
    if (this.list.length < KEPT) this.list.push({ ...place, code, detail });
  }
}

/** Refuses the whole file where the feed's policy says so. */
export function assertAcceptable(
  policy: ErrorPolicy,
  { faults, rowsRead, rowsRefused }: { faults: FaultList; rowsRead: number; rowsRefused: number },
): void {
  const refusing = faults.list.find(({ code }) => policy.refuseFile.includes(code));
  if (refusing) {
    const { member, record, line, field } = refusing;
    throw new BellwetherError(refusing.code, `this feed refuses a file for it: ${refusing.detail}`, {
      member,
      record,
      line,
      field,
    });
  }
  if (rowsRefused > policy.maxShare * rowsRead) {
    throw new BellwetherError(
      'FILE_TOO_MANY_ERRORS',
      `${rowsRefused} of ${rowsRead} rows are in error; this feed accepts a share of ${policy.maxShare}`,
    );
  }
}
