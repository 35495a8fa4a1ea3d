import { existsSync } from 'node:fs';
import { type KeyEntry, type KeyRing, NO_KEYS } from './key-ring.js';
import { parseKeyFile, readKeyFile } from './key-file.js';
import { watchedFile } from './watched-file.js';

/** A key file as it is on disk now; where it is not valid, as it was when it last was. */
export interface WatchedKeys extends KeyRing {
  /** Whether there has been a key file: without one nobody has a key, and with one nobody gets in without. */
  readonly isGiven: boolean;
  /** Reads the file again at once, where it has changed. */
  look(): Promise<void>;
  close(): void;
}

/** What has become of a key: for the log, and for the audit trail. */
export interface KeyChange {
  readonly what: 'issued' | 'revoked' | 'principal added' | 'principal removed' | 'principal changed';
  readonly principal: string;
  /** Name of the key. */
  readonly key?: string;
}

const factsOf = ({ keys: _, ...entry }: KeyEntry): string => JSON.stringify(entry);

/** What is different on another ring. */
export function keyChanges(before: KeyRing, after: KeyRing): readonly KeyChange[] {
  const changes: KeyChange[] = [];
  for (const [principal, entry] of after.byId) {
    const earlier = before.byId.get(principal);
    if (!earlier) changes.push({ what: 'principal added', principal });
    else if (factsOf(earlier) !== factsOf(entry)) changes.push({ what: 'principal changed', principal });
    for (const { name, hash } of entry.keys)
      if (!before.byHash.has(hash)) changes.push({ what: 'issued', principal, key: name });
  }
  for (const [principal, entry] of before.byId) {
    if (!after.byId.has(principal)) changes.push({ what: 'principal removed', principal });
    for (const { name, hash } of entry.keys)
      if (!after.byHash.has(hash)) changes.push({ what: 'revoked', principal, key: name });
  }
  return changes;
}

/**
 * Opens a key file that may come and change while it is watched. Throws CONFIG_INVALID when there is one that is not
 * valid; later on that is told to `onError`, and the keys before stay in force.
 */
export async function watchKeyFile(
  path: string,
  told: { readonly onChange: (changes: readonly KeyChange[]) => void; readonly onError: (error: unknown) => void },
): Promise<WatchedKeys> {
  let isGiven = existsSync(path);
  let ring = isGiven ? await readKeyFile(path) : NO_KEYS;
  const watched = await watchedFile({
    path,
    read: (text) => parseKeyFile(text, path),
    onChange(now) {
      const changes = keyChanges(ring, now);
      isGiven = true;
      ring = now;
      if (changes.length > 0) told.onChange(changes);
    },
    onError(error) {
      if (isGiven) told.onError(error);
    },
  });
  return {
    get entries() {
      return ring.entries;
    },
    get byId() {
      return ring.byId;
    },
    get byHash() {
      return ring.byHash;
    },
    get bySubject() {
      return ring.bySubject;
    },
    get isGiven() {
      return isGiven;
    },
    look: watched.look,
    close: watched.close,
  };
}
