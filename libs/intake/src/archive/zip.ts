import { crc32 } from 'node:zlib';
import type { ArchiveLimits, Member } from './contract.js';
import { inflate } from './inflate.js';
import { type KeyDerivation, keyDerivation } from './pbkdf2.js';
import { type ArchiveCode, refusal } from './refusal.js';
import { archiveSignature } from './signatures.js';
import { aesDecrypt } from './winzip-aes.js';
import {
  ZIP_CRYPTO_HEADER,
  zipCryptoDecrypt,
  zipCryptoDecryptAll,
  type ZipCryptoKeys,
  zipCryptoKeys,
} from './zip-crypto.js';
import { readDirectory } from './zip-directory.js';
import type { ZipEntry } from './zip-format.js';

/** What went wrong with one member, before it is known whether the password or the content is to blame. */
type Failure =
  /** The password does not fit the check byte or verifier. */
  'check' | 'authentication' | 'crc' | 'deflate' | 'length';

interface Zip {
  readonly bytes: Uint8Array;
  readonly entries: readonly ZipEntry[];
  readonly keys: ZipCryptoKeys;
  readonly derive: KeyDerivation;
}

/** Opens a ZIP archive. Every verdict of the directory is given at once, those on content as members are taken. */
export function openZip(bytes: Uint8Array, password: Uint8Array, limits: ArchiveLimits): Iterable<Member> {
  const entries = readDirectory(bytes, limits);
  if (entries.length === 0) throw refusal('ARCHIVE_EMPTY', 'the archive holds no file');
  const encrypted = entries.find(({ encryption }) => encryption.kind !== 'none');
  if (encrypted && password.length === 0) {
    throw refusal('ARCHIVE_WRONG_PASSWORD', 'the archive is encrypted and no password is on file', encrypted.name);
  }
  return members({ bytes, entries, keys: zipCryptoKeys(password), derive: keyDerivation(password) }, limits);
}

function* members(zip: Zip, limits: ArchiveLimits): Generator<Member> {
  let passwordFits = false;
  let ahead: ReadonlyMap<ZipEntry, Uint8Array> = new Map();
  for (const [index, entry] of zip.entries.entries()) {
    if (limits.expired?.()) throw refusal('ARCHIVE_TOO_LARGE', 'reading took too long', entry.name);
    if (isShort(entry) && !ahead.has(entry)) ahead = decryptAhead(zip, index);
    const data = open(zip, entry, ahead.get(entry));
    if (typeof data === 'string') throw verdict(zip, entry, { failure: data, passwordFits });
    if (archiveSignature(data) !== undefined) throw refusal('ARCHIVE_NESTED', 'a member is an archive', entry.name);
    passwordFits ||= entry.encryption.kind !== 'none';
    yield { name: entry.name, data };
  }
}

/** Short members are decrypted so many at a time, and no more bytes than this of each. */
const TOGETHER = { members: 64, bytes: 64 << 10 };

const isShort = ({ encryption, packedSize }: ZipEntry): boolean =>
  encryption.kind === 'zipcrypto' && packedSize >= ZIP_CRYPTO_HEADER && packedSize <= TOGETHER.bytes;

/** The short members at the head of the rest whose check byte fits the password, decrypted in step. */
function decryptAhead({ bytes, entries, keys }: Zip, from: number): ReadonlyMap<ZipEntry, Uint8Array> {
  const some = entries.slice(from, from + TOGETHER.members).filter(isShort);
  const packed = some.map(({ start, packedSize }) => bytes.subarray(start, start + packedSize));
  const plain = zipCryptoDecryptAll(packed, keys);
  const fits = ({ encryption }: ZipEntry, index: number): boolean =>
    encryption.kind === 'zipcrypto' && encryption.checks.includes(plain[index]![ZIP_CRYPTO_HEADER - 1]!);
  return new Map(some.flatMap((entry, index) => (fits(entry, index) ? [[entry, plain[index]!]] : [])));
}

