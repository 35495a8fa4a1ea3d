/**
 * Traditional PKWARE encryption (APPNOTE 6.1): three 32-bit keys, stirred by every plain byte. Weak, and still what
 * many senders use.
 */

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

const MULTIPLIER = 134775813;

/** Bytes before the data; the last of them is the check byte. */
export const ZIP_CRYPTO_HEADER = 12;

/** The three keys after the password, from which every member starts. */
export type ZipCryptoKeys = readonly [number, number, number];

export function zipCryptoKeys(password: Uint8Array): ZipCryptoKeys {
  let key0 = 0x12345678;
  let key1 = 0x23456789;
  let key2 = 0x34567890;
  for (const byte of password) {
    key0 = CRC_TABLE[(key0 ^ byte) & 255]! ^ (key0 >>> 8);
    key1 = (Math.imul(key1 + (key0 & 255), MULTIPLIER) + 1) | 0;
    key2 = CRC_TABLE[(key2 ^ (key1 >>> 24)) & 255]! ^ (key2 >>> 8);
  }
  return [key0, key1, key2];
}

/**
 * Decrypts a member, its twelve bytes of header included: the result begins with them. `checks` are the values its
 * last one may have; with another one the password is wrong (or, once in 256 times, undetected) and nothing is
 * decrypted: undefined.
 */
export function zipCryptoDecrypt(
  packed: Uint8Array,
  keys: ZipCryptoKeys,
  checks: readonly number[],
): Uint8Array | undefined {
  const table = CRC_TABLE;
  let [key0, key1, key2] = keys;
  const plain = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) {
    const t = (key2 & 0xffff) | 2;
    const byte = packed[at]! ^ ((Math.imul(t, t ^ 1) >>> 8) & 255);
    plain[at] = byte;
    key0 = table[(key0 ^ byte) & 255]! ^ (key0 >>> 8);
    key1 = (Math.imul((key1 + (key0 & 255)) | 0, MULTIPLIER) + 1) | 0;
    key2 = table[(key2 ^ (key1 >>> 24)) & 255]! ^ (key2 >>> 8);
    if (at === ZIP_CRYPTO_HEADER - 1 && !checks.includes(byte)) return undefined;
  }
  return plain;
}
