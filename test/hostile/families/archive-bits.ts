import { crc32, inflateRawSync } from 'node:zlib';
import type { ErrorCode } from '#vocabulary';
import { type Expected, type Family, type HostileInput, one, refused } from '../input.js';
import { bytesOf, type Part, writeZip, zipCrypto, type ZipMember } from '../zip-writer.js';

/*
 * Every bit of small archives, flipped one at a time. What a flip means follows from the field that it lies in, by
 * APPNOTE and the AE specification: the tables below, not the reader, say what must become of it.
 */
const PASSWORD = 'correct horse';
const HEAD = 'facility,day,category,value\n';
const rows = (category: string): Buffer => Buffer.from(`${HEAD}A,2024-03-01,${category},1\n`);

const FORMS: Readonly<Record<string, { readonly members: readonly ZipMember[]; readonly comment?: string }>> = {
  deflated: { members: [{ name: 'a.csv', data: rows('a') }], comment: 'a comment' },
  stored: { members: [{ name: 'a.csv', data: rows('a'), stored: true }] },
  two: { members: [{ name: 'a.csv', data: rows('a') }, { name: 'b.csv', data: rows('a') }] },
  zipcrypto: { members: [{ name: 'a.csv', data: rows('a'), encryption: 'zipcrypto' }] },
  'zipcrypto-two': {
    members: [
      { name: 'a.csv', data: rows('a'), encryption: 'zipcrypto' },
      { name: 'b.csv', data: rows('a'), encryption: 'zipcrypto' },
    ],
  },
  aes: { members: [{ name: 'a.csv', data: rows('a'), encryption: 'aes' }] },
  'aes-two': {
    members: [
      { name: 'a.csv', data: rows('a'), encryption: 'aes' },
      { name: 'b.csv', data: rows('a'), encryption: 'aes' },
    ],
  },
}; // prettier-ignore

/** Nobody needs these, or they only describe: a reader that refused a file for them would be of no use. */
const INDIFFERENT = new Set([
  'local.needed', 'local.time', 'local.date', 'central.madeBy', 'central.needed', 'central.time', 'central.date',
  'central.internal', 'central.external', 'end.comment',
]); // prettier-ignore

/** Directory and local header say the same, lengths add up, offsets lead somewhere: any flip breaks that. */
const STRUCTURE = new Set([
  'local.signature', 'local.method', 'local.crc', 'local.packedSize', 'local.size', 'local.nameLength', 'local.name',
  'local.extraLength', 'local.aes.id', 'local.aes.length', 'local.aes.version', 'local.aes.vendor',
  'local.aes.strength', 'local.aes.method', 'central.signature', 'central.crc', 'central.packedSize', 'central.size',
  'central.nameLength', 'central.extraLength', 'central.commentLength', 'central.name', 'central.offset',
  'central.aes.id', 'central.aes.length', 'central.aes.vendor',
]); // prettier-ignore

const END: Readonly<Record<string, ErrorCode>> = {
  'end.signature': 'ARCHIVE_TRUNCATED', // there is no end record
  'end.disk': 'ARCHIVE_UNSUPPORTED',
  'end.directoryDisk': 'ARCHIVE_UNSUPPORTED',
  'end.countHere': 'ARCHIVE_UNSUPPORTED', // fewer here than in all: the rest is on another disk
  'end.count': 'ARCHIVE_UNSUPPORTED',
  'central.disk': 'ARCHIVE_UNSUPPORTED',
};

interface Flip {
  readonly part: Part;
  /** Bit of the field, little-endian, from 0. */
  readonly bit: number;
  readonly archive: readonly Part[];
  readonly members: readonly ZipMember[];
  /** Where the field stands in the archive. */
  readonly at: number;
}

