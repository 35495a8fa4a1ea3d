import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file of a backup: its bytes lie under their hash, once, however many generations have it. */
export interface Blob {
  /** SHA-256, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export async function hashOf(path: string): Promise<Blob> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

const blobPath = (directory: string, { sha256 }: Pick<Blob, 'sha256'>): string =>
  join(directory, 'blobs', sha256.slice(0, 2), sha256);

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A fresh path for what is being written; of the same file system as the blobs. */
export async function spoolPath(directory: string): Promise<string> {
  const folder = join(directory, 'incoming');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, randomBytes(12).toString('hex'));
}

/** Whether a blob is there, by its size; its bytes are compared by `verify` and restore. */
export async function hasBlob(directory: string, blob: Blob): Promise<boolean> {
  return (await stat(blobPath(directory, blob)).catch(() => undefined))?.size === blob.bytes;
}

/** Gives a spooled file to the blobs; it is theirs then. Returns whether it was new. */
export async function keepBlob(directory: string, spool: string): Promise<Blob & { readonly isNew: boolean }> {
  const blob = await hashOf(spool);
  if (await hasBlob(directory, blob)) {
    await rm(spool);
    return { ...blob, isNew: false };
  }
  const path = blobPath(directory, blob);
  await synced(spool);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(spool, path);
  await synced(dirname(path));
  return { ...blob, isNew: true };
}

/** Copies a file, sharing its blocks where the file system can. */
export async function copyIn(directory: string, path: string): Promise<Blob & { readonly isNew: boolean }> {
  const spool = await spoolPath(directory);
  await copyFile(path, spool, constants.COPYFILE_FICLONE);
  return keepBlob(directory, spool);
}

/** What is wrong with a blob; undefined: nothing. */
export async function faultOf(directory: string, blob: Blob): Promise<string | undefined> {
  const path = blobPath(directory, blob);
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'missing';
  if (found.size !== blob.bytes) return `${found.size} bytes, expected ${blob.bytes}`;
  return (await hashOf(path)).sha256 === blob.sha256 ? undefined : 'changed: the bytes do not have their hash';
}

/** Copies a blob to its place, whole or not at all. The bytes at that place were compared with the hash. */
export async function copyOut(
  directory: string,
  { blob, to }: { blob: Blob; to: string },
): Promise<string | undefined> {
  const path = blobPath(directory, blob);
  const spool = `${to}.part`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await copyFile(path, spool, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw error;
  }
  const { sha256, bytes } = await hashOf(spool);
  if (sha256 !== blob.sha256) {
    await rm(spool);
    return bytes === blob.bytes
      ? 'changed: the bytes do not have their hash'
      : `${bytes} bytes, expected ${blob.bytes}`;
  }
  await rename(spool, to);
  return undefined;
}
