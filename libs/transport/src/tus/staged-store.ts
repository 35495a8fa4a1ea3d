import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Staging } from '../staging/index.js';

/** An upload as its owner asks about it. */
export interface Progress {
  readonly feed: string;
  readonly name: string;
  readonly length: number;
  readonly offset: number;
}

interface StagedStoreOptions {
  readonly staging: Staging;
  readonly expiresAfter: number;
  /** Whose upload is being made, and for which feed under which name. */
  intended(): { readonly owner: string; readonly feed: string; readonly name: string };
  /** Of an upload all bytes of which are here: resolves when it has a receipt. */
  settle(id: string): Promise<void>;
  /** An upload that has its receipt. */
  done(id: string): Progress | undefined;
}

/**
 * The staging area as the tus server wants to see it. An upload all bytes of which are here says so only when it has
 * its receipt: a client whose last answer was lost asks for the offset, and takes the length for success.
 */
export class StagedStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];

  constructor(private readonly options: StagedStoreOptions) {
    super();
  }

  override async create(upload: Upload): Promise<Upload> {
    const file = await this.options.staging.create({ ...this.options.intended(), length: upload.size });
    await file.close();
    upload.id = file.id;
    return upload;
  }

  override async write(stream: Readable, id: string): Promise<number> {
    const file = await this.options.staging.open(id);
    if (!file) throw ERRORS.FILE_NOT_FOUND;
    try {
      const length = file.facts().length ?? 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (file.bytes() + chunk.length > length) throw ERRORS.ERR_SIZE_EXCEEDED;
        await file.append(chunk);
      }
      return file.bytes();
    } finally {
      await file.sync();
      await file.close();
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const { staging, settle, done } = this.options;
    const finished = done(id);
    if (finished) return uploadOf(id, finished);
    const file = await staging.open(id);
    if (!file) throw ERRORS.FILE_NOT_FOUND;
    const { feed, name, length = 0, createdAt } = file.facts();
    const offset = file.bytes();
    await file.close();
    if (offset === length) await settle(id);
    return uploadOf(id, { feed, name, length, offset, createdAt });
  }

  override async remove(id: string): Promise<void> {
    const file = await this.options.staging.open(id);
    if (!file) throw ERRORS.FILE_NOT_FOUND;
    await file.remove();
  }

  override getExpiration(): number {
    return this.options.expiresAfter;
  }

  override deleteExpired(): Promise<number> {
    return this.options.staging.sweep();
  }
}

function uploadOf(id: string, { feed, name, length, offset, createdAt }: Progress & { createdAt?: number }): Upload {
  return new Upload({
    id,
    size: length,
    offset,
    metadata: { feed, filename: name },
    creation_date: new Date(createdAt ?? Date.now()).toISOString(),
  });
}
