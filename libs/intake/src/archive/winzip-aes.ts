import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyDerivation } from './pbkdf2.js';

/** Strength as the extra field 0x9901 states it: 1 is AES-128, 2 is AES-192, 3 is AES-256. */
export type AesStrength = 1 | 2 | 3;

const keyLength = (strength: AesStrength): number => 8 + 8 * strength;
const saltLength = (strength: AesStrength): number => 4 + 4 * strength;
const VERIFIER = 2;
const CODE = 10;
const BLOCK = 16;

/** Bytes that encryption adds to a member: salt, password verifier, authentication code. */
export const aesOverhead = (strength: AesStrength): number => saltLength(strength) + VERIFIER + CODE;

export type AesFailure = 'wrong-password' | 'wrong-code';

/**
 * Decrypts a member by WinZip AES (https://www.winzip.com/en/support/aes-encryption/, AE-1 and AE-2 alike):
 * `salt | verifier (2) | ciphertext | first 10 bytes of HMAC-SHA1(ciphertext)`, keys by PBKDF2-HMAC-SHA1 with 1,000
 * rounds. The code is checked before anything is decrypted.
 */
export function aesDecrypt(packed: Uint8Array, derive: KeyDerivation, strength: AesStrength): Uint8Array | AesFailure {
  const salted = saltLength(strength);
  const keyed = keyLength(strength);
  const keys = derive(packed.subarray(0, salted), 2 * keyed + VERIFIER);
  if (keys[2 * keyed] !== packed[salted] || keys[2 * keyed + 1] !== packed[salted + 1]) return 'wrong-password';
  const cipher = packed.subarray(salted + VERIFIER, packed.length - CODE);
  const code = createHmac('sha1', keys.subarray(keyed, 2 * keyed))
    .update(cipher)
    .digest()
    .subarray(0, CODE);
  if (!timingSafeEqual(code, packed.subarray(packed.length - CODE))) return 'wrong-code';
  return counterMode(cipher, keys.subarray(0, keyed), strength);
}

/** Counter blocks of a large member are encrypted so many at a time, which bounds the memory. */
const BATCH = 4_096;

/** WinZip counts blocks little-endian from 1, which no mode of OpenSSL does; so counters are encrypted as such. */
function counterMode(data: Uint8Array, key: Uint8Array, strength: AesStrength): Uint8Array {
  const cipher = createCipheriv(`aes-${128 + 64 * (strength - 1)}-ecb`, key, null).setAutoPadding(false);
  const plain = new Uint8Array(data.length);
  const counters = Buffer.alloc(Math.min(BATCH, Math.ceil(data.length / BLOCK)) * BLOCK);
  for (let start = 0, block = 1; start < data.length; start += counters.length) {
    for (let at = 0; at < counters.length; at += BLOCK) counters.writeUInt32LE(block++, at);
    const stream = cipher.update(counters);
    const end = Math.min(data.length, start + counters.length);
    for (let at = start; at < end; at++) plain[at] = data[at]! ^ stream[at - start]!;
  }
  return plain;
}
