import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readdir } from 'node:fs/promises';
import { segmentOf } from './chain.js';
import { entryOf, type NumberedEntry } from './entry.js';

/** The entries of a trail in order, as they stand there; see verifyAudit for whether they are to be believed. */
export async function* readAudit(folder: string): AsyncGenerator<NumberedEntry> {
  const files = (await readdir(folder)).filter((file) => segmentOf(file) !== undefined).sort();
  for (const file of files) {
    const lines = createInterface({ input: createReadStream(join(folder, file), 'utf8'), crlfDelay: Infinity });
    for await (const line of lines) {
      try {
        const entry = entryOf(line);
        if (entry) yield entry;
      } catch {
        // a line that is being written, or was damaged
      }
    }
  }
}
