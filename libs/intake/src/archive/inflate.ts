import { inflateRawSync } from 'node:zlib';
import { shortInflater } from './inflate-short.js';

export type InflateFailure =
  /** The compressed data ends before its last block does. */
  | 'ends-early'
  /** It is not deflate. */
  | 'invalid'
  /** It holds more than `most` bytes. */
  | 'too-long';

export interface Inflated {
  readonly data: Uint8Array;
  /** Compressed bytes that were used; what follows them is not part of the data. */
  readonly consumed: number;
}

interface InflateInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const failureOf = (code: unknown): InflateFailure | undefined =>
  code === 'Z_BUF_ERROR' ? 'ends-early' : code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' ? 'invalid' : undefined;

/** A member that inflates to no more than this is allocated whole. */
const SHORT_BYTES = 64 << 10;

/** One byte more than may be: it stays free where the data is as long as it says. */
function inflateShort(packed: Uint8Array, most: number): Inflated | InflateFailure | undefined {
  const room = Buffer.allocUnsafe(most + 1);
  const done = shortInflater?.run(packed, room);
  if (done === undefined || typeof done === 'string') return failureOf(done);
  if (done.free === 0) return 'too-long';
  return { data: room.subarray(0, room.length - done.free), consumed: packed.length - done.unread };
}

/**
 * Inflates raw deflate data (RFC 1951) to at most `most` bytes, never allocating more than that; `expected` is the
 * size to allocate at first.
 */
export function inflate(packed: Uint8Array, most: number, expected = most): Inflated | InflateFailure {
  const short = most <= SHORT_BYTES ? inflateShort(packed, most) : undefined;
  if (short !== undefined) return short;
  try {
    const result: unknown = inflateRawSync(packed, {
      chunkSize: Math.max(64, expected),
      maxOutputLength: Math.max(1, most),
      info: true,
    });
    const { buffer, engine } = result as InflateInfo; // `info: true` is missing in the types of Node 20
    if (buffer.length > most) return 'too-long';
    // The buffer is a view of what was allocated, which must not stay alive for a few bytes of it.
    const data = 2 * buffer.length < expected ? Uint8Array.from(buffer) : buffer;
    return { data, consumed: engine.bytesWritten };
  } catch (error) {
    const code = typeof error === 'object' && error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-long';
    const failure = failureOf(code);
    if (failure === undefined) throw error;
    return failure;
  }
}
