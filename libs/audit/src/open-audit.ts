import { mkdir, open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { beginLine, codeOf, HEAD_FILE, headFile, sealLine, segmentName } from './chain.js';
import { type AuditEntry, lineOf } from './entry.js';
import { recover } from './recover.js';

/** Entries wait this long for others, to be written and fsynced together: so much can be lost with the power. */
const FLUSH_MS = 250;
/** A segment is closed when it has become as long. */
const SEGMENT_BYTES = 64 * 2 ** 20;
/** Entries that wait for a disk that does not take them. With more, nothing that has to be recorded is begun. */
const MOST_WAITING = 100_000;
/** Beyond it nothing is recorded at all: what had begun when the trail fell behind has room up to here. */
const MOST_HELD = 200_000;

/** An append-only trail, owned by one process; see chain.ts. */
export interface Audit {
  /** Costs no more than a write to a list; on disk within {@link FLUSH_MS}. Throws STORAGE_FAILED when it is
   * far behind; who asks isBehind first never sees that. */
  record(entry: AuditEntry): void;
  /** So much waits for the disk that nothing more can be recorded. */
  readonly isBehind: boolean;
  /** Resolves once everything recorded so far is on disk: for what must not happen unrecorded. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly folder: string;
  readonly key: Uint8Array;
  /** Told when the disk does not take it; it is tried again. */
  readonly onError: (error: unknown) => void;
  readonly flushMs?: number;
  readonly segmentBytes?: number;
}

/** Opens the trail of a folder, or begins one. What a crash has left unfinished is cut off, and that is recorded. */
export async function openAudit({
  folder,
  key,
  onError,
  flushMs = FLUSH_MS,
  segmentBytes = SEGMENT_BYTES,
}: AuditOptions): Promise<Audit> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await recover(folder, key);
  let head = found.head;
  /** Every opening begins a segment. */
  let file: FileHandle | undefined;
  let waiting: AuditEntry[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  /** Bytes that are written, though the head does not say so yet. */
  let unsaid = '';

  /** One write, one fsync, then the head: a crash between leaves a batch that the head does not know, and no less. */
  async function writeBatch(entries: readonly AuditEntry[]): Promise<void> {
    let { n, segment, bytes, code } = head;
    let lines = '';
    let isNew = false;
    if (!file || bytes >= segmentBytes) {
      segment++;
      bytes = 0;
      lines = beginLine(segment, head);
      await file?.close();
      file = undefined;
      file = await open(join(folder, segmentName(segment)), 'w', 0o600);
      isNew = true;
    }
    for (const entry of entries) lines += lineOf(++n, entry);
    const batch = Buffer.from(lines);
    code = codeOf(key, code, batch);
    const whole = Buffer.concat([batch, Buffer.from(sealLine(n, code))]);
    await file.truncate(bytes); // what an attempt before has left of itself
    await file.write(whole, 0, whole.length, bytes);
    await file.datasync();
    if (isNew) await syncFolder(folder);
    head = { n, segment, bytes: bytes + whole.length, code };
    await writeHead();
  }

  async function writeHead(): Promise<void> {
    unsaid = headFile(key, head);
    await writeFile(join(folder, `${HEAD_FILE}.new`), unsaid, { mode: 0o600, flush: true });
    await rename(join(folder, `${HEAD_FILE}.new`), join(folder, HEAD_FILE));
    unsaid = '';
  }

  async function flush(): Promise<void> {
    if (unsaid !== '') await writeHead();
    if (waiting.length === 0) return;
    const entries = waiting;
    waiting = [];
    const before = head;
    try {
      await writeBatch(entries);
    } catch (error) {
      if (head === before) {
        waiting = entries.concat(waiting);
        await file?.close().catch(() => undefined);
        file = undefined; // a batch may be there in part: recovered at the next opening, and not written over
      }
      throw error;
    }
  }

  function flushSoon(): void {
    timer = undefined;
    writing = writing.then(flush).catch((error: unknown) => {
      onError(error);
      timer ??= setTimeout(flushSoon, 10 * flushMs).unref();
    });
  }

  const audit: Audit = {
    get isBehind() {
      return waiting.length >= MOST_WAITING;
    },
    record(entry) {
      if (waiting.length >= MOST_HELD)
        throw new BellwetherError(
          'STORAGE_FAILED',
          'the audit trail cannot be written, so nothing is done that belongs into it',
        );
      waiting.push(entry);
      timer ??= setTimeout(flushSoon, flushMs).unref();
    },
    settled: () => (writing = writing.catch(() => undefined).then(flush)),
    async close() {
      clearTimeout(timer);
      await audit.settled();
      await file?.close();
    },
  };
  for (const entry of found.notes) audit.record(entry);
  if (found.notes.length > 0) await audit.settled();
  return audit;
}

/** So that the name of a new file is as durable as its content. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
