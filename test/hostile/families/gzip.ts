import { gunzipSync, gzipSync } from 'node:zlib';
import type { ErrorCode } from '#vocabulary';
import { type Expected, type Family, type HostileInput, one, refused } from '../input.js';

/*
 * Every bit of gzip files, and every beginning of them. What must become of it zlib says, whose own reader of the
 * wrapper (RFC 1952) is not the one under test.
 */
const DATA = Buffer.from('facility,day,category,value\nA,2024-03-01,a,1\n');

const VERDICTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/unexpected end of file/, 'ARCHIVE_TRUNCATED'],
  [/incorrect data check|incorrect length check|header crc mismatch/, 'ARCHIVE_CHECKSUM'],
  [/unknown compression method/, 'ARCHIVE_UNSUPPORTED'],
  [/./, 'ARCHIVE_CORRUPT'],
];

function byZlib(bytes: Buffer): Expected {
  if (bytes.length < 4) return refused('ARCHIVE_TRUNCATED');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return refused('ARCHIVE_UNSUPPORTED');
  try {
    return gunzipSync(bytes).equals(DATA) ? one('a') : refused('ARCHIVE_CORRUPT');
  } catch (error) {
    const message = String(error);
    return refused(VERDICTS.find(([pattern]) => pattern.test(message))![1]);
  }
}

/** A member with all that a header may have. */
function dressed(): Buffer {
  const header = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4 + 8 + 16, 1, 2, 3, 4, 2, 3]),
    Buffer.from([6, 0, 0x41, 0x42, 2, 0, 0x58, 0x59]),
    Buffer.from('a name.csv\0a comment\0'),
  ]);
  return Buffer.concat([header, gzipSync(DATA).subarray(10)]);
}

const half = DATA.indexOf('A,');
const FORMS: Readonly<Record<string, Buffer>> = {
  plain: gzipSync(DATA),
  dressed: dressed(),
  'two members': Buffer.concat([gzipSync(DATA.subarray(0, half)), gzipSync(DATA.subarray(half))]),
};

function* inputs(): Generator<HostileInput> {
  const common = { feed: 'gzip', name: 'in.csv.gz' };
  for (const [form, sound] of Object.entries(FORMS)) {
    yield { ...common, what: form, content: sound, expected: one('a') };
    for (let bit = 0; bit < sound.length * 8; bit++) {
      const content = Buffer.from(sound);
      content[bit >> 3]! ^= 1 << (bit & 7);
      yield { ...common, what: `${form}: bit ${bit}`, content, expected: byZlib(content) };
    }
    for (let length = 0; length < sound.length; length++) {
      const content = sound.subarray(0, length);
      // The first member alone is a whole file that ends within a line; here it ends behind the header.
      const isWhole = form === 'two members' && length === gzipSync(DATA.subarray(0, half)).length;
      const expected = isWhole ? refused('FILE_MALFORMED') : refused('ARCHIVE_TRUNCATED');
      yield { ...common, what: `${form}, cut off at ${length}`, content, expected };
    }
    for (const padding of [1, 2, 511, 70_000]) {
      const content = Buffer.concat([sound, Buffer.alloc(padding)]);
      yield { ...common, what: `${form} and ${padding} zeros`, content, expected: one('a') };
    }
    for (const rest of ['x', 'PK\x03\x04', '\x1f', '\x1f\x8b', '\x1f\x8b\x08', 'more text']) {
      const content = Buffer.concat([sound, Buffer.from(rest, 'latin1')]);
      const code = rest.startsWith('\x1f') ? 'ARCHIVE_TRUNCATED' : rest === 'x' ? ['ARCHIVE_TRUNCATED', 'ARCHIVE_CORRUPT'] as const : 'ARCHIVE_CORRUPT'; // prettier-ignore
      const expected: Expected = typeof code === 'string' ? refused(code) : { refused: code };
      yield { ...common, what: `${form} and ${JSON.stringify(rest)}`, content, expected };
    }
  }
  yield { ...common, what: 'gzip in gzip', content: gzipSync(gzipSync(DATA)), expected: refused('ARCHIVE_NESTED') };
}

export const gzip: Family = { title: 'gzip: every bit flipped, every cut, members, padding, trailers', inputs };
