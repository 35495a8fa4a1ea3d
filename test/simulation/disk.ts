import { constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Random } from '../crash/random.js';

interface Inode {
  bytes: Buffer;
  /** Content at the last fsync; undefined: there was none. */
  safe: Buffer | undefined;
  mtime: number;
}

type Tree = Map<string, Map<string, Inode>>;

/** A change of folders that no fsync has made safe yet. */
interface Change {
  readonly folders: readonly string[];
  /** The file it gives a name to. */
  readonly inode: Inode | undefined;
  apply(tree: Tree): void;
}

function fail(code: string, what: string): never {
  throw Object.assign(new Error(`${code}: ${what}`), { code });
}

/**
 * A file system in memory. What was not fsynced is lost or kept, as chance has it, when the power goes: bytes of files
 * as a whole, in part or not at all, and each creation, rename and removal by itself. A rename is one change: both
 * folders have it or neither.
 */
export class SimulatedDisk {
  /** As running processes see it. */
  #seen: Tree = new Map();
  /** As it is after a power cut, at least. */
  #safe: Tree = new Map();
  #changes: Change[] = [];

  constructor(
    root: string,
    private readonly now: () => number,
  ) {
    for (const tree of [this.#seen, this.#safe]) tree.set(dirname(root), new Map()).set(root, new Map());
  }

  #folder(path: string): Map<string, Inode> {
    return this.#seen.get(path) ?? fail('ENOENT', path);
  }

  #file(path: string): Inode {
    return this.#folder(dirname(path)).get(basename(path)) ?? fail('ENOENT', path);
  }

  #change(folders: readonly string[], apply: (tree: Tree) => void, inode?: Inode): void {
    apply(this.#seen);
    this.#changes.push({ folders, inode, apply });
  }

  isFolder(path: string): boolean {
    return this.#seen.has(path);
  }

  open(path: string, flags: number): Inode {
    const known = this.#folder(dirname(path)).get(basename(path));
    if (known && (flags & constants.O_EXCL) !== 0) fail('EEXIST', path);
    if (known) return known;
    if ((flags & constants.O_CREAT) === 0) fail('ENOENT', path);
    const inode: Inode = { bytes: Buffer.alloc(0), safe: undefined, mtime: this.now() };
    this.#change([dirname(path)], (tree) => tree.get(dirname(path))?.set(basename(path), inode), inode);
    return inode;
  }

  write(inode: Inode, from: Uint8Array, position: number): void {
    // A copy: what is safe stays as it was.
    const bytes = Buffer.alloc(Math.max(inode.bytes.length, position + from.length));
    inode.bytes.copy(bytes);
    bytes.set(from, position);
    inode.bytes = bytes;
    inode.mtime = this.now();
  }

  sync(inode: Inode): void {
    inode.safe = inode.bytes;
  }

  syncFolder(path: string): void {
    this.#folder(path);
    const rest: Change[] = [];
    for (const change of this.#changes) {
      if (change.folders.includes(path)) change.apply(this.#safe);
      else rest.push(change);
    }
    this.#changes = rest;
  }

  /** With all folders above it. */
  mkdir(path: string): void {
    if (this.#seen.has(path)) return;
    const above = dirname(path);
    if (above !== path) this.mkdir(above);
    this.#change([above], (tree) => {
      if (tree.has(above) && !tree.has(path)) tree.set(path, new Map());
    });
  }

  rename(from: string, to: string): void {
    const inode = this.#file(from);
    this.#folder(dirname(to));
    // The name it had was never safe, and nobody needs it any more.
    this.#changes = this.#changes.filter((change) => change.inode !== inode);
    this.#change(
      [dirname(from), dirname(to)],
      (tree) => {
        tree.get(dirname(from))?.delete(basename(from));
        tree.get(dirname(to))?.set(basename(to), inode);
      },
      inode,
    );
  }

  unlink(path: string): void {
    this.#file(path);
    this.#change([dirname(path)], (tree) => tree.get(dirname(path))?.delete(basename(path)));
  }

  names(path: string): string[] {
    const folders = [...this.#seen.keys()].filter((folder) => folder !== path && dirname(folder) === path);
    return [...folders.map((folder) => basename(folder)), ...this.#folder(path).keys()];
  }

  mtimeOf(path: string): number {
    return this.#file(path).mtime;
  }

  has(path: string): boolean {
    return this.#seen.get(dirname(path))?.has(basename(path)) === true;
  }

  /** Whatever was not safe is decided by chance. Nobody may have anything open. */
  cutPower(random: Random): void {
    for (const change of this.#changes) if (random.chance(0.5)) change.apply(this.#safe);
    this.#changes = [];
    for (const folder of this.#safe.values()) {
      for (const inode of folder.values()) {
        if (inode.safe !== inode.bytes) inode.bytes = survived(inode, random);
        inode.safe = inode.bytes;
      }
    }
    this.#seen = new Map([...this.#safe].map(([path, names]) => [path, new Map(names)]));
  }
}

export type OpenInode = Inode;

function survived({ bytes, safe = Buffer.alloc(0) }: Inode, random: Random): Buffer {
  if (random.chance(0.3)) return bytes;
  if (random.chance(0.4)) return safe;
  const torn = Buffer.from(bytes);
  torn.fill(0, random.below(bytes.length + 1));
  return random.chance(0.5) ? torn : torn.subarray(0, random.below(torn.length + 1));
}
