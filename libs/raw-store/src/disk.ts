import { constants, type Stats, type StatsFs } from 'node:fs';
import { BellwetherError } from '#vocabulary';

/** What the store asks of an open file; positions are absolute. */
export interface DiskFile {
  read(into: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** May write less than it was given, as write(2) may. */
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  utimes(atime: Date, mtime: Date): Promise<void>;
  stat(): Promise<Pick<Stats, 'size' | 'atime' | 'mtime'>>;
  close(): Promise<void>;
}

/** The calls to the file system that the store makes, in one place, so that a test can let each of them fail. */
export interface Disk {
  open(path: string, flags: number, mode?: number): Promise<DiskFile>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  symlink(text: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  readdir(path: string): Promise<string[]>;
  lstat(path: string): Promise<Pick<Stats, 'size' | 'mtime' | 'mtimeMs' | 'isFile' | 'isSymbolicLink'>>;
  statfs(path: string): Promise<Pick<StatsFs, 'bavail' | 'bsize'>>;
}

/** O_NOFOLLOW: where an object has moved away, opening it says ELOOP. */
export const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
export const UPDATE = constants.O_RDWR | constants.O_NOFOLLOW;
export const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR;
export const MARK = constants.O_CREAT | constants.O_WRONLY;

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Undefined where there is no such file; other errors pass. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeWhole(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    // Zero bytes without an error would be asked for for ever.
    if (bytesWritten === 0) throw Object.assign(new Error('nothing more could be written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** Up to `length` bytes; fewer only where the file ends. */
export async function readUpTo(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** Makes creations, renames and removals in a folder outlive a power cut. */
export async function syncFolder(disk: Disk, path: string): Promise<void> {
  const folder = await disk.open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);
const FAILED: ReadonlySet<string | undefined> = new Set(['EIO', 'EROFS']);

/** A full or failing disk by its code of ours; anything else as it is. */
export function diskErrorOf(error: unknown): unknown {
  const code = codeOf(error);
  if (FULL.has(code)) return new BellwetherError('STORAGE_FULL', 'no receipt was given', {}, { cause: error });
  if (FAILED.has(code)) {
    return new BellwetherError('STORAGE_FAILED', `no receipt was given (${code})`, {}, { cause: error });
  }
  return error;
}
