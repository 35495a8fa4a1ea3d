import { readdir, readFile, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Head, HEAD_FILE, NO_HEAD, readHead, segmentName, segmentOf } from './chain.js';
import type { AuditEntry } from './entry.js';
import { claimedBefore, walkSegment } from './walk.js';

export interface OnDisk {
  readonly head: Head | undefined;
  readonly hasHead: boolean;
  /** In order. */
  readonly segments: readonly number[];
}

/** The head and the segments of a folder; nothing where there is no folder. */
export async function onDisk(folder: string, key: Uint8Array): Promise<OnDisk> {
  const files = await readdir(folder).catch((): string[] => []);
  const hasHead = files.includes(HEAD_FILE);
  const text = hasHead ? await readFile(join(folder, HEAD_FILE), 'utf8') : '';
  const segments = files.map(segmentOf).filter((one) => one !== undefined);
  return { head: readHead(key, text), hasHead, segments: segments.sort((a, b) => a - b) };
}

export const segmentBytes = (folder: string, segment: number): Promise<Buffer> =>
  readFile(join(folder, segmentName(segment))).catch(() => Buffer.alloc(0));

/**
 * Where a trail goes on: after the last whole batch. A crash may have left batches that the head does not know yet, and
 * part of one after them, which is cut off. What no crash can do is left as it is: the trail goes on in a new segment
 * that does not fit to the one before, and verify says so for ever.
 */
export async function recover(
  folder: string,
  key: Uint8Array,
): Promise<{ readonly head: Head; readonly notes: readonly AuditEntry[] }> {
  const { head: stored, hasHead, segments } = await onDisk(folder, key);
  const last = segments.at(-1) ?? 0;
  const notes: AuditEntry[] = [];
  const note = (does: string, object: string): void =>
    void notes.push({ at: Date.now(), who: 'bellwether', does, object, outcome: 'failed' });
  if (!stored) {
    if (hasHead) note('audit trail damaged', 'head');
    else if (last > 1) note('audit trail damaged', 'no head');
    // A first segment without a head: the crash came before the first head.
    if (last > 1 || hasHead) return { head: { ...NO_HEAD, segment: last }, notes };
  }
  let head = stored ?? NO_HEAD;
  const from = head.segment;
  for (const segment of from === 0 ? segments : [from, ...segments.filter((one) => one > from)]) {
    const bytes = await segmentBytes(folder, segment);
    const before = segment === stored?.segment ? claimedBefore(bytes) : head;
    const walked = before && walkSegment(bytes, { key, segment, before });
    if (!walked || (segment === stored?.segment && !walked.passes(stored))) {
      note('audit trail damaged', `segment ${segment}`);
      return { head: { ...head, segment: last }, notes };
    }
    if (walked.rest > 0) note('audit trail cut', `segment ${segment}: ${walked.rest} bytes`);
    if (walked.head.bytes === 0) await unlink(join(folder, segmentName(segment)));
    else {
      if (walked.rest > 0) await truncate(join(folder, segmentName(segment)), walked.head.bytes);
      head = walked.head;
    }
  }
  return { head, notes };
}
