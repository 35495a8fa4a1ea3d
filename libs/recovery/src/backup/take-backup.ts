import type { Engine, EngineAddress } from '#warehouse';
import { type KeepFilesOptions, keepFiles } from './files.js';
import { keyMark } from './key-mark.js';
import { type KeptFile, type Manifest, generations, readManifest, writeManifest } from './manifest.js';
import { keepTables } from './tables.js';

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
  const { slices, checksums, newBytes: tableBytes } = await keepTables({
    directory, address, engine, isIdle, before: before?.slices ?? [], kept: (state) => progress('tables', state),
  }); // prettier-ignore
  let fileBytes = 0;
  const keepBelow = async (
    folder: string,
    kept: Pick<KeepFilesOptions, 'before' | 'isLeftOut'>,
  ): Promise<KeptFile[]> => {
    const bytesBefore = fileBytes;
    return keepFiles({
      ...kept,
      directory,
      folder,
      kept: ({ newBytes, ...state }) => {
        fileBytes = bytesBefore + newBytes;
        progress('files', state);
      },
    });
  };
  const rawFiles = await keepBelow(raw, { before: before?.raw ?? [], isLeftOut: isPassing });
  const configFiles = await keepBelow(config, { before: before?.config ?? [], isLeftOut: isSecret });
  const manifest: Manifest = {
    format: 1,
    takenAt,
    seconds: (now() - began) / 1000,
    slices,
    checksums,
    raw: rawFiles,
    config: configFiles,
    recordKeyMark: keyMark(recordKey, takenAt),
  };
  await writeManifest(directory, manifest);
  return { manifest, newBytes: tableBytes + fileBytes };
}