function expectedOf(flip: Flip): Expected {
  const { part, bit, members, at } = flip;
  const { field } = part;
  const isOne = members.length === 1;
  if (field === 'local.signature' && at === 0) return refused('ARCHIVE_UNSUPPORTED'); // no ZIP by its first bytes
  if (INDIFFERENT.has(field)) return accepted(members);
  if (STRUCTURE.has(field)) return refused('ARCHIVE_CORRUPT');
  const end = END[field];
  if (end) return refused(end);
  const was = Buffer.from(part.bytes).readUIntLE(0, Math.min(6, part.bytes.length));
  const isSet = bit < 48 && Math.floor(was / 2 ** bit) % 2 === 1;
  switch (field) {
    case 'local.flags':
      return bit === 0 || bit === 3 ? refused('ARCHIVE_CORRUPT') : accepted(members);
    case 'central.flags':
      if ([5, 6, 13].includes(bit)) return refused('ARCHIVE_UNSUPPORTED'); // patch data, strong encryption, masking
      return bit === 0 || bit === 3 ? refused('ARCHIVE_CORRUPT') : accepted(members);
    case 'central.method': // between stored and deflated the headers disagree; any other method is not read
    case 'central.aes.method':
      return refused(bit === 3 && (was === 8 || was === 0) ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_UNSUPPORTED');
    case 'central.aes.version':
      return refused('ARCHIVE_UNSUPPORTED'); // one flip makes neither 1 of 2 nor 2 of 1
    case 'central.aes.strength': // 3 becomes 1 or 2, with which the local header does not agree
      return refused(bit < 2 ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_UNSUPPORTED');
    case 'end.directorySize':
    case 'end.directoryOffset':
      return refused(isSet ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_TRUNCATED'); // bytes too many, or too few
    case 'end.commentLength':
      return refused(isSet ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_TRUNCATED');
    case 'data.salt':
    case 'data.verifier':
      return refused(isOne ? 'ARCHIVE_WRONG_PASSWORD' : 'ARCHIVE_CHECKSUM');
    case 'data.cipher':
    case 'data.code':
      return refused('ARCHIVE_CHECKSUM');
    case 'data':
      return byContent(flip, flippedData(flip));
    case 'data.head':
    case 'data.zipcrypto':
      return byDecrypting(flip);
  }
  throw new Error(`no rule for ${field}`);
}

const accepted = (members: readonly ZipMember[]): Expected => one('a', members.length);

/** The packed bytes of the member, its encryption head included, with the flip in them. */
function flippedData({ part, bit, archive }: Flip): Buffer {
  const own = archive.filter(({ field, member }) => member === part.member && field.startsWith('data'));
  const bytes = Buffer.concat(own.map(({ bytes: piece }) => piece));
  const before = own.slice(0, own.indexOf(part)).reduce((sum, piece) => sum + piece.bytes.length, 0);
  bytes[before + (bit >> 3)]! ^= 1 << (bit & 7);
  return bytes;
}

/** Whether packed bytes still give the content: not deflate or of another length, or with another sum. */
function contentFault(
  packed: Buffer,
  { data = Buffer.alloc(0), stored = false }: ZipMember,
): 'deflate' | 'sum' | undefined {
  let content: Buffer;
  try {
    // Bytes behind the last block are not data of the member.
    const { buffer, engine } = stored
      ? { buffer: packed, engine: { bytesWritten: packed.length } }
      : (inflateRawSync(packed, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } });
    if (engine.bytesWritten !== packed.length) return 'deflate';
    content = buffer;
  } catch {
    return 'deflate';
  }
  if (content.length !== data.length) return 'deflate';
  return crc32(content) === crc32(data) ? undefined : 'sum';
}

function byContent({ part, members }: Flip, packed: Buffer): Expected {
  const fault = contentFault(packed, members[part.member]!);
  if (!fault) return accepted(members);
  return refused(fault === 'deflate' ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_CHECKSUM');
}

/**
 * ZipCrypto has no sum of its own but one check byte. A check byte that does not fit, and content that is no deflate,
 * both mean the password in an archive that nothing else opens; beside a member that opens they mean damage.
 */
function byDecrypting(flip: Flip): Expected {
  const { part, members } = flip;
  const member = members[part.member]!;
  const isOne = members.length === 1;
  const plain = zipCrypto(flippedData(flip), PASSWORD, 'decrypt');
  if (plain[11] !== crc32(member.data ?? '') >>> 24) {
    return refused(isOne ? 'ARCHIVE_WRONG_PASSWORD' : 'ARCHIVE_CHECKSUM');
  }
  const fault = contentFault(plain.subarray(12), member);
  if (!fault) return accepted(members);
  if (fault === 'sum') return refused('ARCHIVE_CHECKSUM');
  return refused(isOne ? 'ARCHIVE_WRONG_PASSWORD' : 'ARCHIVE_CORRUPT');
}

function* flips(form: string): Generator<HostileInput> {
  const { members, comment = '' } = FORMS[form]!;
  const archive = writeZip(members, { password: PASSWORD, comment });
  const sound = bytesOf(archive);
  let at = 0;
  for (const part of archive) {
    for (let bit = 0; bit < part.bytes.length * 8; bit++) {
      const content = Buffer.from(sound);
      content[at + (bit >> 3)]! ^= 1 << (bit & 7);
      yield {
        what: `${form}: bit ${bit} of ${part.field} of member ${part.member}`,
        feed: 'zip',
        name: 'in.zip',
        content,
        password: PASSWORD,
        expected: expectedOf({ part, bit, archive, members, at }),
      };
    }
    at += part.bytes.length;
  }
}

export const archiveBits: Family = {
  title: 'every bit of plain, ZipCrypto and AES archives, flipped',
  *inputs() {
    for (const form of Object.keys(FORMS)) yield* flips(form);
  },
};

export const archiveCuts: Family = {
  title: 'archives cut off at every byte, and with a byte too many',
  *inputs() {
    for (const [form, { members, comment = '' }] of Object.entries(FORMS)) {
      const sound = bytesOf(writeZip(members, { password: PASSWORD, comment }));
      const common = { feed: 'zip', name: 'in.zip', password: PASSWORD };
      for (let length = 0; length < sound.length; length++) {
        const expected = refused('ARCHIVE_TRUNCATED');
        yield { ...common, what: `${form} cut off at ${length}`, content: sound.subarray(0, length), expected };
      }
      yield { ...common, what: `${form}, sound`, content: sound, expected: accepted(members) };
      for (let byte = 0; byte < 256; byte += 15) {
        const content = Buffer.concat([sound, Buffer.from([byte])]);
        yield { ...common, what: `${form} and byte ${byte}`, content, expected: refused('ARCHIVE_CORRUPT') };
      }
      for (const password of ['', 'wrong', 'correct horsf', `${PASSWORD} `]) {
        const isLocked = members.some(({ encryption }) => encryption);
        const expected = isLocked ? refused('ARCHIVE_WRONG_PASSWORD') : accepted(members);
        yield { ...common, what: `${form} with password ${password}`, content: sound, password, expected };
      }
    }
  },
};
