import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { exception, exceptionOf } from './exception.js';
import { literal } from './literal.js';
import type { Store } from './store.js';

/** Content-Encodings that Node 20 cannot read but the engine can; clickhouse-connect sends lz4 by default. */
export const ENGINE_ENCODINGS: ReadonlySet<string> = new Set(['lz4', 'zstd', 'xz', 'bz2', 'snappy']);

export interface InflateOptions {
  readonly store: Store;
  readonly request: IncomingMessage;
  readonly encoding: string;
  /** Bytes before and after decoding. */
  readonly bodyBytes: number;
}

/**
 * A body decoded by the engine: written to a file, read by the table function file() as one string, written to another
 * file. Both files are deleted when the generator ends, however it ends.
 *
 * @throws ClickHouseException where the body is not of that encoding, or too large.
 */
export async function* inflated({ store, request, encoding, bodyBytes }: InflateOptions): AsyncGenerator<Buffer> {
  const name = join(store.places.incoming, randomUUID());
  const packed = `${name}.${encoding}`;
  const unpacked = `${name}.body`;
  try {
    await pipeline(atMost(request, bodyBytes), createWriteStream(packed, { flags: 'wx', mode: 0o600 }));
    const source = `file(${literal(packed)}, 'RawBLOB', 'bytes String', ${literal(encoding)})`;
    // RawBLOB holds the string in memory, twice while it grows: this bounds what a bomb can unfold to.
    const memory = `SETTINGS max_memory_usage = ${bodyBytes * 2 + 64 * 1024 * 1024}`;
    await store
      .ask(`SELECT bytes FROM ${source} ${memory} INTO OUTFILE ${literal(unpacked)} FORMAT RawBLOB`)
      .catch((error: unknown) => {
        const { code } = exceptionOf(error);
        throw exception('CANNOT_DECOMPRESS', `The body is not valid ${encoding} or too large (code ${code})`, 400);
      });
    for await (const chunk of createReadStream(unpacked)) yield chunk as Buffer;
  } finally {
    await rm(packed, { force: true });
    await rm(unpacked, { force: true });
  }
}

async function* atMost(request: IncomingMessage, bytes: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    const chunk = piece as Buffer;
    total += chunk.length;
    if (total > bytes) throw exception('TOO_LARGE_REQUEST', `The body exceeds ${bytes} bytes`);
    yield chunk;
  }
}
