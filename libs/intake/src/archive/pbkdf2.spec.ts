import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivationByLanes, derivationByOpenSsl, keyDerivation } from './pbkdf2.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('PBKDF2-HMAC-SHA1', () => {
  it.each([
    ['password', 'salt', 1, 20, '0c60c80f961f0e71f3a9b524af6012062fe037a6'],
    ['password', 'salt', 2, 20, 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957'],
    ['password', 'salt', 4096, 20, '4b007901b765489abead49d926f721d065a429c1'],
    [
      'passwordPASSWORDpassword',
      'saltSALTsaltSALTsaltSALTsaltSALTsalt',
      4096,
      25,
      '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038',
    ],
    ['pass\0word', 'sa\0lt', 4096, 16, '56fa6aa75548099dcc37d7f03425e0c3'],
  ])('of %j and %j in %d rounds is as in RFC 6070', (password, salt, rounds, length, expected) => {
    expect(hex(keyDerivation(Buffer.from(password), rounds)(Buffer.from(salt), length))).toBe(expected);
  });

  it('in the lanes is that of OpenSSL for any password and salt', () => {
    const input = fc.record({
      password: fc.uint8Array({ maxLength: 100 }),
      salt: fc.uint8Array({ maxLength: 51 }),
      rounds: fc.integer({ min: 2, max: 30 }),
      length: fc.integer({ min: 1, max: 80 }),
    });
    fc.assert(
      fc.property(input, ({ password, salt, rounds, length }) => {
        const lanes = derivationByLanes(password, rounds);
        expect(lanes && hex(lanes(salt, length))).toBe(hex(derivationByOpenSsl(password, rounds)(salt, length)));
      }),
    );
  });
});
