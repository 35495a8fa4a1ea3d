import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secret } from './settings/secret.js';

/**
 * The key of the hashes that stand for record identifiers: as set, else kept in `<data>/keys`, made on first use.
 * Losing it makes corrections of earlier records look like new records: back it up with the data.
 */
export function recordKeyOf({
  dataFolder,
  recordKey,
}: {
  dataFolder: string;
  recordKey: Secret | undefined;
}): Uint8Array {
  if (recordKey) return Buffer.from(recordKey.reveal());
  const folder = join(dataFolder, 'keys');
  const path = join(folder, 'record.key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, randomBytes(32));
  chmodSync(fresh, 0o400);
  try {
    linkSync(fresh, path); // of several processes that start at once, the first one's key holds
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
  return readFileSync(path);
}
