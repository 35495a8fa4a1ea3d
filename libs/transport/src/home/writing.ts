import { BellwetherError } from '#vocabulary';
import type { StagedFile } from '../staging/index.js';

/** A file while a sender writes it. Bytes may come out of order within a window; none is ever written twice. */
export interface Writing {
  readonly file: StagedFile;
  /** Bytes that are there. */
  size(): number;
  /** Throws REQUEST_INVALID for bytes that are there already, or too far ahead. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Waits for what is being written. Throws REQUEST_INVALID when bytes are missing in between. */
  end(): Promise<void>;
  /** Somebody else writes the file from now on, or the sender is gone. */
  leave(): Promise<void>;
}

/** Clients that write in parallel keep 64 writes of 32 KiB under way. */
const WINDOW_BYTES = 8 * 2 ** 20;
const WINDOW_WRITES = 512;

interface Early {
  readonly bytes: Uint8Array;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

export function openWriting(file: StagedFile): Writing {
  const early = new Map<number, Early>();
  let earlyBytes = 0;
  let isLeft = false;
  let broken: { readonly error: unknown } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const refuse = (detail: string): BellwetherError => new BellwetherError('REQUEST_INVALID', detail);

  async function append(bytes: Uint8Array): Promise<void> {
    await file.append(bytes);
    for (let next = early.get(file.bytes()); next; next = early.get(file.bytes())) {
      early.delete(file.bytes());
      earlyBytes -= next.bytes.length;
      try {
        await file.append(next.bytes);
      } catch (error) {
        next.failed(error);
        throw error;
      }
      next.written();
    }
  }

  /** Resolves to what is to be waited for: a write that came early waits for those before it, and holds up nobody. */
  async function place(offset: number, bytes: Uint8Array): Promise<{ done: Promise<void> | undefined }> {
    if (isLeft) throw refuse('the file was opened anew elsewhere');
    if (bytes.length === 0) return { done: undefined };
    const size = file.bytes();
    if (offset === size) {
      await append(bytes);
      return { done: undefined };
    }
    if (offset < size || early.has(offset)) throw refuse(`byte ${offset} is there already; the next is ${size}`);
    if (earlyBytes + bytes.length > WINDOW_BYTES || early.size >= WINDOW_WRITES)
      throw refuse(`byte ${offset} comes too early; the next is ${size}`);
    earlyBytes += bytes.length;
    const done = new Promise<void>((written, failed) => early.set(offset, { bytes, written, failed }));
    done.catch(() => undefined);
    return { done };
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  }
  function giveUpEarly(why: string): void {
    for (const { failed } of early.values()) failed(refuse(why));
    early.clear();
  }

  return {
    file,
    size: () => file.bytes(),
    async write(offset, bytes) {
      try {
        const placed = await inTurn(() => place(offset, bytes));
        await placed.done;
      } catch (error) {
        broken ??= { error };
        throw error;
      }
    },
    end: () =>
      inTurn(async () => {
        if (isLeft) throw refuse('the file was opened anew elsewhere');
        // A client may close after a write that failed; the rest must not pass for the whole.
        if (broken) throw broken.error;
        if (early.size === 0) return file.sync();
        giveUpEarly('bytes before these never came');
        throw refuse(`bytes from ${file.bytes()} on are missing`);
      }),
    leave: () =>
      inTurn(async () => {
        if (isLeft) return;
        isLeft = true;
        giveUpEarly('the file was left');
        await file.sync().catch(() => undefined);
        await file.close();
      }),
  };
}
