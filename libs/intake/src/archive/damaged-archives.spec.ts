import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { BellwetherError } from '#vocabulary';
import { ARCHIVE_LIMITS, type ArchiveOptions } from './contract.js';
import { openArchive } from './index.js';

/** The submission maker writes archives, sound and damaged, with code that shares nothing with the reader. */
interface Maker {
  pack(
    members: readonly { name: string; data: Buffer }[],
    sender: { archive: string; password: string },
    how: { stem: string; kind: string },
  ): { bytes: Buffer };
}
const MAKER = resolve('../shared/tools/submissions/archive/pack.mjs');
const isThere = existsSync(MAKER);
const withMaker = isThere ? it : it.skip;
const aloud = isThere ? '' : ' (SKIPPED: ../shared/tools/submissions is not there)';
const { pack } = isThere ? ((await import(MAKER)) as Maker) : ({} as Maker);

const PASSWORD = 'secret';
const ZIPS = ['zip', 'zipcrypto', 'aes'] as const;
const MEMBERS = Array.from({ length: 5 }, (_, n) => ({
  name: `m_${n}.csv`,
  data: Buffer.from(`day,count\n${'2024-01-01,'.repeat(n * 40)}\n`),
}));

function made(archive: string, kind = 'clean', stem = 's'): Buffer {
  const members = archive === 'gzip' ? MEMBERS.slice(3, 4) : MEMBERS;
  return Buffer.from(pack(members, { archive, password: PASSWORD }, { stem, kind }).bytes);
}

const options: ArchiveOptions = { name: 'in', password: PASSWORD, kinds: ['zip', 'gzip'] };

function outcome(bytes: Uint8Array, more: Partial<ArchiveOptions> = {}): string {
  try {
    return [...openArchive(bytes, { ...options, ...more })]
      .map(({ data }) => Buffer.from(data).toString('latin1'))
      .join('|');
  } catch (error) {
    if (error instanceof BellwetherError) return error.code;
    throw error;
  }
}

const CONTENT = MEMBERS.map(({ data }) => data.toString('latin1')).join('|');

describe(`the damages that senders make${aloud}`, () => {
  const FAULTS = [
    ['truncated', 'ARCHIVE_TRUNCATED', ['zip', 'zipcrypto', 'aes', 'gzip']],
    ['wrong-password', 'ARCHIVE_WRONG_PASSWORD', ['zipcrypto', 'aes']],
    ['bad-checksum', 'ARCHIVE_CHECKSUM', ['zip', 'zipcrypto', 'aes', 'gzip']],
    ['nested-archive', 'ARCHIVE_NESTED', ZIPS],
    ['unsafe-name', 'ARCHIVE_UNSAFE_NAME', ZIPS],
  ] as const;
  for (const [kind, code, archives] of FAULTS) {
    for (const archive of archives) {
      withMaker(`${kind} ${archive} is ${code}`, () => expect(outcome(made(archive, kind))).toBe(code));
    }
  }

  withMaker('sound archives of every kind open', () => {
    for (const archive of ZIPS) expect(outcome(made(archive))).toBe(CONTENT);
    expect(outcome(made('gzip'))).toBe(MEMBERS[3]!.data.toString('latin1'));
  });

  withMaker('every beginning of an archive is truncated', () => {
    for (const archive of [...ZIPS, 'gzip']) {
      const bytes = made(archive);
      for (let length = 0; length < bytes.length; length += 7) {
        expect([archive, length, outcome(bytes.subarray(0, length))]).toEqual([archive, length, 'ARCHIVE_TRUNCATED']);
      }
    }
  });

  withMaker('a wrong password is told as such even where it passes the check byte, once in 256 times', () => {
    const bytes = made('zipcrypto');
    const codes = Array.from({ length: 1_500 }, (_, n) => outcome(bytes, { password: `wrong-${n}` }));
    expect(new Set(codes)).toEqual(new Set(['ARCHIVE_WRONG_PASSWORD']));
  });

  withMaker('a member whose password check fails while others open is damaged, not locked', () => {
    for (const archive of ['zipcrypto', 'aes']) {
      const bytes = made(archive);
      bytes[30 + MEMBERS[0]!.name.length + (archive === 'aes' ? 11 + 3 : 11)]! ^= 1; // salt, or check byte
      expect(outcome(bytes)).toBe('ARCHIVE_CHECKSUM');
    }
  });

  withMaker('flipped bits never crash it: the error is coded, or the content is right', () => {
    for (const archive of [...ZIPS, 'gzip']) {
      const sound = made(archive);
      const expected = outcome(sound);
      const flips = fc.array(fc.nat(sound.length * 8 - 1), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(flips, (bits) => {
          const bytes = Buffer.from(sound);
          for (const bit of bits) bytes[bit >> 3]! ^= 1 << (bit & 7);
          const result = outcome(bytes);
          return result.startsWith('ARCHIVE_') || result === expected;
        }),
        { numRuns: archive === 'aes' ? 200 : 600 },
      );
    }
  });

  withMaker('random bytes behind a signature never crash it', () => {
    const heads = [Buffer.from('PK\x03\x04', 'latin1'), Buffer.from([0x1f, 0x8b, 8, 0])];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, tail) =>
        outcome(Buffer.concat([head, tail])).startsWith('ARCHIVE_'),
      ),
    );
  });
});

