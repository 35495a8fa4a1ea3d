import { PURPOSE, type ReadAt, openFrames, seal, unseal } from '../envelope/frames.js';
import type { ArrivalFacts, StoredSubmission } from '../port.js';
import { damaged } from './damaged.js';

/*
 * The body of an object, behind its slots or in a pack; the same bytes in every tier.
 *
 *   body    length of the sealed facts, UInt32 LE | sealed facts | frames of the content
 *   facts   JSON, filled with spaces to a multiple of 256; bound to the submission, so that an object under another
 *           name does not open
 */

/** Plain facts, bytes. */
const MAX_FACTS = 65_536;
const FACTS_STEP = 256;
/** SHA-256, number of bytes, and their names. */
const LEARNT_LATER = 128;
const TAG_BYTES = 16;

/** Room for the facts before the content is known. Undefined: they are too large to be kept. */
export function roomForFacts(arrival: ArrivalFacts): number | undefined {
  const size = Buffer.byteLength(JSON.stringify(arrival)) + LEARNT_LATER;
  return size > MAX_FACTS ? undefined : Math.ceil(size / FACTS_STEP) * FACTS_STEP;
}

/** Where the frames begin in a body whose facts have this room. */
export const framesAfter = (room: number): number => 4 + room + TAG_BYTES;

/** The beginning of a body; `framesAfter(room)` bytes. */
export function sealFacts(key: Buffer, { submission, ...facts }: StoredSubmission, room: number): Buffer {
  const plain = Buffer.alloc(room, ' ');
  plain.write(JSON.stringify(facts));
  const sealed = seal(key, plain, {
    purpose: PURPOSE.facts,
    index: 0,
    last: true,
    bound: Buffer.from(submission),
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(sealed.length);
  return Buffer.concat([length, sealed]);
}

/** A body within a file: its key, and its bytes from 0 to `end`. */
export interface Body {
  readonly submission: string;
  readonly key: Buffer;
  readonly read: ReadAt;
  readonly end: number;
}

export interface OpenedFacts {
  readonly stored: StoredSubmission;
  /** Where the content begins. */
  readonly contentAt: number;
}

export async function openFacts({ submission, key, read }: Body): Promise<OpenedFacts> {
  const lead = await read(0, 4);
  const length = lead.length === 4 ? lead.readUInt32LE() : 0;
  const sealed = length > MAX_FACTS + FACTS_STEP ? Buffer.alloc(0) : await read(4, length);
  const plain = unseal(key, sealed, {
    purpose: PURPOSE.facts,
    index: 0,
    last: true,
    bound: Buffer.from(submission),
  });
  if (!plain) throw damaged(submission, 'its facts do not open under its identity');
  const facts = JSON.parse(plain.toString()) as Omit<StoredSubmission, 'submission'>;
  return { stored: { submission, ...facts }, contentAt: 4 + length };
}

/** The content in order; OBJECT_DAMAGED instead of a byte that was not put, and instead of an early end. */
export async function* openContent(body: Body, { stored, contentAt }: OpenedFacts): AsyncGenerator<Buffer, void> {
  let index = 0;
  let bytes = 0;
  for await (const frame of openFrames(body.key, { read: body.read, at: contentAt, end: body.end })) {
    if (!frame)
      throw damaged(body.submission, `frame ${index} does not open: its bytes were changed, moved or cut off`);
    index++;
    bytes += frame.length;
    yield frame;
  }
  if (bytes !== stored.bytes) throw damaged(body.submission, `found ${bytes} bytes, expected ${stored.bytes}`);
}
