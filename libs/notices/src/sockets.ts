import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** Bytes a Unix socket's path may have on every system (sockaddr_un: 104 on macOS, 108 on Linux, with a final 0). */
const PATH_LIMIT = 103;
const SOCKET = /^[a-z0-9-]+-(\d+)-\d+\.sock$/;

/**
 * Where the sockets of a data folder lie: `<data>/run`, or a folder in the system's temporary folder named by a digest
 * of it when a socket's path would be too long. Every process of the data folder finds the same.
 */
export async function socketFolder(dataFolder: string): Promise<string> {
  const run = join(resolve(dataFolder), 'run');
  const longest = join(run, 'a-name-of-twenty-chr-1234567-99.sock');
  const digest = createHash('sha256').update(run).digest('hex').slice(0, 16);
  const folder = Buffer.byteLength(longest) <= PATH_LIMIT ? run : join(tmpdir(), `bellwether-${digest}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Full paths of the sockets in the folder; a socket whose process is gone is removed. Synchronous, so that messages
 * leave in the order in which they were published; the folder has a handful of entries.
 */
export function liveSockets(folder: string): readonly string[] {
  const live: string[] = [];
  for (const name of readdirSync(folder)) {
    const pid = SOCKET.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    if (isAlive(Number(pid))) live.push(path);
    else rmSync(path, { force: true });
  }
  return live;
}

/** Whether somebody may be listening on the socket. */
export function isLive(path: string): boolean {
  const pid = SOCKET.exec(basename(path))?.[1];
  return pid !== undefined && existsSync(path) && isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
