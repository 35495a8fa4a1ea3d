import { deflateRawSync, gzipSync } from 'node:zlib';
import { type Family, type HostileInput, one, refused } from '../input.js';
import { zipOf, type ZipMember } from '../zip-writer.js';

/* Archives that unpack to much more than they are, that overlap, that hold themselves, or that lie about their sizes. */

const MIB = 2 ** 20;
const HEAD = 'facility,day,category,value\n';
const DATA = Buffer.from(`${HEAD}A,2024-03-01,a,1\n`);
const zeros = (size: number): Buffer => Buffer.alloc(size);
/** Text that is a table of one row, and blank lines up to the size. */
const blank = (size: number): Buffer => Buffer.concat([DATA, Buffer.alloc(Math.max(0, size - DATA.length), '\n')]);

/** Extra field of Zip64 with sizes of eight bytes. */
function wide(...values: bigint[]): Uint8Array {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(value, 4 + index * 8));
  return field;
}

/** "A better zip bomb" (Fifield 2019): the directory points many times at one kernel. */
function overlapping(count: number, kernel: Buffer): Buffer {
  const members: ZipMember[] = Array.from({ length: count }, (_, n) => ({
    name: n === 0 ? '0.csv' : `${n}.csv`,
    data: kernel,
    ...(n === 0 ? {} : { sharing: 0 }),
  }));
  return zipOf(members);
}

/** The same with quoted local headers: each member's stored block covers the next local header. */
function quoting(count: number): Buffer {
  const innermost = zipOf([{ name: 'z.csv', data: zeros(MIB) }]);
  let bytes = innermost.subarray(0, innermost.indexOf('PK\x01\x02', 0, 'latin1'));
  const offsets: number[] = [];
  for (let n = 0; n < count; n++) {
    const outer = zipOf([{ name: `${n}.csv`, data: bytes, stored: true }]);
    const header = 30 + `${n}.csv`.length;
    bytes = outer.subarray(0, header + bytes.length);
    offsets.unshift(header);
  }
  const members = Array.from({ length: count }, (_, n): ZipMember => ({ name: `${count - 1 - n}.csv`, data: bytes.subarray(0), stored: true, central: { offset: offsets.slice(0, n).reduce((a, b) => a + b, 0) } })); // prettier-ignore
  const whole = zipOf([{ name: `${count - 1}.csv`, data: bytes.subarray(offsets[0]), stored: true }, ...members.slice(1).map((member) => ({ ...member, sharing: 0 }))]); // prettier-ignore
  return whole;
}

type Bomb = Omit<HostileInput, 'feed' | 'name'> & { readonly feed?: string; readonly name?: string };

