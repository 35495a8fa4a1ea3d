import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shortInflater } from './inflate-short.js';
import { inflate } from './inflate.js';

/** What Node's public function says of the same bytes. */
function byNode(packed: Uint8Array, most: number): Uint8Array | string {
  try {
    const data = inflateRawSync(packed);
    return data.length > most ? 'too-long' : data;
  } catch {
    return 'refused';
  }
}

describe('inflating a short member', () => {
  it('goes the short way on this Node', () => {
    expect(shortInflater).toBeDefined();
  });

  it('says what zlib says of the whole, of what follows it, and of what is too long', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(20), fc.nat(3000), (text, trailing, most) => {
        const packed = deflateRawSync(text);
        const found = inflate(Buffer.concat([packed, Buffer.alloc(trailing, 7)]), most);
        if (text.length > most) expect(found).toBe('too-long');
        else expect(found).toEqual({ data: Buffer.from(text), consumed: packed.length });
      }),
    );
  });

  it('refuses what zlib refuses, and nothing else, of damaged and cut data', () => {
    const damage = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.double({ min: 0.2, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.string({ minLength: 20, maxLength: 2000 }), damage, (text, [where, change, kept]) => {
        const packed = deflateRawSync(text);
        packed[where % packed.length]! ^= change;
        const cut = packed.subarray(0, Math.ceil(packed.length * kept));
        const expected = byNode(cut, 60_000);
        const found = inflate(cut, 60_000);
        if (typeof found !== 'string') expect(found.data).toEqual(expected);
        else if (found === 'too-long') expect(expected).toBe('too-long');
        else expect(expected).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });
});
