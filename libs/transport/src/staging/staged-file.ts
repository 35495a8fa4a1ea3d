import { type Cipher, randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { BellwetherError } from '#vocabulary';
import { cipherFrom, CONTENT_AT, HEADER_AT, HEADER_BYTES, MAGIC } from './staged-format.js';

export interface StagedFacts {
  /** Id of a principal. */
  readonly owner: string;
  readonly feed: string;
  /** File name as sent; it may still change. */
  readonly name: string;
  /** Bytes that were announced; undefined: not known before the end. */
  readonly length?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A staged file that is open: only to be appended to, one call after the other. */
export interface StagedFile {
  readonly id: string;
  facts(): StagedFacts;
  bytes(): number;
  /** Throws PAYLOAD_TOO_LARGE, STORAGE_FULL. */
  append(chunk: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  rename(name: string): Promise<void>;
  /** All bytes, from the first. */
  content(): AsyncGenerator<Buffer>;
  close(): Promise<void>;
  /** Also closes. */
  remove(): Promise<void>;
}

interface StagedFileOptions {
  readonly path: string;
  readonly id: string;
  readonly key: Buffer;
  readonly facts: StagedFacts;
  readonly maxBytes: number;
  grown(bytes: number): void;
  renamed(facts: StagedFacts): void;
  removed(): void;
}

const READ_BYTES = 256 * 1024;

export async function writeStagedHeader(
  file: FileHandle,
  key: Buffer,
  facts: StagedFacts,
  contentCounter: Buffer,
): Promise<void> {
  const text = Buffer.from(JSON.stringify(facts));
  if (text.length > HEADER_BYTES) throw new BellwetherError('REQUEST_INVALID', 'the names of the file are too long');
  const header = Buffer.alloc(HEADER_BYTES, ' ');
  text.copy(header);
  const headerCounter = randomBytes(16);
  const sealed = cipherFrom(key, headerCounter, 0).update(header);
  const whole = Buffer.concat([MAGIC, headerCounter, contentCounter, sealed]);
  await file.write(whole, 0, whole.length, 0);
}

async function readHeader(
  file: FileHandle,
  key: Buffer,
): Promise<{ facts: StagedFacts; contentCounter: Buffer } | undefined> {
  const lead = Buffer.alloc(CONTENT_AT);
  const { bytesRead } = await file.read(lead, 0, lead.length, 0);
  if (bytesRead < lead.length || !lead.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const text = cipherFrom(key, lead.subarray(4, 20), 0).update(lead.subarray(HEADER_AT));
  try {
    return { facts: JSON.parse(text.toString()) as StagedFacts, contentCounter: Buffer.from(lead.subarray(20, 36)) };
  } catch {
    return undefined; // another key, or torn by a crash while it was made
  }
}

/** Undefined: there is no such file, or it cannot be read any more. */
export async function readStagedFacts(path: string, key: Buffer): Promise<StagedFacts | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    return (await readHeader(file, key))?.facts;
  } finally {
    await file.close();
  }
}

export async function openStagedFile(options: StagedFileOptions): Promise<StagedFile> {
  const { path, key, maxBytes } = options;
  const file = await open(path, 'r+');
  const header = await readHeader(file, key);
  let bytes = (await file.stat()).size - CONTENT_AT;
  let facts = options.facts;
  let cipher: Cipher | undefined;
  if (!header) {
    await file.close();
    throw new BellwetherError('INTERNAL', 'a staged file cannot be read');
  }
  const { contentCounter } = header;
  return {
    id: options.id,
    facts: () => facts,
    bytes: () => bytes,
    async append(chunk) {
      if (bytes + chunk.length > maxBytes)
        throw new BellwetherError('PAYLOAD_TOO_LARGE', `more than ${maxBytes} bytes`);
      cipher ??= cipherFrom(key, contentCounter, bytes);
      const sealed = cipher.update(chunk);
      try {
        for (let done = 0; done < sealed.length;) {
          done += (await file.write(sealed, done, sealed.length - done, CONTENT_AT + bytes + done)).bytesWritten;
        }
      } catch (error) {
        cipher = undefined;
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        throw new BellwetherError('STORAGE_FULL', 'the transfer is not complete', {}, { cause: error });
      }
      bytes += sealed.length;
      options.grown(bytes);
    },
    sync: () => file.datasync(),
    async rename(name) {
      facts = { ...facts, name };
      await writeStagedHeader(file, key, facts, contentCounter);
      options.renamed(facts);
    },
    async *content() {
      const clear = cipherFrom(key, contentCounter, 0);
      for (let at = 0; at < bytes;) {
        const chunk = Buffer.allocUnsafe(Math.min(READ_BYTES, bytes - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, CONTENT_AT + at);
        if (bytesRead === 0) throw new BellwetherError('INTERNAL', 'a staged file has become shorter');
        yield clear.update(chunk.subarray(0, bytesRead));
        at += bytesRead;
      }
    },
    close: () => file.close(),
    async remove() {
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
      options.removed();
    },
  };
}