interface Part {
  readonly name: string;
  readonly data?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** Stated instead of the true one. */
  readonly size?: number;
  readonly packed?: Buffer;
  readonly localName?: string;
  /** Index of the part whose local header this entry points to. */
  readonly sameAs?: number;
}

/** A ZIP archive that says whatever it is told to. */
function forged(parts: readonly Part[], comment = ''): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const {
    name,
    data = Buffer.from('x'),
    method = 8,
    flags = 0,
    size = data.length,
    packed,
    localName,
    sameAs,
  } of parts) {
    const body = packed ?? (method === 8 ? deflateRawSync(data) : data);
    const middle = Buffer.alloc(26);
    middle.writeUInt16LE(20, 0);
    middle.writeUInt16LE(flags, 2);
    middle.writeUInt16LE(method, 4);
    middle.writeUInt32LE(crc32(data), 10);
    middle.writeUInt32LE(body.length, 14);
    middle.writeUInt32LE(size, 18);
    middle.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), middle, Buffer.from(localName ?? name), body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(sameAs === undefined ? offset : offsets[sameAs]!, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), middle, tail, Buffer.from(name));
    offsets.push(offset);
    if (sameAs === undefined) {
      local.push(header);
      offset += header.length;
    }
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...local, directory, end, Buffer.from(comment)]);
}

