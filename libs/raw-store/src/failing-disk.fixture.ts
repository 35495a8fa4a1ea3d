import type { Disk, DiskFile } from './disk.js';
import { nodeDisk } from './node-disk.js';

/** What goes wrong on the disk. Everything before it, and after `heal`, really happens. */
export interface Failing {
  readonly disk: Disk;
  /** Calls made so far that can fail, and bytes written so far. */
  readonly calls: () => number;
  readonly bytes: () => number;
  /** `bytes`: after so many the disk is full, the last write being short. `call`: the so-manieth call fails with `code`. */
  plan(plan: { readonly bytes?: number; readonly call?: number; readonly code?: string; readonly most?: number }): void;
  heal(): void;
}

const fault = (code: string): Error => Object.assign(new Error(`planned: ${code}`), { code });

export function failingDisk(): Failing {
  let left = Infinity;
  let failsAt = Infinity;
  let failCode = 'EIO';
  /** No write takes more than this. */
  let most = Infinity;
  let calls = 0;
  let bytes = 0;

  function call(): void {
    if (++calls === failsAt) throw fault(failCode);
  }
  const onFile = (file: DiskFile): DiskFile => ({
    read: (into, offset, length, position) => file.read(into, offset, length, position),
    async write(from, offset, length, position) {
      call();
      if (left === 0) throw fault('ENOSPC');
      const part = Math.min(length, left, most);
      const { bytesWritten } = await file.write(from, offset, part, position);
      left -= bytesWritten;
      bytes += bytesWritten;
      return { bytesWritten };
    },
    async sync() {
      call();
      await file.sync();
    },
    async truncate(length) {
      call();
      await file.truncate(length);
    },
    utimes: (atime, mtime) => file.utimes(atime, mtime),
    stat: () => file.stat(),
    async close() {
      await file.close();
      call();
    },
  });
  const failing =
    <Arguments extends unknown[], T>(work: (...given: Arguments) => Promise<T>) =>
    async (...given: Arguments): Promise<T> => {
      call();
      return work(...given);
    };
  return {
    disk: {
      ...nodeDisk,
      open: async (...given) => {
        call();
        return onFile(await nodeDisk.open(...given));
      },
      mkdir: failing((path: string) => nodeDisk.mkdir(path)),
      rename: failing((from: string, to: string) => nodeDisk.rename(from, to)),
      symlink: failing((text: string, path: string) => nodeDisk.symlink(text, path)),
    },
    calls: () => calls,
    bytes: () => bytes,
    plan({ bytes: full = Infinity, call: nth = Infinity, code = 'EIO', most: atMost = Infinity }) {
      left = full;
      failsAt = calls + nth;
      failCode = code;
      most = atMost;
    },
    heal() {
      left = failsAt = most = Infinity;
    },
  };
}
