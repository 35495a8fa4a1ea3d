import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { BellwetherError } from '#vocabulary';

/** Who holds a data folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO instant. */
  readonly since: string;
  /** What the kernel says about the start of the process; tells apart two processes that had the same pid. */
  readonly started: string | undefined;
  /** False once it was let go. */
  readonly held: boolean;
}

export interface DataFolderLock {
  release(): Promise<void>;
}

/** Milliseconds between the signs of life of a holder, which matter to other hosts only. */
const TOUCH_EVERY = 5_000;
/** A holder on another host that gave no sign of life for this long is taken for dead. */
const SILENT_AFTER = 30_000;
/** Lost races before giving up; each lost race means that somebody else won. */
const ATTEMPTS = 50;

/**
 * Makes this process the only Bellwether on the folder, or throws DATA_FOLDER_IN_USE with who holds it and since when.
 *
 * The lock is the file `run/lock.<n>` with the highest n. It is created whole or not at all (a link to a finished
 * file), only by somebody who saw that the holder of n - 1 let go or is dead, and highest numbers are never removed.
 * So of two processes that find the same dead holder, one creates n + 1 and the other fails. A process that slept
 * since, and creates a number that was used and cleaned away, finds a higher one afterwards and steps back.
 */
export async function lockDataFolder(dataFolder: string): Promise<DataFolderLock> {
  const folder = join(resolve(dataFolder), 'run');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const highest = await highestLock(folder);
    if (highest > 0 && (await isHeld(join(folder, `lock.${highest}`), dataFolder))) continue;
    const own = highest + 1;
    if (!(await create(folder, own))) continue;
    if ((await highestLock(folder)) > own) {
      await rm(join(folder, `lock.${own}`), { force: true });
      continue;
    }
    const past = numbers(await readdir(folder)).filter((number) => number < own);
    await Promise.all(past.map((number) => rm(join(folder, `lock.${number}`), { force: true })));
    return hold(join(folder, `lock.${own}`));
  }
  throw new BellwetherError('DATA_FOLDER_IN_USE', `${dataFolder} is wanted by many at once; try again`);
}

function hold(path: string): DataFolderLock {
  const touch = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, TOUCH_EVERY);
  touch.unref();
  return {
    release: async () => {
      clearInterval(touch);
      await writeFile(`${path}.released`, JSON.stringify({ ...ourselves(), held: false }));
      await rename(`${path}.released`, path);
    },
  };
}

/** Throws when the holder is alive; true when the file went away meanwhile and must be looked for again. */
async function isHeld(path: string, dataFolder: string): Promise<boolean> {
  let holder: Holder;
  let touched: number;
  try {
    holder = JSON.parse(await readFile(path, 'utf8')) as Holder;
    touched = (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    // Locks appear whole; half a lock is what a power cut left of a holder.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  if (!holder.held) return false;
  const elsewhere = holder.host !== hostname();
  const alive = elsewhere
    ? Date.now() - touched < SILENT_AFTER
    : startOf(holder.pid) === holder.started && isAlive(holder.pid);
  if (!alive) return false;
  const where = elsewhere ? ` on host ${holder.host}` : '';
  throw new BellwetherError(
    'DATA_FOLDER_IN_USE',
    `${dataFolder} is held by process ${holder.pid}${where} since ${holder.since}`,
  );
}

async function create(folder: string, number: number): Promise<boolean> {
  const draft = join(folder, `draft.${process.pid}.${number}.${Math.random().toString(36).slice(2)}`);
  await writeFile(draft, JSON.stringify(ourselves()), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, join(folder, `lock.${number}`));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function ourselves(): Holder {
  const since = new Date().toISOString();
  return { pid: process.pid, host: hostname(), since, started: startOf(process.pid), held: true };
}

async function highestLock(folder: string): Promise<number> {
  return Math.max(0, ...numbers(await readdir(folder)));
}

function numbers(names: readonly string[]): number[] {
  return names.flatMap((name) => /^lock\.(\d{1,15})$/.exec(name)?.[1] ?? []).map(Number);
}

/** Boot and start time of a process on Linux (proc(5), field 22 of stat); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
    return `${boot} ${afterName.split(' ')[19]}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
