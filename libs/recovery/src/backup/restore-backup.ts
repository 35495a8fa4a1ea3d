import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Keyring, openRawStore, openVault, relinkObjects } from '#raw-store';
import { BellwetherError } from '#vocabulary';
import {
  type Engine,
  type EngineAddress,
  type SumDifference,
  checksums,
  clearSlice,
  differences,
  openSliceCarrier,
  slicesOf,
} from '#warehouse';
import { type Reader, repeatSubmissions, type RepeatOptions } from '../repeat.js';
import { type Blob, copyOut } from './blobs.js';
import { keyMark } from './key-mark.js';
import { type KeptSlice, type Manifest, generations, readManifest } from './manifest.js';
import { sideBySide } from './side-by-side.js';

export interface RestoreOptions extends Reader {
  readonly directory: string;
  /** A data folder that holds no data yet, or what an interrupted restore of the same has left. */
  readonly dataFolder: string;
  readonly address: EngineAddress;
  /** Its database, empty or what an interrupted restore has left. */
  readonly engine: Engine;
  /** As of this instant, ms since the epoch: only what was received by then. Undefined: everything in the backup. */
  readonly at?: number | undefined;
  /** Called when the files of the raw store are in place: the keys under which they were encrypted. */
  openKeys(): Keyring;
  /** Largest submission, bytes. */
  readonly maxBytes: number;
  progress(what: 'files' | 'tables' | 'submissions', state: { readonly done: number; readonly total: number }): void;
  log: RepeatOptions['log'];
}

export interface Restored {
  /** The backup whose tables were taken; undefined: none is as old as the instant, everything was counted again. */
  readonly base: string | undefined;
  /** Submissions that were counted after the tables were taken. */
  readonly counted: number;
  readonly submissions: number;
  /** Where the tables, before anything more was counted, differ from the backup's checksums; undefined: it has none. */
  readonly different: readonly SumDifference[] | undefined;
}

/** What an interrupted restore knows of itself. */
interface Diary {
  readonly directory: string;
  readonly newest: string;
  readonly base: string | undefined;
  readonly at: number | undefined;
  readonly done: string[];
}

const DIARY = 'restore.json';
/** Slices of tables that are restored at a time. */
const AT_ONCE = 2;

async function writeDiary(dataFolder: string, diary: Diary): Promise<void> {
  const path = join(dataFolder, DIARY);
  await writeFile(`${path}.part`, JSON.stringify(diary), { mode: 0o600 });
  await rename(`${path}.part`, path);
}

/** The newest backup that was finished by the instant: one still being taken then may hold what came after. */
async function newestBy(
  directory: string,
  { all, at }: { all: readonly string[]; at: number },
): Promise<string | undefined> {
  for (const takenAt of [...all].reverse()) {
    if (Date.parse(takenAt) > at) continue;
    const { seconds } = await readManifest(directory, takenAt);
    if (Date.parse(takenAt) + seconds * 1000 <= at) return takenAt;
  }
  return undefined;
}

/** The diary of an interrupted restore of the same, or a new one; refuses a folder that holds data. */
async function openDiary({ dataFolder, directory, engine, at }: RestoreOptions): Promise<Diary> {
  const all = await generations(directory);
  const newest = all.at(-1);
  if (newest === undefined) throw new BellwetherError('BACKUP_DAMAGED', 'the directory holds no complete backup');
  const base = at === undefined ? newest : await newestBy(directory, { all, at });
  if (existsSync(join(dataFolder, DIARY))) {
    const diary = JSON.parse(await readFile(join(dataFolder, DIARY), 'utf8')) as Diary;
    if (diary.directory !== directory || diary.at !== at)
      throw new BellwetherError('REQUEST_INVALID', 'into: another restore into this folder was not finished');
    return diary;
  }
  if (existsSync(join(dataFolder, 'raw')))
    throw new BellwetherError('REQUEST_INVALID', 'into: the folder holds data; a restore needs a new one');
  if ((await slicesOf(engine)).length > 0)
    throw new BellwetherError('REQUEST_INVALID', 'into: the database holds data; a restore needs an empty one');
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const diary: Diary = { directory, newest, base, at, done: [] };
  await writeDiary(dataFolder, diary);
  return diary;
}