function* bombs(): Generator<Bomb> {
  const tooLarge = refused('ARCHIVE_TOO_LARGE');
  const corrupt = refused('ARCHIVE_CORRUPT');
  for (const size of [20, 32, 64, 255, 257]) {
    yield {
      what: `${size} MiB of zeros`,
      content: () => zipOf([{ name: 'a.csv', data: zeros(size * MIB) }]),
      expected: tooLarge,
    };
    yield {
      what: `${size} MiB of line ends`,
      content: () => zipOf([{ name: 'a.csv', data: blank(size * MIB) }]),
      expected: tooLarge,
    };
    yield { what: `${size} MiB in gzip`, content: () => gzipSync(blank(size * MIB)), feed: 'gzip', expected: tooLarge };
  }
  for (const count of [2, 17, 64, 100]) {
    const many = (size: number): Buffer => {
      const packed = deflateRawSync(blank(size));
      return zipOf(Array.from({ length: count }, (_, n) => ({ name: `${n}.csv`, data: blank(size), packed })));
    };
    yield { what: `${count} members of 15 MiB each`, content: () => many(15 * MIB), expected: tooLarge };
  }
  yield {
    what: '15 MiB of blank lines',
    content: () => zipOf([{ name: 'a.csv', data: blank(15 * MIB) }]),
    expected: one('a'),
  };
  yield {
    what: '15 MiB of blank lines in gzip',
    content: () => gzipSync(blank(15 * MIB)),
    feed: 'gzip',
    expected: one('a'),
  };
  yield {
    what: '1,000 gzip members of 1 MiB',
    feed: 'gzip',
    content: () => Buffer.concat(Array<Buffer>(1_000).fill(gzipSync(blank(MIB)))),
    expected: tooLarge,
  };
  yield {
    what: '100,000 empty gzip members',
    feed: 'gzip',
    content: () => Buffer.concat(Array<Buffer>(100_000).fill(gzipSync(''))),
    expected: tooLarge,
  };
  yield {
    what: '60,000 members',
    content: () =>
      zipOf(Array.from({ length: 60_000 }, (_, n) => ({ name: `${n}`, data: Buffer.alloc(0), stored: true }))),
    expected: tooLarge,
  };
  yield {
    what: '20,000 folders',
    content: () =>
      zipOf(Array.from({ length: 20_000 }, (_, n) => ({ name: `${n}/`, data: Buffer.alloc(0), stored: true }))),
    expected: refused('ARCHIVE_EMPTY'),
  };
  yield {
    what: '20,000 members of a row',
    content: () => zipOf(Array.from({ length: 20_000 }, (_, n) => ({ name: `${n}.csv`, data: DATA, stored: true }))),
    expected: one('a', 20_000),
  };
  for (const count of [2, 10, 250, 5_000]) {
    yield {
      what: `${count} members that share one kernel`,
      content: () => overlapping(count, blank(MIB)),
      expected: corrupt,
    };
  }
  for (const count of [2, 10, 100]) {
    yield {
      what: `${count} members that quote each other's headers`,
      content: () => quoting(count),
      expected: corrupt,
    };
  }
  let nested: Buffer = zipOf([{ name: 'a.csv', data: DATA }]);
  for (let depth = 1; depth <= 12; depth++) {
    const inner = nested;
    yield {
      what: `a ZIP in ${depth} ZIPs, by name`,
      content: (nested = zipOf([{ name: 'a.zip', data: inner }])),
      expected: refused('ARCHIVE_NESTED'),
    };
    yield {
      what: `a ZIP in ${depth} ZIPs, in disguise`,
      content: zipOf([{ name: 'a.csv', data: inner }]),
      expected: refused('ARCHIVE_NESTED', { member: 'a.csv' }),
    };
    yield {
      what: `a ZIP in ${depth} ZIPs, in gzip`,
      content: gzipSync(inner),
      feed: 'gzip',
      expected: refused('ARCHIVE_NESTED'),
    };
  }
  yield {
    what: 'a member that is its own archive (a quine as far as it goes)',
    content: zipOf([{ name: 'r/r.csv', data: zipOf([{ name: 'r/r.csv', data: DATA }]) }]),
    expected: refused('ARCHIVE_NESTED'),
  };
  for (const size of [0, 1, DATA.length - 1, DATA.length + 1, 65_535, MIB, 15 * MIB]) {
    const lie = { size };
    yield {
      what: `says ${size} bytes`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: lie, local: lie }]),
      expected: corrupt,
    };
    yield {
      what: `says ${size} bytes, stored`,
      content: zipOf([{ name: 'a.csv', data: DATA, stored: true, central: lie, local: lie }]),
      expected: corrupt,
    };
    yield {
      what: `says ${size} bytes in the directory only`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: lie }]),
      expected: corrupt,
    };
    yield {
      what: `unpacks to 8 MiB and says ${size}`,
      content: () => zipOf([{ name: 'a.csv', data: zeros(8 * MIB), central: lie, local: lie }]),
      expected: corrupt,
    };
  }
  for (const size of [16 * MIB + 1, 2 ** 28, 2 ** 28 + 1, 2 ** 31, 2 ** 32 - 2]) {
    const lie = { size };
    yield {
      what: `says ${size} bytes`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: lie, local: lie }]),
      expected: tooLarge,
    };
  }
  for (const value of [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
    const all = { size: 0xffffffff };
    yield {
      what: `Zip64 says ${value} bytes, the local header does not`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: all, centralExtra: wide(value) }]),
      expected: corrupt,
    };
    const both = { size: 0xffffffff, packedSize: 0xffffffff };
    yield {
      what: `Zip64 says ${value} packed bytes`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: both, centralExtra: wide(BigInt(DATA.length), value) }]),
      expected: corrupt,
    };
    yield {
      what: `Zip64 says the header is at ${value}`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: { offset: 0xffffffff }, centralExtra: wide(value) }]),
      expected: value === 0n ? one('a') : corrupt,
    };
  }
  yield {
    what: 'Zip64 sizes without their field',
    content: zipOf([{ name: 'a.csv', data: DATA, central: { size: 0xffffffff } }]),
    expected: corrupt,
  };
  yield {
    what: 'Zip64 sizes in a field that is too short',
    content: zipOf([{ name: 'a.csv', data: DATA, central: { size: 0xffffffff }, centralExtra: wide().subarray(0, 4) }]),
    expected: corrupt,
  };
  yield {
    what: 'an extra field longer than it is',
    content: zipOf([
      { name: 'a.csv', data: DATA, central: { size: 0xffffffff }, centralExtra: Buffer.from([1, 0, 255, 255, 0, 0]) },
    ]),
    expected: corrupt,
  };
  for (const method of [1, 2, 6, 9, 12, 14, 19, 93, 95, 96, 97, 98, 65_535]) {
    yield {
      what: `method ${method}`,
      content: zipOf([{ name: 'a.csv', data: DATA, central: { method }, local: { method } }]),
      expected: refused('ARCHIVE_UNSUPPORTED'),
    };
  }
  for (const [field, value] of [
    ['count', 0],
    ['count', 2],
    ['countHere', 0],
    ['disk', 1],
    ['directoryDisk', 65_535],
  ] as const) {
    yield {
      what: `an end record with ${field} ${value}`,
      content: zipOf([{ name: 'a.csv', data: DATA }], { end: { [field]: value } }),
      expected: refused('ARCHIVE_UNSUPPORTED'),
    };
  }
  for (const n of [0, 2, 19_999]) {
    yield {
      what: `${n} members according to the end record`,
      content: zipOf([{ name: 'a.csv', data: DATA }], { end: { count: n, countHere: n } }),
      expected: corrupt,
    };
  }
  yield {
    what: 'two end records, the second in the comment',
    content: Buffer.concat([zipOf([{ name: 'a.csv', data: DATA }], { end: { commentLength: 22 } }), zipOf([])]),
    expected: { refused: ['ARCHIVE_CORRUPT', 'ARCHIVE_TRUNCATED'] },
  };
  yield {
    what: 'bytes before the archive',
    content: Buffer.concat([Buffer.from('PK\x03\x04junk', 'latin1'), zipOf([{ name: 'a.csv', data: DATA }])]),
    expected: corrupt,
  };
  yield {
    what: 'a program before the archive',
    content: Buffer.concat([Buffer.from('MZ\x90\0'), zipOf([{ name: 'a.csv', data: DATA }])]),
    expected: refused('ARCHIVE_UNSUPPORTED'),
  };
  for (const [kind, head] of [
    ['7z', '377abcaf271c'],
    ['rar', '526172211a0700'],
    ['xz', 'fd377a585a00'],
    ['zstd', '28b52ffd'],
    ['lzip', '4c5a495001'],
    ['bzip2', '425a6839314159'],
    ['tar', '612e637376'],
  ] as const) {
    const content = Buffer.concat([Buffer.from(head, 'hex'), zeros(300)]);
    yield { what: `a ${kind} file`, content, expected: refused('ARCHIVE_UNSUPPORTED') };
    yield {
      what: `a ${kind} file to a feed that takes plain files`,
      feed: 'csv',
      name: 'in.csv',
      content,
      expected: refused(kind === 'bzip2' || kind === 'tar' ? 'FILE_MALFORMED' : 'ARCHIVE_UNSUPPORTED'),
    };
  }
  yield { what: 'an empty archive', content: zipOf([]), expected: refused('ARCHIVE_EMPTY') };
  yield {
    what: 'an archive of folders',
    content: zipOf([{ name: 'a/', data: Buffer.alloc(0), stored: true }]),
    expected: refused('ARCHIVE_EMPTY'),
  };
  yield { what: 'a folder with content', content: zipOf([{ name: 'a/', data: DATA }]), expected: corrupt };
}

export const bombsAndLies: Family = {
  title: 'bombs by ratio, number and overlap; nested archives; sizes, counts and methods that lie',
  *inputs() {
    for (const { feed = 'zip', name = feed === 'gzip' ? 'in.csv.gz' : 'in.zip', ...bomb } of bombs())
      yield { feed, name, ...bomb };
  },
};