/** `decrypted`: the member's bytes, where ZipCrypto has already been undone. */
function open({ bytes, keys, derive }: Zip, entry: ZipEntry, decrypted?: Uint8Array): Uint8Array | Failure {
  const { encryption, start, size } = entry;
  let packed = bytes.subarray(start, start + entry.packedSize);
  if (encryption.kind === 'zipcrypto') {
    const plain = decrypted ?? zipCryptoDecrypt(packed, keys, encryption.checks);
    if (!plain) return 'check';
    packed = plain.subarray(ZIP_CRYPTO_HEADER);
  } else if (encryption.kind === 'aes') {
    const plain = aesDecrypt(packed, derive, encryption.strength);
    if (plain === 'wrong-password') return 'check';
    if (plain === 'wrong-code') return 'authentication';
    packed = plain;
  }
  let data = packed;
  if (entry.method === 'deflated') {
    const inflated = inflate(packed, size);
    if (typeof inflated === 'string') return 'deflate';
    if (inflated.consumed !== packed.length) return 'length';
    data = inflated.data;
  }
  if (data.length !== size) return 'length';
  const hasCrc = encryption.kind !== 'aes' || encryption.version === 1;
  return hasCrc && crc32(data) !== entry.crc ? 'crc' : data;
}

const DAMAGE: Readonly<Record<Failure, readonly [ArchiveCode, string]>> = {
  check: ['ARCHIVE_CHECKSUM', 'the password opens other members and not this one'],
  authentication: ['ARCHIVE_CHECKSUM', 'the content does not have the stated authentication code'],
  crc: ['ARCHIVE_CHECKSUM', 'the content does not have the stated CRC'],
  deflate: ['ARCHIVE_CORRUPT', 'the compressed data is not deflate of the stated size'],
  length: ['ARCHIVE_CORRUPT', 'the content does not have the stated length'],
};

/**
 * Password or damage? A wrong password is caught by the verifier of AES (all but one in 65,536) and the check byte of
 * ZipCrypto (all but one in 256); one that passes shows as data that does not inflate. But damage shows so as well;
 * what decides is whether the password opens any other member. A CRC that is wrong after clean inflation is damage:
 * a wrong password does not inflate cleanly. A single stored member is damage where it reads as text, as all data files
 * do. Where both are possible it is the password: the file waits, and is not refused for what its sender did right.
 */
function verdict(zip: Zip, entry: ZipEntry, { failure, passwordFits }: { failure: Failure; passwordFits: boolean }) {
  const { encryption, method, name } = entry;
  const others = zip.entries.filter((other) => other !== entry && other.encryption.kind !== 'none');
  const isSuspect =
    failure === 'check' ||
    (encryption.kind === 'zipcrypto' &&
      (failure !== 'crc' || (method === 'stored' && (others.length > 0 || !readsAsText(zip, entry)))));
  if (isSuspect && !passwordFits && !opensAny(zip, others)) {
    return refusal('ARCHIVE_WRONG_PASSWORD', 'the password on file opens no member that was tried', name);
  }
  const [code, detail] = DAMAGE[failure];
  return refusal(code, detail, name);
}

const TRIED = 4;

function opensAny(zip: Zip, entries: readonly ZipEntry[]): boolean {
  return entries.slice(0, TRIED).some((entry) => typeof open(zip, entry) !== 'string');
}

/** What no text has: control characters but for NUL (wide encodings), tab and line ends. One byte in ten of noise. */
const isControl = (byte: number): boolean => byte < 32 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13;

function readsAsText({ bytes, keys }: Zip, { encryption, start, packedSize }: ZipEntry): boolean {
  const checks = encryption.kind === 'zipcrypto' ? encryption.checks : [];
  const plain = zipCryptoDecrypt(bytes.subarray(start, start + packedSize), keys, checks);
  return plain?.subarray(ZIP_CRYPTO_HEADER).some(isControl) === false;
}
