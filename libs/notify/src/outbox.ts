import { mkdir, open, readFile, readdir, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notice } from './event.js';

/*
 *   outbox/<owner>/<sink>/<time><count>-<id>.json   a notice that the sink has not taken yet; names are in order
 *   outbox/<owner>/alive                            touched while the owner runs
 *
 * Written beside its place, synced, renamed, and the folder synced: what `put` has resolved for survives a crash.
 */

/** Notices that wait for their sinks, on disk. */
export interface Outbox {
  /** Resolves once the notice is safe for each of the sinks. */
  put(notice: Notice, sinks: readonly string[]): Promise<void>;
  /** Names of what waits for a sink, oldest first. */
  waiting(sink: string): Promise<string[]>;
  /** Undefined when it cannot be read any more. */
  read(sink: string, name: string): Promise<Notice | undefined>;
  done(sink: string, name: string): Promise<void>;
  /** Still here; takes over what others left who have not been here for five minutes. */
  beat(): Promise<void>;
}

export interface OutboxOptions {
  readonly folder: string;
  /** Of this process, and of no other that runs at the same time. */
  readonly owner: string;
  readonly sinks: readonly string[];
  /** Notices that wait for one sink; beyond, the oldest are dropped. */
  readonly most?: number;
  now(): number;
  log(level: 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

const MOST_WAITING = 10_000;
const GONE_AFTER = 300_000;

async function sync(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { folder, owner, sinks, most = MOST_WAITING, now, log } = options;
  const own = join(folder, owner);
  let last = 0;
  const counts = new Map<string, number>();
  for (const sink of sinks) await mkdir(join(own, sink), { recursive: true, mode: 0o700 });

  async function waiting(sink: string): Promise<string[]> {
    const names = (await readdir(join(own, sink))).filter((name) => name.endsWith('.json')).sort();
    counts.set(sink, names.length);
    return names;
  }
  const remove = (path: string): Promise<void> =>
    unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });

  /** A receiver that never comes back costs the oldest notices, not the disk. */
  async function bound(sink: string): Promise<void> {
    const count = (counts.get(sink) ?? 0) + 1;
    counts.set(sink, count);
    if (count <= most) return;
    const names = await waiting(sink);
    const dropped = names.slice(0, Math.max(0, names.length - most));
    for (const name of dropped) await remove(join(own, sink, name));
    counts.set(sink, names.length - dropped.length);
    if (dropped.length > 0) log('error', 'notices were dropped: too many wait', { sink, dropped: dropped.length });
  }

  const outbox: Outbox = {
    waiting,
    async put(notice, to) {
      last = Math.max(last + 1, now() * 1000);
      const name = `${String(last).padStart(19, '0')}-${notice.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 64)}.json`;
      for (const sink of to) {
        const path = join(own, sink, name);
        const file = await open(`${path}.part`, 'w', 0o600);
        try {
          await file.writeFile(JSON.stringify(notice));
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(`${path}.part`, path);
        await sync(join(own, sink));
        await bound(sink);
      }
    },
    async read(sink, name) {
      try {
        return JSON.parse(await readFile(join(own, sink, name), 'utf8')) as Notice;
      } catch {
        return undefined;
      }
    },
    done: (sink, name) => remove(join(own, sink, name)),
    async beat() {
      await writeFile(join(own, 'alive'), '');
      await utimes(join(own, 'alive'), now() / 1000, now() / 1000);
      for (const other of await readdir(folder)) {
        if (other === owner) continue;
        const alive = await stat(join(folder, other, 'alive')).catch(() => undefined);
        if (alive && now() - alive.mtimeMs < GONE_AFTER) continue;
        for (const sink of sinks) {
          const left = await readdir(join(folder, other, sink)).catch(() => []);
          // Renaming is taking: of several who try, one has it.
          for (const name of left.filter((one) => one.endsWith('.json')))
            await rename(join(folder, other, sink, name), join(own, sink, name)).catch(() => undefined);
        }
      }
    },
  };
  await outbox.beat();
  return outbox;
}
