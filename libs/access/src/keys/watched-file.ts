import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A file is looked at this often: a look costs microseconds, and works on every file system and through every link. */
const LOOK_MS = 1_000;

/**
 * Reads a file now and whenever it has changed. `read` throws when the text is not valid: what was read before then
 * stays in force, and `onError` is told. A file that is gone counts as not valid.
 */
export async function watchedFile<T>({
  path,
  read,
  onChange,
  onError,
}: {
  readonly path: string;
  readonly read: (text: string) => T;
  readonly onChange: (now: T) => void;
  readonly onError: (error: unknown) => void;
}): Promise<{ readonly look: () => Promise<void>; close(): void }> {
  let known: string | undefined;
  let looking: Promise<void> = Promise.resolve();
  async function lookOnce(): Promise<void> {
    try {
      const text = await readFile(path, 'utf8');
      if (text === known) return;
      known = text;
      onChange(read(text));
    } catch (error) {
      onError(error);
    }
  }
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  const listener = (): void => void look();
  watchFile(path, { interval: LOOK_MS, persistent: false }, listener);
  await look();
  return { look, close: () => unwatchFile(path, listener) };
}
