import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Head, NO_HEAD } from './chain.js';
import { onDisk, segmentBytes } from './recover.js';
import { claimedBefore, walkSegment } from './walk.js';

/** What is wrong with a trail: in which segment, from which byte on. */
export interface AuditProblem {
  readonly segment: number;
  readonly byte: number;
  /** The last entry before it that is as it was written. */
  readonly after: number;
  readonly what: string;
}

export interface AuditReport {
  readonly entries: number;
  readonly segments: number;
  /** `n:code` of the end: kept elsewhere, it proves later that nothing up to here was changed or cut off. */
  readonly head: string;
  readonly problems: readonly AuditProblem[];
}

/** A batch that is being written while we read is whole a moment later. */
const PATIENCE_MS = 500;

const markOf = ({ n, code }: Pick<Head, 'n' | 'code'>): string => `${n}:${code.toString('base64url')}`;

/**
 * Reads every byte of a trail. Finds any change, omission, addition or other order, and a trail that ends too early.
 * `expected`: a head that was kept elsewhere; the trail has to have been as it says. Whoever has the key, or puts back
 * an older copy of the whole folder, is found by that alone.
 */
export async function verifyAudit(
  folder: string,
  { key, expected, patience = PATIENCE_MS }: { key: Uint8Array; expected?: string | undefined; patience?: number },
): Promise<AuditReport> {
  const report = await readOnce(folder, { key, expected });
  if (report.problems.length === 0 || patience === 0) return report;
  await new Promise((resume) => setTimeout(resume, patience));
  return readOnce(folder, { key, expected });
}

async function readOnce(
  folder: string,
  { key, expected }: { key: Uint8Array; expected: string | undefined },
): Promise<AuditReport> {
  const { head: stored, hasHead, segments } = await onDisk(folder, key);
  const problems: AuditProblem[] = [];
  let head = NO_HEAD;
  let isReached = false;
  let isExpected = expected === undefined || expected === markOf(NO_HEAD);
  const wrong = (segment: number, what: string, byte = 0): void =>
    void problems.push({ segment, byte, after: head.n, what });
  const last = Math.max(segments.at(-1) ?? 0, stored?.segment ?? 0);
  for (let segment = 1; segment <= last; segment++) {
    if (!segments.includes(segment)) {
      wrong(segment, 'the segment is missing');
      continue;
    }
    const bytes = await segmentBytes(folder, segment);
    const claimed = claimedBefore(bytes);
    const follows = claimed !== undefined && markOf(claimed) === markOf(head);
    if (!follows) wrong(segment, 'it does not follow the one before');
    const walked = walkSegment(bytes, { key, segment, before: claimed ?? head });
    if (walked.head.bytes > 0) head = walked.head;
    if (walked.rest > 0 || bytes.length === 0)
      wrong(segment, 'from here on it is not as it was written', walked.head.bytes);
    if (stored?.segment === segment) isReached = walked.passes(stored);
    isExpected ||= expected !== undefined && walked.marks.has(expected);
  }
  if (!stored) wrong(last, hasHead ? 'the head is not as it was written' : 'there is no head');
  else if (!isReached) wrong(stored.segment, `it ends before entry ${stored.n}, which was written`, stored.bytes);
  if (!isExpected) wrong(last, 'it never was as the expected head says');
  return { entries: head.n, segments: segments.length, head: markOf(head), problems };
}

/** The trails in a folder: one a process. */
export async function auditTrails(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.filter((one) => one.isDirectory()).map(({ name }) => join(folder, name));
}
