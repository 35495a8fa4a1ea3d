import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BellwetherError, type Receipt } from '#vocabulary';

/*
 * One file per submission, named by its identity:
 *
 *   objects/ab/<submission>      "BWR1" | header length, UInt32 LE | header, JSON | content
 *   pending/<submission>         empty; exists from before the receipt until the ledger says what became of it
 *   incoming/<random>            being written; removed at start, no receipt was ever given for it
 *
 * The header makes the store self-describing: ledger, slots and rollups can be rebuilt from objects/ alone.
 * Order of a receipt: write, fsync the file, create the pending mark, fsync pending/, rename into place, fsync the
 * folder. A mark without its object is a receipt that was never given.
 */

/** What is known of a submission besides its content. */
export interface ArrivalFacts {
  readonly feed: string;
  /**
   * `file`, the default: what a sender sent. `order`: what an operator ordered (undo, withdrawal), kept beside the files
   * so that a rebuild repeats it. Part of the identity only for an order: those of files stay as they always were.
   */
  readonly kind?: 'file' | 'order';
  /** File name as sent, without folders. */
  readonly name: string;
  /** What the file name states (facility, period, version …), for the identity; empty when it states nothing. */
  readonly stated: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface StoredSubmission extends ArrivalFacts {
  readonly submission: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Where the bytes of every submission are kept for ever.
 *
 * Not promised: order of `pending`, and that a submission in it has not been loaded already (the ledger decides).
 */
export interface RawStore {
  /** Resolves once the bytes are safe on disk. The same submission again resolves with `duplicate` and writes nothing. */
  put(facts: ArrivalFacts, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Receipt>;
  /** Facts without content; undefined when there is no such submission. */
  facts(submission: string): Promise<StoredSubmission | undefined>;
  content(submission: string): Promise<Buffer>;
  /** Submissions with a receipt, or about to get one, whose fate is not known to be in the ledger. */
  pending(): Promise<string[]>;
  /** About how many are pending; cheap enough to ask every second. */
  pendingCount(): Promise<number>;
  /** The ledger knows: no longer pending. */
  settle(submission: string): Promise<void>;
  /** To be read again: pending as on the first day. */
  reopen(submission: string): Promise<void>;
  /** Every submission ever received, in no order. */
  all(): AsyncIterable<string>;
}

const MAGIC = Buffer.from('BWR1');
const MAX_HEADER = 65_536;

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Identity of a submission: the same file of the same feed, stating the same about itself, is the same submission. */
function identify(facts: ArrivalFacts, sha256: string): string {
  const stated = Object.entries(facts.stated).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([facts.feed, stated, sha256, ...(facts.kind === 'order' ? ['order'] : [])]))
    .digest('hex');
}

async function readHeader(file: FileHandle): Promise<{ header: StoredSubmission; contentAt: number } | undefined> {
  const lead = Buffer.alloc(8);
  const { bytesRead } = await file.read(lead, 0, 8, 0);
  const length = bytesRead === 8 && lead.subarray(0, 4).equals(MAGIC) ? lead.readUInt32LE(4) : 0;
  if (length === 0 || length > MAX_HEADER) return undefined;
  const text = Buffer.alloc(length);
  await file.read(text, 0, length, 8);
  return { header: JSON.parse(text.toString()) as StoredSubmission, contentAt: 8 + length };
}

export interface RawStoreOptions {
  readonly folder: string;
  /** Largest submission, bytes. */
  readonly maxBytes: number;
  /** Told how far a receipt has come, and waited for: the crash test ends the process there. */
  readonly step?: (name: 'spooled' | 'synced' | 'marked' | 'renamed') => Promise<void>;
}

export async function openRawStore({ folder, maxBytes, step }: RawStoreOptions): Promise<RawStore> {
  const objects = join(folder, 'objects');
  const pendingFolder = join(folder, 'pending');
  const incoming = join(folder, 'incoming');
  for (const path of [objects, pendingFolder, incoming]) await mkdir(path, { recursive: true });
  const shards = new Set(await readdir(objects));

  const objectPath = (submission: string): string => join(objects, submission.slice(0, 2), submission);

  async function openShard(submission: string): Promise<string> {
    const shard = submission.slice(0, 2);
    const path = join(objects, shard);
    if (!shards.has(shard)) {
      await mkdir(path, { recursive: true });
      await syncFolder(objects);
      shards.add(shard);
    }
    return path;
  }

  async function withObject<T>(submission: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
    if (!/^[0-9a-f]{64}$/.test(submission)) return undefined;
    let file: FileHandle;
    try {
      file = await open(objectPath(submission), constants.O_RDONLY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  async function facts(submission: string): Promise<StoredSubmission | undefined> {
    return withObject(submission, async (file) => (await readHeader(file))?.header);
  }

  /** False for a mark whose submission is still being received: who settles that loses it if a kill comes next. */
  const isStored = async (submission: string): Promise<boolean> =>
    /^[0-9a-f]{64}$/.test(submission) && (await stat(objectPath(submission)).catch(() => undefined)) !== undefined;

  /** The content is hashed while it is spooled; the header, which needs the hash, has a fixed place of fixed size. */
  async function put(
    arrival: ArrivalFacts,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Receipt> {
    const spool = join(incoming, randomBytes(12).toString('hex'));
    const headerSize = Buffer.byteLength(JSON.stringify(arrival)) + 256;
    const contentAt = 8 + headerSize;
    const file = await open(spool, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
    let spooled = true;
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of content) {
        hash.update(chunk);
        await file.write(chunk, 0, chunk.length, contentAt + bytes);
        bytes += chunk.length;
        if (bytes > maxBytes) {
          throw new BellwetherError('PAYLOAD_TOO_LARGE', `the submission exceeds ${maxBytes} bytes`);
        }
      }
      await step?.('spooled');
      const sha256 = hash.digest('hex');
      const submission = identify(arrival, sha256);
      const earlier = await facts(submission);
      if (earlier) return { ...receiptOf(earlier), duplicate: true };
      const stored: StoredSubmission = { submission, ...arrival, sha256, bytes };
      const header = Buffer.alloc(8 + headerSize, ' ');
      MAGIC.copy(header);
      header.writeUInt32LE(headerSize, 4);
      header.write(JSON.stringify(stored), 8);
      await file.write(header, 0, header.length, 0);
      await file.sync();
      await step?.('synced');
      const mark = await open(
        join(pendingFolder, submission),
        constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY,
        0o600,
      );
      await mark.close();
      await syncFolder(pendingFolder);
      await step?.('marked');
      const shard = await openShard(submission);
      await rename(spool, objectPath(submission));
      spooled = false;
      await syncFolder(shard);
      await step?.('renamed');
      return { ...receiptOf(stored), duplicate: false };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new BellwetherError('STORAGE_FULL', 'no receipt was given', {}, { cause: error });
      }
      throw error;
    } finally {
      await file.close();
      if (spooled) await unlink(spool).catch(() => undefined);
    }
  }

  return {
    put,
    facts,
    async content(submission) {
      const content = await withObject(submission, async (file) => {
        const found = await readHeader(file);
        if (!found) return undefined;
        const buffer = Buffer.allocUnsafe(found.header.bytes);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, found.contentAt);
        return bytesRead === buffer.length ? buffer : undefined;
      });
      if (!content) throw new BellwetherError('UNKNOWN_SUBMISSION', `the raw store has no content of ${submission}`);
      return content;
    },
    async pending() {
      const pending: string[] = [];
      for (const name of await readdir(pendingFolder)) if (await isStored(name)) pending.push(name);
      return pending;
    },
    pendingCount: async () => (await readdir(pendingFolder)).length,
    async settle(submission) {
      await unlink(join(pendingFolder, submission)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
    async reopen(submission) {
      if (!(await isStored(submission))) {
        throw new BellwetherError('UNKNOWN_SUBMISSION', 'the raw store does not hold it');
      }
      await (await open(join(pendingFolder, submission), constants.O_CREAT | constants.O_WRONLY, 0o600)).close();
      await syncFolder(pendingFolder);
    },
    async *all() {
      for (const shard of await readdir(objects)) yield* await readdir(join(objects, shard));
    },
  };
}

function receiptOf({
  submission,
  feed,
  name,
  sha256,
  bytes,
  receivedAt,
}: StoredSubmission): Omit<Receipt, 'duplicate'> {
  return { submission, feed, name, sha256, bytes, receivedAt };
}

/** Removes what was being written when a process died: older than what anyone can still be writing. */
export async function clearIncoming(folder: string, olderThan: number): Promise<void> {
  const isOld = async (path: string): Promise<boolean> => {
    const found = await stat(path).catch(() => undefined);
    return found !== undefined && found.mtimeMs < olderThan;
  };
  for (const name of await readdir(join(folder, 'incoming'))) {
    const path = join(folder, 'incoming', name);
    if (await isOld(path)) await unlink(path).catch(() => undefined);
  }
  for (const name of await readdir(join(folder, 'pending'))) {
    const mark = join(folder, 'pending', name);
    const object = await stat(join(folder, 'objects', name.slice(0, 2), name)).catch(() => undefined);
    if (!object && (await isOld(mark))) await unlink(mark).catch(() => undefined);
  }
}
