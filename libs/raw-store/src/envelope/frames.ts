import { createCipheriv, createDecipheriv } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/*
 * Content as authenticated frames, the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015, section 7; as in Tink and age.
 *
 *   frame   length of what follows, UInt32 LE | ciphertext | tag, 16
 *   plain   0: as it is, 1: brotli | up to 256 KiB
 *   nonce   purpose, 1 | 0 × 6 | index of the frame, UInt32 BE | 1 for the last frame, else 0
 *
 * A frame opens only at its index, and only the last one as the last: what is changed, swapped, dropped or cut fails. The
 * nonce may start at 0 because each object has a key of its own.
 */

export const FRAME_BYTES = 256 * 1024;
const TAG_BYTES = 16;
/** Around the bytes of a frame: length, method, tag. */
const LARGEST_SEALED = FRAME_BYTES + 1 + TAG_BYTES;

const STORED = 0;
const BROTLI = 1;
/** Smaller frames end in the same block of the disk. */
const WORTH_TRYING = 4096;

/** What a key of one object seals; each has nonces of its own. */
export const PURPOSE = { content: 0, facts: 1 } as const;

function nonceOf({ purpose, index, last }: { purpose: number; index: number; last: boolean }): Buffer {
  const nonce = Buffer.alloc(12);
  nonce[0] = purpose;
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

interface At {
  readonly purpose: number;
  readonly index: number;
  readonly last: boolean;
  /** Authenticated with it, not written. */
  readonly bound?: Buffer;
}

/** Ciphertext and tag, AES-256-GCM. */
export function seal(key: Buffer, plain: Uint8Array, at: At): Buffer {
  const { sealed, tag } = sealApart(key, plain, at);
  return Buffer.concat([sealed, tag]);
}

function sealApart(key: Buffer, plain: Uint8Array, at: At): { readonly sealed: Buffer; readonly tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(at));
  if (at.bound) cipher.setAAD(at.bound);
  const sealed = cipher.update(plain);
  cipher.final();
  return { sealed, tag: cipher.getAuthTag() };
}

/** Undefined: not what was sealed under this key at this place. */
export function unseal(key: Buffer, sealed: Buffer, at: At): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(at), { authTagLength: TAG_BYTES });
  if (at.bound) decipher.setAAD(at.bound);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

const isPacked = (start: Uint8Array): boolean =>
  (start[0] === 0x50 && start[1] === 0x4b) || (start[0] === 0x1f && start[1] === 0x8b);

/** Of one sealer: a frame that is gathered, behind its method, and one that is sealed. */
interface Memory {
  readonly plain: Buffer;
  readonly sealed: Buffer;
}

/** Kept between receipts: memory of this size that is new each time costs more than sealing does. */
const spare: Memory[] = [];
const MOST_SPARE = 16;
const newMemory = (): Memory => ({
  plain: Buffer.allocUnsafeSlow(1 + FRAME_BYTES),
  sealed: Buffer.allocUnsafeSlow(4 + LARGEST_SEALED),
});

/**
 * Cuts content into frames and seals them. A chunk may be overwritten once it was pushed; a frame is good until the
 * next one is asked for.
 */
export class FrameSealer {
  readonly #key: Buffer;
  readonly #memory = spare.pop() ?? newMemory();
  #size = 0;
  #index = 0;
  /** Until a frame shows that it does not earn. */
  #compresses: boolean | undefined;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The frames that are complete, and known not to be the last. */
  *push(chunk: Uint8Array): Generator<Buffer, void> {
    for (let rest = chunk; rest.length > 0;) {
      if (this.#size === FRAME_BYTES) yield this.#frame(false);
      const part = rest.subarray(0, FRAME_BYTES - this.#size);
      this.#memory.plain.set(part, 1 + this.#size);
      this.#size += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** The last frame, empty if need be. */
  finish(): Buffer {
    return this.#frame(true);
  }

  /** No frame of it is used any more. To be called once, at the end. */
  close(): void {
    if (spare.length < MOST_SPARE) spare.push(this.#memory);
  }

  #frame(last: boolean): Buffer {
    const { plain, sealed } = this.#memory;
    const whole = plain.subarray(1, 1 + this.#size);
    this.#compresses ??= !isPacked(whole);
    const small =
      this.#compresses && whole.length >= WORTH_TRYING
        ? brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
        : whole;
    const earns = small.length < whole.length * 0.875;
    if (small !== whole) this.#compresses = earns;
    if (earns) plain.set(small, 1);
    plain[0] = earns ? BROTLI : STORED;
    const end = 1 + (earns ? small.length : whole.length);
    const at = { purpose: PURPOSE.content, index: this.#index++, last };
    const done = sealApart(this.#key, plain.subarray(0, end), at);
    sealed.writeUInt32LE(end + TAG_BYTES);
    sealed.set(done.sealed, 4);
    sealed.set(done.tag, 4 + end);
    this.#size = 0;
    return sealed.subarray(0, 4 + end + TAG_BYTES);
  }
}

/** Reads `length` bytes at `at`, or fewer where the object ends. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>;

/** The content of the frames from `at` to `end`. Undefined, and the end: a frame that does not open there. */
export async function* openFrames(
  key: Buffer,
  { read, at, end }: { read: ReadAt; at: number; end: number },
): AsyncGenerator<Buffer | undefined, void> {
  for (let index = 0, from = at; from < end || index === 0; index++) {
    const lead = await read(from, 4);
    const length = lead.length === 4 ? lead.readUInt32LE() : 0;
    const next = from + 4 + length;
    if (length === 0 || length > LARGEST_SEALED || next > end) return yield undefined;
    const sealed = await read(from + 4, length);
    const plain = unseal(key, sealed, { purpose: PURPOSE.content, index, last: next === end });
    if (!plain) return yield undefined;
    // What the tag vouches for was written by us.
    const body = plain.subarray(1);
    yield plain[0] === BROTLI ? brotliDecompressSync(body, { maxOutputLength: FRAME_BYTES }) : body;
    from = next;
  }
}
