import { type Engine, type EngineAddress, checksums, differences, openSliceCarrier, slicesOf } from '#warehouse';
import { keepBlob, spoolPath } from './blobs.js';
import { keepFiles } from './files.js';
import { keyMark } from './key-mark.js';
import { type Manifest, generations, readManifest, writeManifest } from './manifest.js';

export interface BackupOptions {
  /** Where backups are kept; another disk than the data. */
  readonly directory: string;
  readonly address: EngineAddress;
  readonly engine: Engine;
  /** The raw store's folder. */
  readonly raw: string;
  readonly config: string;
  readonly recordKey: Uint8Array;
  /** True: nobody else uses the database. */
  readonly isIdle: boolean;
  now(): number;
  progress(what: 'tables' | 'files', state: { readonly done: number; readonly total: number }): void;
}

export interface BackupTaken {
  readonly manifest: Manifest;
  /** Bytes that the directory did not have. */
  readonly newBytes: number;
}

/** Marks and half-received files are of the process that runs, not of the data. */
const isPassing = (path: string): boolean => /^(pending|incoming|run)(\/|$)/.test(path);
/** Secrets, and hidden files as editors leave them. */
const isSecret = (path: string): boolean => /(^|\/)(secrets|keys)(\/|$)|(^|\/)\.|\.(key|pem)$/.test(path);

/**
 * Takes a backup, also while submissions come in. The ledger is read first and the raw store last, so everything that the
 * copied ledger acknowledges is in the copied tables, and whatever else is in them belongs to submissions whose bytes are
 * in the copied raw store: a restore counts those again, which gives the same.
 *
 * Keys and passwords are not in it: whoever finds it must not find them too.
 */
export async function takeBackup(options: BackupOptions): Promise<BackupTaken> {
  const { directory, address, engine, raw, config, recordKey, isIdle, now, progress } = options;
  const began = now();
  const takenAt = new Date(began).toISOString();
  const newest = (await generations(directory)).at(-1);
  const before = newest === undefined ? undefined : await readManifest(directory, newest);
  const sums = await checksums(engine);
  let newBytes = 0;
  const slices: Manifest['slices'][number][] = [];
  const carrier = openSliceCarrier(address);
  try {
    const wanted = await slicesOf(engine);
    for (const slice of wanted) {
      const spool = await spoolPath(directory);
      await carrier.write(slice, spool);
      const { isNew, ...blob } = await keepBlob(directory, spool);
      if (isNew) newBytes += blob.bytes;
      slices.push({ ...slice, blob });
      progress('tables', { done: slices.length, total: wanted.length });
    }
  } finally {
    await carrier.close();
  }
  const isStill = isIdle || differences(sums, await checksums(engine)).length === 0;
  let rawBytes = 0;
  const keep = { directory, kept: (state: { done: number; total: number; newBytes: number }) => {
    rawBytes = state.newBytes;
    progress('files', state);
  } }; // prettier-ignore
  const rawFiles = await keepFiles({ ...keep, folder: raw, before: before?.raw ?? [], isLeftOut: isPassing });
  newBytes += rawBytes;
  const configFiles = await keepFiles({ ...keep, folder: config, before: before?.config ?? [], isLeftOut: isSecret });
  const manifest: Manifest = {
    format: 1,
    takenAt,
    seconds: (now() - began) / 1000,
    slices,
    checksums: isStill ? sums : undefined,
    raw: rawFiles,
    config: configFiles,
    recordKeyMark: keyMark(recordKey, takenAt),
  };
  await writeManifest(directory, manifest);
  return { manifest, newBytes };
}
