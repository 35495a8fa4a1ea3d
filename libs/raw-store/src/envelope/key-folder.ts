import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { KEY_BYTES, type Keyring, isKeyName, keyringOf } from './keyring.js';

/*
 * A ring in a folder of its own:
 *
 *   <name>.key   32 bytes, mode 0400
 *   current      the name of the current one; replaced by renaming
 *
 * Whoever has it open sees another current key within a second.
 */

const LOOK_AGAIN_MS = 1000;

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writePrivate(path: string, content: Uint8Array | string): void {
  writeFileSync(path, content, { mode: 0o400, flag: 'wx' });
  syncPath(path);
}

function readKey(folder: string, name: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(join(folder, `${name}.key`), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if ((mode & 0o077) !== 0) {
      throw new BellwetherError('CONFIG_INVALID', `key ${name}: others may read its file, expected mode 0400`);
    }
    if (size !== KEY_BYTES)
      throw new BellwetherError('CONFIG_INVALID', `key ${name}: found ${size} bytes, expected 32`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A new key, on disk, not current yet. */
function makeKey(folder: string): string {
  const name = `${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  writePrivate(join(folder, `${name}.key`), randomBytes(KEY_BYTES));
  syncPath(folder);
  return name;
}

function draftCurrent(folder: string, name: string): string {
  const draft = join(folder, `.current.${process.pid}.${randomBytes(4).toString('hex')}`);
  writePrivate(draft, name);
  return draft;
}

/** Of several processes that start at once, the first one's key holds. */
function begin(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = makeKey(folder);
  const draft = draftCurrent(folder, name);
  try {
    linkSync(draft, join(folder, 'current'));
    syncPath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    unlinkSync(join(folder, `${name}.key`));
  } finally {
    unlinkSync(draft);
  }
}

function hasCurrent(folder: string): boolean {
  return statSync(join(folder, 'current'), { throwIfNoEntry: false }) !== undefined;
}

/**
 * The ring in a folder. When the folder has none, a first key is made, and `encrypted` is left in the folder of the
 * raw store as a sign that its objects need it. Where the sign is and no ring, KEY_MISSING: a new key would hide that
 * the old ones are lost.
 */
export function openKeyFolder({ folder, raw }: { folder: string; raw: string }): Keyring {
  const sealed = join(raw, 'encrypted');
  const isSealed = statSync(sealed, { throwIfNoEntry: false }) !== undefined;
  if (!hasCurrent(folder)) {
    if (isSealed) {
      throw new BellwetherError('KEY_MISSING', `the raw store is encrypted and ${folder} has no keys`);
    }
    begin(folder);
  }
  if (!isSealed) {
    mkdirSync(raw, { recursive: true, mode: 0o700 });
    writeFileSync(sealed, 'The objects beside this file need the keys of the raw store.\n', { mode: 0o600 });
    syncPath(sealed);
    syncPath(raw);
  }
  const known = new Map<string, Buffer>();
  let current = '';
  let lookedAt = -Infinity;
  function currentName(): string {
    if (performance.now() - lookedAt < LOOK_AGAIN_MS) return current;
    const name = readFileSync(join(folder, 'current'), 'utf8').trim();
    if (!isKeyName(name))
      throw new BellwetherError('CONFIG_INVALID', `${join(folder, 'current')}: expected a key name`);
    lookedAt = performance.now();
    return (current = name);
  }
  return keyringOf({
    current: currentName,
    names: () => {
      const first = currentName();
      const all = readdirSync(folder).flatMap((file) => /^(.+)\.key$/.exec(file)?.[1] ?? []);
      return [first, ...all.filter((name) => name !== first).toSorted()];
    },
    key(name) {
      const held = known.get(name) ?? (isKeyName(name) ? readKey(folder, name) : undefined);
      if (held) known.set(name, held);
      return held;
    },
  });
}

/** Makes a new key and then makes it the current one; returns its name. Nothing is re-wrapped. */
export function rotateKeyFolder(folder: string): string {
  if (!hasCurrent(folder)) throw new BellwetherError('KEY_MISSING', `${folder} has no keys yet`);
  const name = makeKey(folder);
  renameSync(draftCurrent(folder, name), join(folder, 'current'));
  syncPath(folder);
  return name;
}
