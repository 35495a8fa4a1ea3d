import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import type { PartSum, Slice } from '#warehouse';
import type { Blob } from './blobs.js';

/** A file of a folder that was copied. */
export interface KeptFile extends Blob {
  /** From the folder, with `/`. */
  readonly path: string;
  /** Of the last change, ms since the epoch: an unchanged file is not read again. */
  readonly changed: number;
}

/** A slice of a table that was copied. */
export interface KeptSlice extends Slice {
  readonly blob: Blob;
}

/** One backup, complete: everything it needs is in the blobs. */
export interface Manifest {
  readonly format: 1;
  /** ISO instant at which it began, and its name: what the ledger had acknowledged by then is in it. */
  readonly takenAt: string;
  readonly seconds: number;
  /** Every row of the database. */
  readonly slices: readonly KeptSlice[];
  /** What the tables meant; undefined where ingest went on meanwhile, so that there is no one moment to speak of. */
  readonly checksums: readonly PartSum[] | undefined;
  /** The raw store's files. */
  readonly raw: readonly KeptFile[];
  /** The configuration's files, without secrets. */
  readonly config: readonly KeptFile[];
  /** Tells whether a record key is the one in use then, and does not tell the key: scrypt of it, salted by `takenAt`. */
  readonly recordKeyMark: string;
}

const folderOf = (directory: string): string => join(directory, 'generations');

/** Names of the complete backups of a directory, oldest first. They are instants. */
export async function generations(directory: string): Promise<string[]> {
  const names = await readdir(folderOf(directory)).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length).replace(/_/g, ':'))
    .sort();
}

/** File names without colons, which some file systems refuse. */
const pathOf = (directory: string, takenAt: string): string =>
  join(folderOf(directory), `${takenAt.replace(/:/g, '_')}.json`);

/** The last thing of a backup that is written: with it, the backup is there. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await mkdir(folderOf(directory), { recursive: true, mode: 0o700 });
  const body = JSON.stringify(manifest);
  const digest = createHash('sha256').update(body).digest('hex');
  const path = pathOf(directory, manifest.takenAt);
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    await file.writeFile(`${digest}\n${body}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  const folder = await open(folderOf(directory), 'r');
  await folder.sync();
  await folder.close();
}

/** @throws BellwetherError BACKUP_DAMAGED where the manifest does not have the hash on its first line. */
export async function readManifest(directory: string, takenAt: string): Promise<Manifest> {
  const text = await readFile(pathOf(directory, takenAt), 'utf8');
  const line = text.indexOf('\n');
  const body = text.slice(line + 1, -1);
  if (createHash('sha256').update(body).digest('hex') !== text.slice(0, line))
    throw new BellwetherError('BACKUP_DAMAGED', `the manifest of ${takenAt} does not have its hash`);
  return JSON.parse(body) as Manifest;
}
