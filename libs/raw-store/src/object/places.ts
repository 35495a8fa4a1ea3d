import { join } from 'node:path';
import { type Disk, READ, type DiskFile, codeOf } from '../disk.js';
import { isSubmission, shardOf } from '../identity.js';
import { damaged } from './damaged.js';

/*
 * Where things lie. objects/ is the catalogue: each submission has exactly one name there.
 *
 *   objects/ab/<submission>       hot: the object. Moved: a symbolic link whose text says where to, and leads nowhere:
 *                                 "cool", or "archive <month>/<pack> <at>"
 *   pending/<submission>          empty; exists from before the receipt until the ledger says what became of it
 *   incoming/<random>             being written; no receipt was ever given for it
 *   <cool>/ab/<submission>        cool: the same bytes
 *   <archive>/<month>/<pack>.pack archived: many objects in one file
 *
 * Renaming a link over an object moves it in one step, and frees it. Whoever has it open reads on.
 */

export interface Folders {
  readonly objects: string;
  readonly pending: string;
  readonly incoming: string;
  readonly cool: string;
  readonly archive: string;
}

/** `cool`, `archive`: elsewhere than in `folder`, where they may be mounts of their own. */
export interface Roots {
  readonly folder: string;
  readonly cool?: string | undefined;
  readonly archive?: string | undefined;
}

export function foldersOf({ folder, cool, archive }: Roots): Folders {
  return {
    objects: join(folder, 'objects'),
    pending: join(folder, 'pending'),
    incoming: join(folder, 'incoming'),
    cool: cool ?? join(folder, 'cool'),
    archive: archive ?? join(folder, 'archive'),
  };
}

export type Place =
  | { readonly tier: 'hot' }
  | { readonly tier: 'cool' }
  /** `pack`: month and name, without ending; `at`: where its entry begins. */
  | { readonly tier: 'archive'; readonly pack: string; readonly at: number };

export const textOf = (place: Exclude<Place, { tier: 'hot' }>): string =>
  place.tier === 'cool' ? 'cool' : `archive ${place.pack} ${place.at}`;

export function placeIn(text: string): Place | undefined {
  if (text === 'cool') return { tier: 'cool' };
  const [, pack, at] = /^archive (\d{4}-\d{2}\/[0-9a-f]{16}) (\d{1,15})$/.exec(text) ?? [];
  return pack === undefined ? undefined : { tier: 'archive', pack, at: Number(at) };
}

export const objectPath = (folders: Folders, submission: string): string =>
  join(folders.objects, shardOf(submission), submission);
export const coolPath = (folders: Folders, submission: string): string =>
  join(folders.cool, shardOf(submission), submission);
export const packPath = (folders: Folders, pack: string): string => join(folders.archive, `${pack}.pack`);

export function filePath(folders: Folders, submission: string, place: Place): string {
  if (place.tier === 'archive') return packPath(folders, place.pack);
  return place.tier === 'cool' ? coolPath(folders, submission) : objectPath(folders, submission);
}

/** Where a submission lies, without opening it; undefined: the store does not hold it. */
export async function placeOf(disk: Disk, folders: Folders, submission: string): Promise<Place | undefined> {
  if (!isSubmission(submission)) return undefined;
  const path = objectPath(folders, submission);
  try {
    const found = placeIn(await disk.readlink(path));
    if (!found) throw damaged(submission, 'the link to its place cannot be read');
    return found;
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return { tier: 'hot' };
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** An object may move on while it is looked for; it does so twice in its life. */
const LOOKS = 3;

/** The open file in which a submission lies; undefined: the store does not hold it. */
export async function openPlace(
  disk: Disk,
  folders: Folders,
  submission: string,
): Promise<{ file: DiskFile; place: Place } | undefined> {
  if (!isSubmission(submission)) return undefined;
  for (let look = 1; look <= LOOKS; look++) {
    try {
      return { file: await disk.open(objectPath(folders, submission), READ), place: { tier: 'hot' } };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) !== 'ELOOP') throw error;
    }
    const place = await placeOf(disk, folders, submission);
    if (!place) return undefined;
    try {
      return { file: await disk.open(filePath(folders, submission, place), READ), place };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      if (look === LOOKS) throw damaged(submission, `it is not in the ${place.tier} folder where it was moved to`);
    }
  }
  return undefined;
}

/** Every submission in the catalogue, shard by shard. */
export async function* submissionsIn(disk: Disk, folders: Folders): AsyncGenerator<string> {
  for (const shard of await disk.readdir(folders.objects)) {
    for (const name of await disk.readdir(join(folders.objects, shard))) if (isSubmission(name)) yield name;
  }
}
