import { pbkdf2Sync } from 'node:crypto';

const ROUNDS = 1_000;

/** PBKDF2-HMAC-SHA1 (RFC 8018) with the 1,000 rounds of WinZip AES. */
export function deriveKey(password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  return pbkdf2Sync(password, salt, ROUNDS, length, 'sha1');
}
