import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { zipCryptoDecrypt, zipCryptoDecryptAll, zipCryptoKeys } from './zip-crypto.js';

const ANY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);

describe('members decrypted in step', () => {
  it('are what each is by itself, whatever their number and lengths, and leave the archive as it was', () => {
    const member = fc.uint8Array({ minLength: 12, maxLength: 90 });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 14 }), fc.uint8Array({ minLength: 1 }), (members, password) => {
        const keys = zipCryptoKeys(password);
        const alone = members.map((packed) => zipCryptoDecrypt(packed, keys, ANY_BYTE)!);
        const before = members.map((packed) => Uint8Array.from(packed));
        expect(zipCryptoDecryptAll(members, keys)).toEqual(alone);
        expect(members).toEqual(before);
      }),
    );
  });
});
