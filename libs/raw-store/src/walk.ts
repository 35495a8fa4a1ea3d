import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BellwetherError, type ErrorCode } from '#vocabulary';
import { READ, UPDATE, ifThere, readUpTo, writeWhole } from './disk.js';
import { type Magic, SLOTS_BYTES, keyNamesIn, rewrapping } from './envelope/slots.js';
import { identify } from './identity.js';
import { type Vault, withObject } from './object/open-object.js';
import { filePath, placeOf, submissionsIn } from './object/places.js';
import { PLAIN_MAGIC } from './object/plain.js';
import { sealInPlace } from './tier/copy.js';
import { packsIn } from './tier/packs.js';

/** One thing that is wrong with a submission. */
export interface Damage {
  readonly submission: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/**
 * Reads everything there is, in every tier: each submission opens, and its content has the hash and the identity under
 * which it was received. Yields after each one how many that were, and what was wrong with it.
 */
export async function* verifyObjects(
  vault: Vault,
): AsyncGenerator<{ readonly checked: number; readonly damage: Damage | undefined }> {
  let checked = 0;
  for await (const submission of submissionsIn(vault.disk, vault.folders)) {
    yield { checked: ++checked, damage: await damageOf(vault, submission) };
  }
}

async function damageOf(vault: Vault, submission: string): Promise<Damage | undefined> {
  try {
    return await withObject(vault, submission, async ({ stored, content }) => {
      const hash = createHash('sha256');
      for await (const part of content()) hash.update(part);
      const sha256 = hash.digest('hex');
      if (sha256 === stored.sha256 && identify(stored, sha256) === submission) return undefined;
      const what = sha256 === stored.sha256 ? 'facts' : 'content';
      return { submission, code: 'OBJECT_DAMAGED' as const, detail: `its ${what} are not those it is named for` };
    });
  } catch (error) {
    if (error instanceof BellwetherError) return { submission, code: error.code, detail: error.detail };
    const cause = (error as NodeJS.ErrnoException).code ?? 'no code';
    return { submission, code: 'STORAGE_FAILED', detail: `it cannot be read (${cause})` };
  }
}

/** A file with slots: an object that is hot or cool, or a pack. `submission`: undefined for a pack. */
interface SlottedFile {
  readonly path: string;
  readonly magic: Magic;
  readonly submission: string | undefined;
}

async function* slottedFiles({ disk, folders }: Vault): AsyncGenerator<SlottedFile> {
  for await (const submission of submissionsIn(disk, folders)) {
    const place = await placeOf(disk, folders, submission);
    if (!place || place.tier === 'archive') continue;
    yield { path: filePath(folders, submission, place), magic: 'BWR2', submission };
  }
  for await (const pack of packsIn(disk, folders)) {
    yield { path: join(folders.archive, `${pack}.pack`), magic: 'BWP1', submission: undefined };
  }
}

/** How many files each key opens, by name; keys of the ring that open none stand there with 0. */
export interface KeyUse {
  readonly uses: ReadonlyMap<string, number>;
  /** From before encryption. */
  readonly plain: number;
  /** Neither slot is whole; `verifyObjects` lists them. */
  readonly damaged: number;
}

export async function countKeyUse(vault: Vault): Promise<KeyUse> {
  const uses = new Map(vault.keys.names().map((name) => [name, 0]));
  let plain = 0;
  let broken = 0;
  for await (const { path, magic } of slottedFiles(vault)) {
    const file = await ifThere(vault.disk.open(path, READ));
    if (!file) continue; // it has just moved on, into what is counted later
    try {
      const lead = await readUpTo(file, 0, SLOTS_BYTES);
      const names = keyNamesIn(magic, lead);
      if (names.size === 0 && lead.toString('latin1', 0, 4) === PLAIN_MAGIC) plain++;
      else if (names.size === 0) broken++;
      for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
    } finally {
      await file.close();
    }
  }
  return { uses, plain, damaged: broken };
}

/**
 * Wraps every data key by the current key and seals what is from before encryption. Content that is sealed is not
 * touched. Yields after each file how many were seen and changed. May be killed and begun again; must not run beside
 * `tierObjects`.
 */
export async function* rewrapKeys(vault: Vault): AsyncGenerator<{ readonly seen: number; readonly changed: number }> {
  let seen = 0;
  let changed = 0;
  for await (const { path, magic, submission } of slottedFiles(vault)) {
    const isChanged = await rewrapOne(vault, { path, magic, submission });
    if (isChanged) changed++;
    yield { seen: ++seen, changed };
  }
}

async function rewrapOne(vault: Vault, { path, magic, submission }: SlottedFile): Promise<boolean> {
  const file = await ifThere(vault.disk.open(path, UPDATE));
  if (!file) return false;
  try {
    const lead = await readUpTo(file, 0, SLOTS_BYTES);
    if (submission !== undefined && lead.toString('latin1', 0, 4) === PLAIN_MAGIC) {
      await sealInPlace(vault, submission);
      return true;
    }
    const writes = rewrapping(magic, vault.keys, lead);
    if (writes.length === 0) return false;
    const { atime, mtime } = await file.stat();
    for (const { at, slot } of writes) {
      await writeWhole(file, slot, at);
      await file.sync();
    }
    // Its age decides about its tier; another second tells a backup that it has changed.
    await file.utimes(atime, new Date(mtime.getTime() + 1000));
    return true;
  } finally {
    await file.close();
  }
}