describe('a hostile archive', () => {
  it('is opened when it is merely unusual', () => {
    expect(
      outcome(forged([{ name: 'a' }, { name: 'dir/', data: Buffer.alloc(0), method: 0 }, { name: 'dir/b' }], 'PK')),
    ).toBe('x|x');
    expect(outcome(forged([{ name: 'é.csv' }]))).toBe('x');
  });

  it.each([
    '../a',
    'a/../b',
    '/etc/passwd',
    'C:\\a',
    'C:a',
    'a\\..\\b',
    'a\0.csv',
    'a//b',
    './a',
    '',
    '..',
    'a\u202egpj.exe',
  ])('is refused with the member name %j', (name) => {
    expect(outcome(forged([{ name }]))).toBe('ARCHIVE_UNSAFE_NAME');
  });

  it('is refused with two members of one name', () => {
    expect(outcome(forged([{ name: 'a' }, { name: 'a' }]))).toBe('ARCHIVE_UNSAFE_NAME');
  });

  it('is refused when a member is an archive, by name or by content', () => {
    expect(outcome(forged([{ name: 'a.ZIP' }]))).toBe('ARCHIVE_NESTED');
    expect(outcome(forged([{ name: 'a.csv', data: forged([{ name: 'b' }]) }]))).toBe('ARCHIVE_NESTED');
    expect(outcome(forged([{ name: 'a.csv', data: gzipSync('b') }]))).toBe('ARCHIVE_NESTED');
    expect(outcome(gzipSync(gzipSync('b')))).toBe('ARCHIVE_NESTED');
  });

  it('is refused when members share bytes', () => {
    expect(outcome(forged([{ name: 'a' }, { name: 'b', sameAs: 0, localName: 'a' }]))).toBe('ARCHIVE_CORRUPT');
    const inner = forged([{ name: 'b' }]).subarray(0, 34);
    const bytes = forged([
      { name: 'a', method: 0, data: inner },
      { name: 'b', sameAs: 0 },
    ]);
    bytes.writeUInt32LE(31, bytes.length - 22 - 47 + 42); // b lies inside of a
    expect(outcome(bytes)).toBe('ARCHIVE_CORRUPT');
  });

  it('is refused when directory and local header disagree', () => {
    expect(outcome(forged([{ name: 'a', localName: 'b' }]))).toBe('ARCHIVE_CORRUPT');
  });

  it('is refused when content and stated size disagree', () => {
    const data = Buffer.from('some content');
    expect(outcome(forged([{ name: 'a', data, size: 11 }]))).toBe('ARCHIVE_CORRUPT');
    expect(outcome(forged([{ name: 'a', data, size: 13 }]))).toBe('ARCHIVE_CORRUPT');
    expect(outcome(forged([{ name: 'a', data, packed: Buffer.concat([deflateRawSync(data), data]) }]))).toBe(
      'ARCHIVE_CORRUPT',
    );
    expect(outcome(forged([{ name: 'a', data, packed: deflateRawSync(Buffer.from('some c0ntent')) }]))).toBe(
      'ARCHIVE_CHECKSUM',
    );
  });

  it('is refused beyond a limit, before anything is unpacked', () => {
    const zeros = Buffer.alloc(1_000_000);
    const limits = { ...ARCHIVE_LIMITS, ratioFromBytes: 1_000 };
    expect(outcome(forged([{ name: 'a', data: zeros }]), { limits })).toBe('ARCHIVE_TOO_LARGE');
    expect(outcome(gzipSync(zeros), { limits })).toBe('ARCHIVE_TOO_LARGE');
    expect(outcome(forged([{ name: 'a', size: 2 ** 31 }]))).toBe('ARCHIVE_TOO_LARGE');
    expect(outcome(forged([{ name: 'a' }, { name: 'b' }]), { limits: { ...limits, members: 1 } })).toBe(
      'ARCHIVE_TOO_LARGE',
    );
    expect(outcome(forged([{ name: 'a' }, { name: 'b' }]), { limits: { ...limits, totalBytes: 1 } })).toBe(
      'ARCHIVE_TOO_LARGE',
    );
    expect(outcome(forged([{ name: 'a' }]), { limits: { ...limits, archiveBytes: 50 } })).toBe('ARCHIVE_TOO_LARGE');
    expect(outcome(forged([{ name: 'a' }]), { limits: { ...limits, expired: () => true } })).toBe('ARCHIVE_TOO_LARGE');
  });

  it('is refused in a form that is not read', () => {
    expect(outcome(forged([{ name: 'a', method: 9, packed: Buffer.from('x') }]))).toBe('ARCHIVE_UNSUPPORTED');
    expect(outcome(forged([{ name: 'a', flags: 65 }]))).toBe('ARCHIVE_UNSUPPORTED');
    expect(outcome(Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'))).toBe('ARCHIVE_UNSUPPORTED');
    expect(outcome(forged([{ name: 'a' }]), { kinds: ['gzip'] })).toBe('ARCHIVE_UNSUPPORTED');
    expect(outcome(Buffer.from('day,count\n'))).toBe('ARCHIVE_UNSUPPORTED');
  });

  it('is refused when it is empty or has bytes that belong to nothing', () => {
    expect(outcome(forged([]))).toBe('ARCHIVE_EMPTY');
    expect(outcome(forged([{ name: 'dir/', data: Buffer.alloc(0), method: 0 }]))).toBe('ARCHIVE_EMPTY');
    expect(outcome(Buffer.concat([forged([{ name: 'a' }]), Buffer.from('more')]))).toBe('ARCHIVE_CORRUPT');
    expect(outcome(Buffer.concat([gzipSync('a'), Buffer.from('more')]))).toBe('ARCHIVE_CORRUPT');
  });
});

describe('a gzip file', () => {
  it('may have several members, a name, and padding', () => {
    const named = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
      Buffer.from('n\0'),
      gzipSync('a').subarray(10),
    ]);
    expect(outcome(Buffer.concat([named, gzipSync('b'), Buffer.alloc(9)]))).toBe('ab');
  });

  it('does not allocate what its last bytes merely state', () => {
    const lie = Buffer.concat([gzipSync('a'), Buffer.from([0xff, 0xff, 0xff, 0x0f])]);
    expect(outcome(lie)).toBe('ARCHIVE_CORRUPT');
    expect(outcome(Buffer.concat(Array<Buffer>(4_000).fill(gzipSync('a'))))).toBe('a'.repeat(4_000));
    expect(outcome(Buffer.concat(Array<Buffer>(5_000).fill(gzipSync('a'))))).toBe('ARCHIVE_TOO_LARGE');
  });

  it('names its content after the file', () => {
    const [member] = openArchive(gzipSync('a'), { ...options, name: 'inbox/x.csv.gz' });
    expect(member?.name).toBe('x.csv');
  });
});

describe('a plain file', () => {
  it('is its own member', () => {
    const data = Buffer.from('day,count\n');
    expect([...openArchive(data, { ...options, name: 'x.csv', kinds: ['plain'] })]).toEqual([{ name: 'x.csv', data }]);
  });
});
