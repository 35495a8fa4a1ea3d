import { watch } from 'chokidar';
import { relative } from 'node:path';
import { loadConfiguration } from './load.js';
import type { Configuration } from './model.js';
import { isIgnored } from './read-folder.js';

/** A configuration folder that is being watched. */
export interface WatchedConfiguration {
  /** The newest state without problems. */
  readonly current: Configuration;
  /** Stops watching; no call back begins after it is called. */
  close(): Promise<void>;
}

/** How watching reports; both are called between edits, never during another call back. */
export interface WatchOptions {
  /** A new valid state, after it became `current`. Not called for edits that change no content. */
  readonly onChange: (configuration: Configuration) => void;
  /** The edit has problems: `current` stays what it was. A CONFIG_INVALID of all problems, once an edit. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds without an edit before the folder is read again; 200 unless told. */
  readonly quietMs?: number;
}

/**
 * Loads a configuration folder and keeps it current. Throws CONFIG_INVALID when the folder has problems at the start.
 * Reading is synchronous (a few ms, plus about 1 ms per 1,000 rows of tables). Not promised: a call back for each of several
 * edits in quick succession; the last one counts.
 */
export function watchConfiguration(
  folder: string,
  { onChange, onError, quietMs = 200 }: WatchOptions,
): WatchedConfiguration {
  let current = loadConfiguration(folder);
  let refused = '';
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const reload = (): void => {
    timer = undefined;
    let next: Configuration;
    try {
      next = loadConfiguration(folder);
    } catch (error) {
      const message = String(error);
      if (message !== refused) onError(error);
      refused = message;
      return;
    }
    refused = '';
    if (next.version === current.version) return;
    current = next;
    onChange(next);
  };
  const schedule = (): void => {
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(reload, quietMs);
  };

  const watcher = watch(folder, { ignoreInitial: true, ignored: (path) => isIgnored(relative(folder, path)) });
  watcher.on('all', schedule);
  // An edit between the first reading and this moment has no event.
  watcher.on('ready', schedule);
  watcher.on('error', onError);

  return {
    get current() {
      return current;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
