import { scryptSync } from 'node:crypto';

/** A mark by which a record key is recognised, too costly to guess the key from. */
export function keyMark(key: Uint8Array, takenAt: string): string {
  return scryptSync(key, `bellwether record key ${takenAt}`, 16).toString('hex');
}
