import { createHash } from 'node:crypto';
import type { ReadAt } from '../envelope/frames.js';
import { identify } from '../identity.js';
import type { StoredSubmission } from '../port.js';
import type { OpenedFacts } from './body.js';
import { damaged } from './damaged.js';

/*
 * Objects from before encryption, which are read for ever and no longer written:
 *
 *   "BWR1" | header length, UInt32 LE | header, JSON | content
 */

export const PLAIN_MAGIC = 'BWR1';
const MAX_HEADER = 65_536;
const AT_A_TIME = 1 << 20;

export async function plainFacts(submission: string, read: ReadAt): Promise<OpenedFacts> {
  const lead = await read(0, 8);
  const length = lead.length === 8 ? lead.readUInt32LE(4) : 0;
  const text = length > MAX_HEADER ? '' : (await read(8, length)).toString();
  let stored: StoredSubmission;
  try {
    stored = JSON.parse(text) as StoredSubmission;
  } catch {
    throw damaged(submission, 'its header cannot be read');
  }
  if (stored.submission !== submission || identify(stored, stored.sha256) !== submission) {
    throw damaged(submission, 'its header is that of another submission');
  }
  return { stored, contentAt: 8 + length };
}

/** Nothing vouches for the bytes but their hash, which is known at the end. */
export async function* plainContent(
  { submission, read, end }: { submission: string; read: ReadAt; end: number },
  { stored, contentAt }: OpenedFacts,
): AsyncGenerator<Buffer, void> {
  if (end - contentAt !== stored.bytes) {
    throw damaged(submission, `found ${end - contentAt} bytes, expected ${stored.bytes}`);
  }
  const hash = createHash('sha256');
  for (let at = contentAt; at < end; at += AT_A_TIME) {
    const part = await read(at, Math.min(AT_A_TIME, end - at));
    hash.update(part);
    yield part;
  }
  if (hash.digest('hex') !== stored.sha256) throw damaged(submission, 'its content was changed');
}
