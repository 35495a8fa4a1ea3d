import { describe, expect, it } from '@jest/globals';
import { RowBinary } from './row-binary.js';

describe('RowBinary', () => {
  it('writes each type as the format has it', () => {
    const out = new RowBinary();
    out.uint8(255);
    out.uint16(0x1234);
    out.uint32(0xfedcba98);
    out.uint64(0x0102030405060708n);
    out.uint128((1n << 127n) + 5n);
    out.uint128(0n);
    out.instant(1_700_000_000_123);
    out.string('county');
    out.string('Muñoz');
    out.string('x'.repeat(200));
    out.strings(['a', '']);
    out.uint8s([1, 2]);
    out.uint32s([0xffffffff, 1]);
    out.fixed('abcd', 2);
    const instant = Buffer.alloc(8);
    instant.writeBigInt64LE(1_700_000_000_123n);
    expect(out.take().toString('hex')).toBe(
      [
        'ff',
        '3412',
        '98badcfe',
        '0807060504030201',
        '05000000000000000000000000000080',
        '00'.repeat(16),
        instant.toString('hex'),
        `06${Buffer.from('county').toString('hex')}`,
        `06${Buffer.from('Muñoz').toString('hex')}`,
        `c801${'78'.repeat(200)}`,
        '02016100',
        '020102',
        '02ffffffff01000000',
        'abcd',
      ].join(''),
    );
  });

  it('grows as far as it must', () => {
    const out = new RowBinary();
    const text = 'abcdefgh'.repeat(5);
    for (let i = 0; i < 100_000; i++) out.string(text);
    expect(out.take()).toHaveLength(4_100_000);
  });
});