/**
 * Makes a data folder from a backup. Tables come from the newest backup that is not younger than the instant, submissions
 * from the newest backup there is; what was received by the instant and is not in those tables is counted again from its
 * bytes. Every byte is compared with its hash before it is used. Can be killed anywhere and started again.
 *
 * @throws BellwetherError BACKUP_DAMAGED naming what is missing or changed; REQUEST_INVALID where the folder holds data
 *   or the record key is another one.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { directory, dataFolder, engine, at, maxBytes, recordKey, progress } = options;
  const diary = await openDiary(options);
  const newest = await readManifest(directory, diary.newest);
  if (keyMark(recordKey, newest.takenAt) !== newest.recordKeyMark)
    throw new BellwetherError('REQUEST_INVALID', 'the record key is not the one of this backup: put it in place first');
  await restoreFiles(options, newest);
  const raw = { folder: join(dataFolder, 'raw'), keys: options.openKeys() };
  await relinkObjects(await openVault(raw));
  const store = await openRawStore({ ...raw, maxBytes });
  if (at !== undefined) {
    for await (const submission of store.all()) {
      const facts = await store.facts(submission);
      // Left there, the same file sent again would be taken for received, and never be counted.
      if (facts && facts.receivedAt > at)
        await rm(join(dataFolder, 'raw', 'objects', submission.slice(0, 2), submission));
    }
  }
  let different: readonly SumDifference[] | undefined;
  if (diary.base !== undefined) {
    const base = diary.base === newest.takenAt ? newest : await readManifest(directory, diary.base);
    const isFresh = await restoreTables(options, { base, diary });
    if (isFresh && base.checksums) different = differences(base.checksums, await checksums(engine));
    if (isFresh) await writeDiary(dataFolder, { ...diary, done: [...diary.done, 'compared'] });
  }
  const { configuration, passwordOf, log } = options;
  const { read, total, unreadable } = await repeatSubmissions({
    engine, store, configuration, passwordOf, recordKey, until: at, log,
    progress: (state) => progress('submissions', state),
  }); // prettier-ignore
  if (unreadable.length > 0) {
    const why = await store.facts(unreadable[0]!).catch((error: unknown) => error);
    // A key that was retired after this backup: with it in place, the same command continues.
    if (why instanceof BellwetherError && why.code === 'KEY_MISSING') throw why;
    throw new BellwetherError(
      'BACKUP_DAMAGED',
      `${unreadable.length} submissions cannot be read, as ${unreadable[0]!}`,
    );
  }
  await rm(join(dataFolder, DIARY));
  return { base: diary.base, counted: read, submissions: total, different };
}

function damaged(name: string, fault: string): BellwetherError {
  return new BellwetherError('BACKUP_DAMAGED', `${name}: ${fault}`);
}

async function restoreFiles(
  { directory, dataFolder, progress }: RestoreOptions,
  { raw, config }: Manifest,
): Promise<void> {
  const files = [
    ...raw.map(({ path, changed, ...blob }) => ({ name: `raw/${path}`, blob, changed })),
    ...config.map(({ path, changed, ...blob }) => ({ name: `config/${path}`, blob, changed })),
  ];
  for (const [index, { name, blob, changed }] of files.entries()) {
    const to = join(dataFolder, name);
    const isThere = (await stat(to).catch(() => undefined))?.size === blob.bytes;
    const fault = isThere ? undefined : await copyOut(directory, { blob, to });
    if (fault !== undefined) throw damaged(name, fault);
    await utimes(to, changed / 1000, changed / 1000); // by their age, submissions move to their tier
    progress('files', { done: index + 1, total: files.length });
  }
}

/** False where this was done, and compared, before an interruption. */
async function restoreTables(
  { directory, dataFolder, address, engine, progress }: RestoreOptions,
  { base, diary }: { base: Manifest; diary: Diary },
): Promise<boolean> {
  if (diary.done.includes('compared')) return false;
  const carrier = openSliceCarrier(address);
  const spool = join(dataFolder, 'restoring');
  const wasInterrupted = diary.done.length > 0 || existsSync(spool);
  await mkdir(spool, { recursive: true });
  let writing = Promise.resolve();
  async function restoreOne(slice: KeptSlice): Promise<void> {
    const name = `${slice.table} ${slice.key}`;
    if (!diary.done.includes(name)) {
      if (wasInterrupted) await clearSlice(engine, slice);
      const path = await takeSlice({ directory, spool }, { name, blob: slice.blob });
      await carrier.read(slice, path);
      await rm(path);
      diary.done.push(name);
      writing = writing.then(() => writeDiary(dataFolder, diary));
      await writing;
    }
    progress('tables', { done: ++done, total: base.slices.length });
  }
  let done = 0;
  try {
    await sideBySide(base.slices, { atOnce: AT_ONCE, work: restoreOne });
  } finally {
    await carrier.close();
  }
  await rm(spool, { recursive: true, force: true });
  return true;
}

async function takeSlice(
  { directory, spool }: { directory: string; spool: string },
  { name, blob }: { name: string; blob: Blob },
): Promise<string> {
  const to = join(spool, name.replace(' ', '-'));
  const fault = await copyOut(directory, { blob, to });
  if (fault !== undefined) throw damaged(`table ${name}`, fault);
  return to;
}
