import { constants } from 'node:fs';
import { nodeDisk } from '#raw-store';

const CHUNK_BYTES = 256 << 10;
/** Kept between files: a stream takes new memory for each chunk, and the collector has to find it again. */
const spare: Buffer[] = [];
const MOST_SPARE = 16;

/** The bytes of a file. Opened when it is asked for them; a chunk is overwritten by the next one. */
export async function* fileContent(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await nodeDisk.open(path, constants.O_RDONLY);
  const chunk = spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    if (spare.length < MOST_SPARE) spare.push(chunk);
    await file.close();
  }
}
