import { type Cipher, createCipheriv } from 'node:crypto';

/*
 * A staged file:
 *
 *   "BWS1" | counter of the header, 16 | counter of the content, 16 | header, 4096: JSON padded by spaces | content
 *
 * Header and content are each encrypted by AES-256-CTR, so that bytes can be appended later and read from any place.
 * No byte is ever written twice under the same counter: content is only appended, and a new header has a new counter.
 * Nothing is authenticated: who can write here could as well send a file.
 */
export const MAGIC = Buffer.from('BWS1');
export const HEADER_AT = 36;
export const HEADER_BYTES = 4096;
export const CONTENT_AT = HEADER_AT + HEADER_BYTES;
const BLOCK = 16;

/** The cipher of a stream from one of its bytes on. Encrypting and decrypting are the same. */
export function cipherFrom(key: Buffer, counter: Buffer, offset: number): Cipher {
  const at = Buffer.from(counter);
  let carry = Math.floor(offset / BLOCK);
  for (let i = at.length - 1; i >= 0 && carry > 0; i--) {
    const sum = at[i]! + (carry % 256);
    at[i] = sum % 256;
    carry = Math.floor(carry / 256) + (sum > 255 ? 1 : 0);
  }
  const cipher = createCipheriv('aes-256-ctr', key, at);
  cipher.update(Buffer.alloc(offset % BLOCK));
  return cipher;
}
