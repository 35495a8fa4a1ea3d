import { mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { BellwetherError, isUnfinishedName } from '#vocabulary';
import { fileContent } from './file-content.js';

export interface DropFolderOptions {
  /** Watched; a file lies in `<folder>/<feed>/…/<name>`. */
  readonly folder: string;
  /**
   * Resolves once the bytes are safe; the file is then removed. A chunk is overwritten once the next one is asked for. Rejects to have it set aside; with STORAGE_FULL or
   * STORAGE_FAILED, to be asked again.
   */
  take(file: { feed: string; name: string; content: AsyncIterable<Uint8Array> }): Promise<void>;
  log(level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>): void;
  /** Milliseconds until a file for which there was no room is tried again; 5,000 when not given. */
  readonly againAfterMs?: number;
}

export interface DropFolder {
  /** Resolves when the files at hand are taken; no further ones are. */
  close(): Promise<void>;
}

/** A file that has not grown for this long is complete. Senders who rename into place are not kept waiting longer. */
const SETTLED_MS = 200;
const POLL_MS = 50;
/** Files taken at a time. */
const AT_ONCE = 8;
const SET_ASIDE = '.refused';
const CLAIM_MARK = '--';

/**
 * Watches a folder and takes every file that appears in it, also those that were there before. A file is claimed by
 * renaming it, so that of several processes watching the same folder just one takes it.
 */
export async function openDropFolder({
  folder,
  take,
  log,
  againAfterMs = 5_000,
}: DropFolderOptions): Promise<DropFolder> {
  const claims = join(folder, '.claimed');
  const aside = join(folder, SET_ASIDE);
  for (const path of [claims, aside]) await mkdir(path, { recursive: true });
  const waiting: (() => Promise<void>)[] = [];
  const postponed = new Set<NodeJS.Timeout>();
  const taking = new Set<Promise<void>>();
  let next = 0;

  async function takeOne(path: string): Promise<void> {
    const parts = relative(folder, path).split(sep);
    const feed = parts[0]!;
    if (parts.length < 2) {
      log('warn', 'a file lies beside the folders of the feeds; move it into one', { name: basename(path) });
      return;
    }
    const claim = join(claims, feed, `${process.pid}-${++next}${CLAIM_MARK}${basename(path)}`);
    try {
      await mkdir(join(claims, feed), { recursive: true });
      await rename(path, claim);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another process was quicker
      throw error;
    }
    await takeClaimed({ feed, name: basename(path), claim });
  }

  /** Stays claimed meanwhile: should we end, whoever starts next takes it. */
  function postpone(work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      postponed.delete(timer);
      waiting.push(work);
      drain();
    }, againAfterMs);
    postponed.add(timer);
  }

  async function takeClaimed(file: { feed: string; name: string; claim: string }): Promise<void> {
    const { feed, name, claim } = file;
    try {
      await take({ feed, name, content: fileContent(claim) });
      await unlink(claim);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // taken by the process that claimed it, after all
      if (error instanceof BellwetherError && /^STORAGE_/.test(error.code)) {
        log('error', 'there is no room for a dropped file; it is tried again', { feed, name, code: error.code });
        return postpone(() => takeClaimed(file));
      }
      log('error', 'a dropped file could not be received; it is set aside', { feed, name, cause: String(error) });
      await rename(claim, join(aside, basename(claim))).catch(() => undefined);
    }
  }

  /** What a process had claimed when it died. Taking a file twice is harmless: it has the same receipt. */
  async function takeLeftBehind(): Promise<void> {
    for (const entry of await readdir(claims, { recursive: true, withFileTypes: true })) {
      const mark = entry.name.indexOf(CLAIM_MARK);
      if (!entry.isFile() || mark < 0) continue;
      const name = entry.name.slice(mark + CLAIM_MARK.length);
      await takeClaimed({ feed: basename(entry.parentPath), name, claim: join(entry.parentPath, entry.name) });
    }
  }

  function drain(): void {
    while (taking.size < AT_ONCE && waiting.length > 0) {
      const work: Promise<void> = waiting.shift()!()
        .catch((error: unknown) => log('error', 'a dropped file could not be claimed', { cause: String(error) }))
        .finally(() => {
          taking.delete(work);
          drain();
        });
      taking.add(work);
    }
  }

  await takeLeftBehind();
  const watcher = watch(folder, {
    ignored: (path) => path !== folder && isUnfinishedName(basename(path)),
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: POLL_MS },
    ignoreInitial: false,
  });
  watcher.on('add', (path) => {
    waiting.push(() => takeOne(path));
    drain();
  });
  watcher.on('error', (error) => log('error', 'the drop folder cannot be watched', { cause: String(error) }));
  await new Promise<void>((ready) => watcher.once('ready', () => ready()));
  return {
    async close() {
      await watcher.close();
      waiting.length = 0;
      await Promise.all(taking);
      postponed.forEach(clearTimeout);
    },
  };
}
