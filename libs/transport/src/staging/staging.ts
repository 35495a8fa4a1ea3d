import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { CONTENT_AT } from './staged-format.js';
import {
  openStagedFile,
  readStagedFacts,
  writeStagedHeader,
  type StagedFacts,
  type StagedFile,
} from './staged-file.js';

/**
 * Where transfers lie that are not complete, encrypted, until they are complete or expire. Nothing here has a receipt.
 *
 * Not promised: that what was appended is still there after a power failure, unless `sync` came in between.
 */
export interface Staging {
  /** Throws TOO_MANY_REQUESTS when the owner has too many unfinished files, STORAGE_FULL when all have too much. */
  create(facts: Omit<StagedFacts, 'createdAt'>): Promise<StagedFile>;
  /** Undefined: there is none, or it has expired. To be closed. */
  open(id: string): Promise<StagedFile | undefined>;
  /** Unfinished files of an owner. */
  of(owner: string): readonly StagedEntry[];
  /** Removes what has expired; how many. */
  sweep(): Promise<number>;
}

export interface StagedEntry {
  readonly id: string;
  readonly facts: StagedFacts;
  readonly bytes: number;
}

export interface StagingOptions {
  /** Owned by one process. */
  readonly folder: string;
  /** 32 bytes. */
  readonly key: Buffer;
  /** Of one file. */
  readonly maxBytes: number;
  now(): number;
}

/** Unfinished files of one owner. */
export const MOST_UNFINISHED = 200;
/** Unfinished files of everybody. */
const MOST_STAGED = 20_000;
/** Bytes of all unfinished files. */
const MOST_STAGED_BYTES = 16 * 2 ** 30;
/** After its creation. */
export const EXPIRES_MS = 24 * 3_600_000;

export async function openStaging({ folder, key, maxBytes, now }: StagingOptions): Promise<Staging> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = new Map<string, { facts: StagedFacts; bytes: number }>();
  const path = (id: string): string => join(folder, id);
  const isId = (id: string): boolean => /^[0-9a-f]{32}$/.test(id);
  const isExpired = ({ createdAt }: StagedFacts): boolean => now() - createdAt > EXPIRES_MS;

  for (const id of await readdir(folder)) {
    const facts = isId(id) ? await readStagedFacts(path(id), key) : undefined;
    if (facts) entries.set(id, { facts, bytes: Math.max(0, (await stat(path(id))).size - CONTENT_AT) });
    else await unlink(path(id));
  }

  function roomFor(owner: string): void {
    let own = 0;
    let bytes = 0;
    for (const entry of entries.values()) {
      bytes += entry.bytes;
      if (entry.facts.owner === owner) own++;
    }
    if (own >= MOST_UNFINISHED) {
      throw new BellwetherError('TOO_MANY_REQUESTS', `${own} transfers are unfinished; finish or remove some`, {}, {
        retryAfter: 60,
      }); // prettier-ignore
    }
    if (entries.size >= MOST_STAGED || bytes + maxBytes > MOST_STAGED_BYTES)
      throw new BellwetherError('STORAGE_FULL', 'too much is unfinished');
  }

  async function opened(id: string, facts: StagedFacts): Promise<StagedFile> {
    const entry = { facts, bytes: 0 };
    const file = await openStagedFile({
      path: path(id),
      id,
      key,
      facts,
      maxBytes,
      grown: (bytes) => (entry.bytes = bytes),
      renamed: (renamed) => (entry.facts = renamed),
      removed: () => entries.delete(id),
    });
    entry.bytes = file.bytes();
    entries.set(id, entry);
    return file;
  }

  return {
    async create(given) {
      roomFor(given.owner);
      const facts = { ...given, createdAt: now() };
      const id = randomBytes(16).toString('hex');
      entries.set(id, { facts, bytes: 0 });
      try {
        const file = await open(path(id), 'wx', 0o600);
        try {
          await writeStagedHeader(file, key, facts, randomBytes(16));
        } finally {
          await file.close();
        }
        return await opened(id, facts);
      } catch (error) {
        entries.delete(id);
        throw error;
      }
    },
    async open(id) {
      const facts = isId(id) ? await readStagedFacts(path(id), key) : undefined;
      return facts && !isExpired(facts) ? opened(id, facts) : undefined;
    },
    of: (owner) =>
      [...entries]
        .filter(([, { facts }]) => facts.owner === owner && !isExpired(facts))
        .map(([id, { facts, bytes }]) => ({ id, facts, bytes })),
    async sweep() {
      let swept = 0;
      for (const [id, { facts }] of entries) {
        if (!isExpired(facts)) continue;
        entries.delete(id);
        await unlink(path(id)).catch(() => undefined);
        swept++;
      }
      return swept;
    },
  };
}
