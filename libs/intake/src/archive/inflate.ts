import { inflateRawSync } from 'node:zlib';

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

/**
 * Inflates raw deflate data (RFC 1951) to at most `most` bytes, never allocating more than that; `expected` is the
 * size to allocate at first.
 */
export function inflate(packed: Uint8Array, most: number, expected = most): Inflated | InflateFailure {
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
    if (code === 'Z_BUF_ERROR') return 'ends-early';
    if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') return 'invalid';
    throw error;
  }
}
