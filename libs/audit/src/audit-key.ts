import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const BYTES = 32;

/** The key of the chain, made at the first use (mode 0400). Who has it can forge the trail: keep a copy elsewhere. */
export function auditKeyOf(path: string): Uint8Array {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, randomBytes(BYTES), { mode: 0o400, flush: true });
  try {
    linkSync(fresh, path); // of several processes that start at once, the first one's key holds
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
  return readFileSync(path);
}
