import { type Disk, syncFolder } from './disk.js';

/**
 * Syncs folders for several receipts at once: who asks while a sync of the folder runs shares the next one with all who
 * do, for the running one may have begun before what it is to make safe was there. A failure is told to each of them.
 */
export function openFolderSync(disk: Disk): (path: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  function begin(path: string): Promise<void> {
    next.delete(path);
    const sync = syncFolder(disk, path).finally(() => {
      if (running.get(path) === sync) running.delete(path);
    });
    running.set(path, sync);
    return sync;
  }

  return (path) => {
    const before = running.get(path);
    if (!before) return begin(path);
    let shared = next.get(path);
    if (!shared) {
      shared = before.then(
        () => begin(path),
        () => begin(path),
      );
      next.set(path, shared);
    }
    return shared;
  };
}
