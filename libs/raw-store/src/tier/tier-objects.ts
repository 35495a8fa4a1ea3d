import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { ifThere, syncFolder } from '../disk.js';
import { isSubmission, shardOf } from '../identity.js';
import { type Vault, withObject } from '../object/open-object.js';
import { coolPath, placeOf } from '../object/places.js';
import { type ArchiveStep, archiveMonth, finishArchiving } from './archive.js';
import { copyObject, pointTo } from './copy.js';

/** Where a move may be cut: after a copy, after the catalogue has the new place, … */
export type TierStep = 'copied' | 'moved' | ArchiveStep;

export interface TierOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Objects that arrived longer ago than this become cool; 0: never. */
  readonly coolAfterMonths: number;
  /** Cool objects of months that ended longer ago than this are archived; 0: never. */
  readonly archiveAfterMonths: number;
  /** Counts what would move, and moves nothing. */
  readonly dryRun?: boolean;
  readonly step?: (name: TierStep) => Promise<void>;
}

export interface TierReport {
  readonly cooled: number;
  readonly archived: number;
  /** Damaged, and left where they are; `verifyObjects` says what is wrong. */
  readonly left: readonly string[];
}

/** A pack is full with either. */
const PACK_OBJECTS = 4096;
const PACK_BYTES = 256 * 1024 * 1024;

/** The same day and time so many months earlier, UTC; a day that month does not have is the first of the next. */
function monthsBefore(now: number, months: number): Date {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date;
}

const monthOf = (date: Date): string => date.toISOString().slice(0, 7);

/**
 * Moves objects that have come of age: hot → cool → archive. May be killed anywhere and begun again: every submission can be
 * read at any moment and is in the catalogue once. Only one may run at a time, and no `rewrapKeys` beside it.
 */
export async function tierObjects(vault: Vault, options: TierOptions): Promise<TierReport> {
  const left: string[] = [];
  const step = async (name: TierStep): Promise<void> => options.step?.(name);
  if (options.dryRun !== true) await finishArchiving({ vault, step });
  const cooled =
    options.coolAfterMonths > 0
      ? await coolDown(vault, { ...options, step, left, before: monthsBefore(options.now, options.coolAfterMonths) })
      : 0;
  const archived =
    options.archiveAfterMonths > 0
      ? await archive(vault, {
          ...options,
          step,
          left,
          before: monthOf(monthsBefore(options.now, options.archiveAfterMonths)),
        })
      : 0;
  return { cooled, archived, left };
}

interface Run extends TierOptions {
  readonly step: (name: TierStep) => Promise<void>;
  readonly left: string[];
}

async function coolDown(vault: Vault, run: Run & { readonly before: Date }): Promise<number> {
  const { disk, folders } = vault;
  let cooled = 0;
  for (const shard of await disk.readdir(folders.objects)) {
    const catalogue = join(folders.objects, shard);
    let moved = 0;
    for (const submission of (await disk.readdir(catalogue)).filter(isSubmission)) {
      const found = await disk.lstat(join(catalogue, submission));
      if (found.isSymbolicLink() || found.mtimeMs >= run.before.getTime()) continue;
      if (run.dryRun === true || (await coolOne(vault, submission, run))) moved++;
    }
    if (moved > 0 && run.dryRun !== true) await syncFolder(disk, catalogue);
    cooled += moved;
  }
  return cooled;
}

async function coolOne(vault: Vault, submission: string, { step, left }: Run): Promise<boolean> {
  const { disk, folders } = vault;
  const target = coolPath(folders, submission);
  await disk.mkdir(join(folders.cool, shardOf(submission)));
  try {
    await withObject(vault, submission, (object) => copyObject(vault, object, { target }));
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    left.push(submission);
    return false;
  }
  await step('copied');
  await pointTo(vault, submission, { tier: 'cool' });
  await step('moved');
  return true;
}

/** By month, a pack at a time: what is held in memory are names, at most a pack of them for each month. */
async function archive(vault: Vault, run: Run & { readonly before: string }): Promise<number> {
  const { disk, folders } = vault;
  const months = new Map<string, { submissions: string[]; bytes: number }>();
  let archived = 0;
  async function flush(month: string): Promise<void> {
    const { submissions = [] } = months.get(month) ?? {};
    months.delete(month);
    const left = run.dryRun === true ? [] : await archiveMonth({ vault, step: run.step }, { month, submissions });
    archived += submissions.length - left.length;
    run.left.push(...left);
  }
  for (const shard of (await ifThere(disk.readdir(folders.cool))) ?? []) {
    for (const submission of (await disk.readdir(join(folders.cool, shard))).filter(isSubmission)) {
      const { mtime, size } = await disk.lstat(coolPath(folders, submission));
      const month = monthOf(mtime);
      if (month >= run.before || (await placeOf(disk, folders, submission))?.tier !== 'cool') continue;
      const batch = months.get(month) ?? { submissions: [], bytes: 0 };
      batch.submissions.push(submission);
      batch.bytes += size;
      months.set(month, batch);
      if (batch.submissions.length >= PACK_OBJECTS || batch.bytes >= PACK_BYTES) await flush(month);
    }
  }
  for (const month of [...months.keys()]) await flush(month);
  return archived;
}
