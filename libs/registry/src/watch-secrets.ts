import { watch } from 'chokidar';
import { join } from 'node:path';

/** Milliseconds without an edit before it is told: a password and its table are often edited together. */
const QUIET_MS = 200;

/**
 * Calls back after something has changed in `secrets/` of one of the folders. Not promised: for every change (a folder
 * may be on a file system without notices); who must not miss one looks from time to time as well.
 */
export function watchSecrets(folders: readonly string[], changed: () => void): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(
    folders.map((folder) => join(folder, 'secrets')),
    { ignoreInitial: true, depth: 2 },
  );
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
  });
  watcher.on('error', () => undefined); // looking from time to time remains
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
