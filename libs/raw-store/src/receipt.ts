import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BellwetherError, type Receipt } from '#vocabulary';
import { CREATE, type DiskFile, MARK, diskErrorOf, writeWhole } from './disk.js';
import { FrameSealer } from './envelope/frames.js';
import { SLOTS_BYTES, freshSlots } from './envelope/slots.js';
import { openFolderSync } from './folder-sync.js';
import { identify, shardOf } from './identity.js';
import { framesAfter, roomForFacts, sealFacts } from './object/body.js';
import { type Vault, withObject } from './object/open-object.js';
import { objectPath } from './object/places.js';
import type { ArrivalFacts, StoredSubmission } from './port.js';

/*
 * Order of a receipt: write, fsync the file, create the pending mark, fsync pending/, rename into place, fsync the folder.
 * A mark without its object is a receipt that was never given. Only ciphertext is written, from the first byte on.
 */

/** How far a receipt has come. */
export type ReceiptStep = 'spooled' | 'synced' | 'marked' | 'renamed';

export interface ReceiptOptions {
  readonly vault: Vault;
  readonly maxBytes: number;
  readonly reserveBytes: number;
  readonly step: ((name: ReceiptStep) => Promise<void>) | undefined;
}

/** While a submission comes in, the room on the disk is looked at again after so many bytes. */
const LOOK_AGAIN_BYTES = 16 << 20;
/** Arrivals of history keep their time as that of the file, by which tiers are chosen. */
const HISTORY_MS = 3_600_000;

/** Written at once, head and all; copying more costs more than another call. */
const SHORT_BYTES = 64 << 10;

interface Spool {
  readonly file: DiskFile;
  readonly key: Buffer;
  readonly sealer: FrameSealer;
}

export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export function createReceipts({ vault, maxBytes, reserveBytes, step }: ReceiptOptions) {
  const { disk, folders, keys } = vault;
  const shards = new Set<string>();
  const syncFolder = openFolderSync(disk);

  /** Intake stops while ledger and engine can still write. */
  async function refuseWithoutRoom(): Promise<void> {
    if (reserveBytes === 0) return;
    const { bavail, bsize } = await disk.statfs(folders.incoming);
    if (bavail * bsize < reserveBytes) {
      throw new BellwetherError('STORAGE_FULL', `less than the reserve of ${reserveBytes} bytes is free`);
    }
  }

  async function openShard(submission: string): Promise<string> {
    const shard = shardOf(submission);
    const path = join(folders.objects, shard);
    if (!shards.has(shard)) {
      await disk.mkdir(path);
      await syncFolder(folders.objects);
      shards.add(shard);
    }
    return path;
  }

  /** Facts of the same submission, received before. One whose facts are damaged is healed by being received again. */
  async function earlierFacts(submission: string): Promise<StoredSubmission | undefined> {
    try {
      return await withObject(vault, submission, (object) => Promise.resolve(object.stored));
    } catch (error) {
      if (error instanceof BellwetherError && error.code === 'OBJECT_DAMAGED') return undefined;
      throw error;
    }
  }

  async function spool(arrival: ArrivalFacts, content: Content, { file, key, sealer }: Spool) {
    const room = roomForFacts(arrival);
    if (room === undefined) throw new BellwetherError('REQUEST_INVALID', 'name and stated facts are too long to keep');
    const hash = createHash('sha256');
    const framesAt = SLOTS_BYTES + framesAfter(room);
    let at = framesAt;
    let bytes = 0;
    let lookAt = LOOK_AGAIN_BYTES;
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new BellwetherError('PAYLOAD_TOO_LARGE', `the submission exceeds ${maxBytes} bytes`);
      }
      hash.update(chunk);
      for (const frame of sealer.push(chunk)) {
        await writeWhole(file, frame, at);
        at += frame.length;
      }
      if (bytes < lookAt) continue;
      await refuseWithoutRoom();
      lookAt += LOOK_AGAIN_BYTES;
    }
    const last = sealer.finish();
    const sha256 = hash.digest('hex');
    const stored: StoredSubmission = { submission: identify(arrival, sha256), ...arrival, sha256, bytes };
    return {
      stored,
      async finish(): Promise<void> {
        const head = Buffer.concat([freshSlots('BWR2', keys, key), sealFacts(key, stored, room)]);
        if (at === framesAt && last.length <= SHORT_BYTES) await writeWhole(file, Buffer.concat([head, last]), 0);
        else {
          await writeWhole(file, last, at);
          await writeWhole(file, head, 0);
        }
        await file.sync();
      },
    };
  }

  async function mark(submission: string): Promise<void> {
    const marked = await disk.open(join(folders.pending, submission), MARK, 0o600);
    await marked.close();
    await syncFolder(folders.pending);
  }

  async function receive(arrival: ArrivalFacts, content: Content): Promise<Receipt> {
    await refuseWithoutRoom();
    const path = join(folders.incoming, randomBytes(12).toString('hex'));
    const file = await disk.open(path, CREATE, 0o600);
    const key = randomBytes(32);
    const sealer = new FrameSealer(key);
    let isSpooled = true;
    try {
      const { stored, finish } = await spool(arrival, content, { file, key, sealer });
      await step?.('spooled');
      const { submission } = stored;
      const earlier = await earlierFacts(submission);
      if (earlier) {
        // Who wrote it may not have come to its fsync yet, or have failed there.
        await syncFolder(join(folders.objects, shardOf(submission)));
        return { ...receiptOf(earlier), duplicate: true };
      }
      await finish();
      await step?.('synced');
      await mark(submission);
      await step?.('marked');
      const shard = await openShard(submission);
      await disk.rename(path, objectPath(folders, submission));
      isSpooled = false;
      await syncFolder(shard);
      if (Math.abs(Date.now() - stored.receivedAt) > HISTORY_MS) {
        const received = new Date(stored.receivedAt);
        await file.utimes(received, received);
      }
      await step?.('renamed');
      return { ...receiptOf(stored), duplicate: false };
    } finally {
      sealer.close();
      await file.close().catch(() => undefined); // what matters of it is synced, or thrown away
      if (isSpooled) await disk.unlink(path).catch(() => undefined);
    }
  }

  return {
    mark,
    async put(arrival: ArrivalFacts, content: Content): Promise<Receipt> {
      try {
        return await receive(arrival, content);
      } catch (error) {
        throw diskErrorOf(error);
      }
    },
  };
}

function receiptOf(stored: StoredSubmission): Omit<Receipt, 'duplicate'> {
  const { submission, feed, name, sha256, bytes, receivedAt } = stored;
  return { submission, feed, name, sha256, bytes, receivedAt };
}
