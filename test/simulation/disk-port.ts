import { constants } from 'node:fs';
import type { openRawStore } from '#raw-store';
import type { OpenInode, SimulatedDisk } from './disk.js';
import type { Process, Schedule } from './schedule.js';

type Disk = NonNullable<Parameters<typeof openRawStore>[0]['disk']>;
type DiskFile = Awaited<ReturnType<Disk['open']>>;

/** How the disk treats those who ask; all of it may change while they do. */
export interface DiskMood {
  /** Of calls that change something, this part fails with EIO or ENOSPC. */
  failing: number;
  /** Says that it has synced, and has not: a planted fault. */
  lies: boolean;
}

/** One word for the trace: names of spooled files are random, and say nothing. */
const shown = (path: string): string => path.replace(/incoming\/.*/, 'incoming/*').slice(0, 40);

type Ask = <T>(label: string, act: () => T) => Promise<T>;

/** The disk as a process has it: every call is a step of the schedule. */
export function diskOf(
  process: Process,
  { disk, schedule, mood }: { disk: SimulatedDisk; schedule: Schedule; mood: DiskMood },
): Disk {
  const ask: Ask = (label, act) => schedule.ask(process, `disk ${label}`, act);
  function mayFail(): void {
    if (mood.failing === 0 || !schedule.random.chance(mood.failing)) return;
    const code = schedule.random.of(['EIO', 'ENOSPC']);
    throw Object.assign(new Error(`planned: ${code}`), { code });
  }
  return portOf({ disk, ask, mood, mayFail });
}

/** The same for who looks on: at once, no step, and nothing is changed or made safe. */
export function diskOfObserver(disk: SimulatedDisk): Disk {
  const mood = { failing: 0, lies: true };
  const port = portOf({ disk, mood, ask: async (_, act) => Promise.resolve(act()), mayFail: () => undefined });
  return { ...port, mkdir: () => Promise.resolve() };
}

interface Means {
  readonly disk: SimulatedDisk;
  readonly ask: Ask;
  readonly mood: DiskMood;
  mayFail(): void;
}

function portOf({ disk, ask, mood, mayFail }: Means): Disk {
  function fileOf(inode: OpenInode, path: string): DiskFile {
    const name = shown(path);
    return {
      read: (into, offset, length, position) =>
        ask(`read ${name}`, () => {
          const part = inode.bytes.subarray(position, position + length);
          part.copy(into, offset);
          return { bytesRead: part.length };
        }),
      write: (from, offset, length, position) =>
        ask(`write ${name}`, () => {
          mayFail();
          disk.write(inode, from.subarray(offset, offset + length), position);
          return { bytesWritten: length };
        }),
      sync: () =>
        ask(`fsync ${name}`, () => {
          mayFail();
          if (!mood.lies) disk.sync(inode);
        }),
      truncate: () => Promise.reject(new Error('nobody truncates')),
      utimes: (_, mtime) => ask(`utimes ${name}`, () => void (inode.mtime = mtime.getTime())),
      stat: () =>
        ask(`stat ${name}`, () => {
          const mtime = new Date(inode.mtime);
          return { size: inode.bytes.length, atime: mtime, mtime };
        }),
      close: () => ask(`close ${name}`, () => undefined),
    };
  }
  const folderOf = (path: string): DiskFile => ({
    ...fileOf({ bytes: Buffer.alloc(0), safe: undefined, mtime: 0 }, path),
    sync: () =>
      ask(`fsync ${shown(path)}`, () => {
        mayFail();
        if (!mood.lies) disk.syncFolder(path);
      }),
  });
  return {
    open: (path, flags) =>
      ask(`open ${shown(path)}`, () => {
        if (disk.isFolder(path)) return folderOf(path);
        if ((flags & constants.O_CREAT) !== 0) mayFail();
        return fileOf(disk.open(path, flags), path);
      }),
    mkdir: (path) => ask(`mkdir ${shown(path)}`, () => disk.mkdir(path)),
    rename: (from, to) =>
      ask(`rename ${shown(to)}`, () => {
        mayFail();
        disk.rename(from, to);
      }),
    unlink: (path) =>
      ask(`unlink ${shown(path)}`, () => {
        mayFail();
        disk.unlink(path);
      }),
    symlink: () => Promise.reject(new Error('nobody moves objects')),
    readlink: (path) =>
      ask(`readlink ${shown(path)}`, () => {
        const code = disk.has(path) ? 'EINVAL' : 'ENOENT';
        throw Object.assign(new Error(`${code}: ${path}`), { code });
      }),
    readdir: (path) => ask(`readdir ${shown(path)}`, () => disk.names(path)),
    lstat: (path) =>
      ask(`lstat ${shown(path)}`, () => {
        const mtimeMs = disk.mtimeOf(path);
        const mtime = new Date(mtimeMs);
        return { size: 0, mtime, mtimeMs, isFile: () => true, isSymbolicLink: () => false };
      }),
    statfs: () => ask('statfs', () => ({ bavail: 1 << 20, bsize: 4096 })),
  };
}
