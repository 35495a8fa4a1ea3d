import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CREATE, type DiskFile, ifThere, syncFolder, writeWhole } from '../disk.js';
import { FrameSealer } from '../envelope/frames.js';
import { SLOTS_BYTES, freshSlots } from '../envelope/slots.js';
import { type Body, framesAfter, roomForFacts, sealFacts } from '../object/body.js';
import { damaged } from '../object/damaged.js';
import { type OpenObject, type Vault, withObject } from '../object/open-object.js';
import { type Place, objectPath, textOf } from '../object/places.js';

const AT_A_TIME = 1 << 20;

/** Writes a body as it lies, at `at`; returns its length. */
export async function copyBody(body: Body, file: DiskFile, at: number): Promise<number> {
  for (let from = 0; from < body.end; from += AT_A_TIME) {
    const part = await body.read(from, Math.min(AT_A_TIME, body.end - from));
    if (part.length === 0) throw damaged(body.submission, 'it ends too early');
    await writeWhole(file, part, at + from);
  }
  return body.end;
}

/** Writes an object with slots under the current key: the sealed body as it lies, a plain object sealed now. */
async function writeObject({ keys }: Vault, { body, stored, content }: OpenObject, file: DiskFile): Promise<void> {
  if (body) {
    await writeWhole(file, freshSlots('BWR2', keys, body.key), 0);
    await copyBody(body, file, SLOTS_BYTES);
    return;
  }
  const room = roomForFacts(stored);
  if (room === undefined) throw damaged(stored.submission, 'its facts are too long');
  const key = randomBytes(32);
  const sealer = new FrameSealer(key);
  let at = SLOTS_BYTES + framesAfter(room);
  try {
    for await (const part of content()) {
      for (const frame of sealer.push(part)) {
        await writeWhole(file, frame, at);
        at += frame.length;
      }
    }
    await writeWhole(file, sealer.finish(), at);
  } finally {
    sealer.close();
  }
  await writeWhole(file, Buffer.concat([freshSlots('BWR2', keys, key), sealFacts(key, stored, room)]), 0);
}

/** What is being copied, in the folder it goes to or in incoming/. */
export const isPart = (name: string): boolean => name.endsWith('.part');

/**
 * Copies an open object to `target`, whole or not at all: in `by`, of the same file system, synced, then renamed. The copy
 * has the time of arrival as its own.
 */
export async function copyObject(
  vault: Vault,
  object: OpenObject,
  { target, by = dirname(target) }: { target: string; by?: string },
): Promise<void> {
  const { disk } = vault;
  const beside = join(by, `${randomBytes(8).toString('hex')}.part`);
  const file = await disk.open(beside, CREATE, 0o600);
  try {
    await writeObject(vault, object, file);
    const received = new Date(object.stored.receivedAt);
    await file.utimes(received, received);
    await file.sync();
    await disk.rename(beside, target);
  } catch (error) {
    await ifThere(disk.unlink(beside)).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  await syncFolder(disk, dirname(target));
}

/** Replaces what the catalogue has of a submission by a link to its new place, in one step. Not synced. */
export async function pointTo(
  { disk, folders }: Vault,
  submission: string,
  place: Exclude<Place, { tier: 'hot' }>,
): Promise<void> {
  const link = join(folders.incoming, randomBytes(12).toString('hex'));
  await disk.symlink(textOf(place), link);
  try {
    await disk.rename(link, objectPath(folders, submission));
  } catch (error) {
    await ifThere(disk.unlink(link)).catch(() => undefined);
    throw error;
  }
}

/** Seals a plain object where it lies; it is replaced in one step. */
export async function sealInPlace(vault: Vault, submission: string): Promise<void> {
  const { folders } = vault;
  await withObject(vault, submission, (object) =>
    object.isPlain && object.place.tier === 'hot'
      ? copyObject(vault, object, { target: objectPath(folders, submission), by: folders.incoming })
      : Promise.resolve(),
  );
}
