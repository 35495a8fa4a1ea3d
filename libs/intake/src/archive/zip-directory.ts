import type { ArchiveLimits } from './contract.js';
import { checkName, decodeName } from './member-name.js';
import { refusal } from './refusal.js';
import { aesOverhead } from './winzip-aes.js';
import { findEnd } from './zip-end.js';
import {
  AES_FIELD,
  type Encryption,
  extraField,
  FLAG,
  MAX32,
  type Range,
  wideReader,
  type ZipEntry,
} from './zip-format.js';
import { checkLocal } from './zip-local.js';
import { ZIP_CRYPTO_HEADER } from './zip-crypto.js';

const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const STORED = 0;
const DEFLATED = 8;
const AES = 99;
const PLAIN: Encryption = { kind: 'none' };

/**
 * Reads the central directory (APPNOTE 4.3.12) and gives every verdict that needs no unpacking: names, methods,
 * limits, agreement with the local headers, overlap. Folders are left out.
 */
export function readDirectory(bytes: Uint8Array, limits: ArchiveLimits): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, offset, size } = findEnd(view);
  if (count > limits.members) throw refusal('ARCHIVE_TOO_LARGE', `${count} members; the limit is ${limits.members}`);
  const entries = entriesOf(bytes, view, { count, from: offset, to: offset + size });
  // A damaged directory is told before what it says is judged: a flipped bit is no attack.
  checkLocal(bytes, entries, offset);
  const names = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    checkName(entry.name);
    if (names.has(entry.name)) throw refusal('ARCHIVE_UNSAFE_NAME', 'two members have this name', entry.name);
    names.add(entry.name);
    total += entry.size;
    checkSize(entry, total, limits);
  }
  if (total > limits.ratioFromBytes && total > limits.ratio * bytes.length) {
    throw refusal('ARCHIVE_TOO_LARGE', `unpacks to more than ${limits.ratio} times its size`);
  }
  return entries.filter((entry) => !isFolder(entry));
}

/** Follows the entries of the directory to its end; where it does not lead there nothing in it is believed. */
function entriesOf(bytes: Uint8Array, view: DataView, { count, from, to }: Range & { count: number }): ZipEntry[] {
  const starts = new Float64Array(count);
  let at = from;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_SIZE > to || view.getUint32(at, true) !== CENTRAL) {
      throw refusal('ARCHIVE_CORRUPT', `entry ${index + 1} of the directory is not one`);
    }
    starts[index] = at;
    at += CENTRAL_SIZE + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at > to) throw refusal('ARCHIVE_CORRUPT', `entry ${index + 1} goes beyond the directory`);
  }
  if (at !== to) throw refusal('ARCHIVE_CORRUPT', 'the directory is longer than its entries');
  return Array.from(starts, (start) => readEntry(bytes, view, start));
}

function isFolder({ name, size }: ZipEntry): boolean {
  if (!name.endsWith('/')) return false;
  if (size > 0) throw refusal('ARCHIVE_CORRUPT', 'a folder has content', name);
  return true;
}

function checkSize({ name, size, packedSize }: ZipEntry, total: number, limits: ArchiveLimits): void {
  if (size > limits.memberBytes)
    throw refusal('ARCHIVE_TOO_LARGE', `${size} bytes; the limit is ${limits.memberBytes}`, name);
  if (total > limits.totalBytes) throw refusal('ARCHIVE_TOO_LARGE', `more than ${limits.totalBytes} bytes unpacked`);
  if (size > limits.ratioFromBytes && size > limits.ratio * packedSize) {
    throw refusal('ARCHIVE_TOO_LARGE', `unpacks to more than ${limits.ratio} times its size`, name);
  }
}

function readEntry(bytes: Uint8Array, view: DataView, at: number): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const rawMethod = view.getUint16(at + 10, true);
  const time = view.getUint16(at + 12, true);
  const crc = view.getUint32(at + 16, true);
  const nameEnd = at + CENTRAL_SIZE + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const nameBytes = bytes.subarray(at + CENTRAL_SIZE, nameEnd);
  const name = decodeName(nameBytes);
  let packedSize = view.getUint32(at + 20, true);
  let size = view.getUint32(at + 24, true);
  let disk = view.getUint16(at + 34, true);
  let headerOffset = view.getUint32(at + 42, true);

  if (packedSize === MAX32 || size === MAX32 || headerOffset === MAX32 || disk === 0xffff) {
    const wide = wideReader(view, extraField(view, { from: nameEnd, to: extraEnd, id: 1 }), name);
    if (size === MAX32) size = wide(8);
    if (packedSize === MAX32) packedSize = wide(8);
    if (headerOffset === MAX32) headerOffset = wide(8);
    if (disk === 0xffff) disk = wide(4);
  }
  if (disk !== 0) throw refusal('ARCHIVE_UNSUPPORTED', 'an archive of several parts', name);
  if (flags & (FLAG.patched | FLAG.strong | FLAG.masked)) {
    throw refusal('ARCHIVE_UNSUPPORTED', 'PKWARE strong encryption or patch data', name);
  }

  let method = rawMethod;
  let encryption = PLAIN;
  const aesField = rawMethod === AES ? extraField(view, { from: nameEnd, to: extraEnd, id: AES_FIELD }) : undefined;
  if (rawMethod === AES) {
    const aes = readAes(view, aesField, name);
    if (!(flags & FLAG.encrypted)) throw refusal('ARCHIVE_CORRUPT', 'AES without the flag of encryption', name);
    method = aes.method;
    encryption = aes.encryption;
    if (packedSize < aesOverhead(aes.encryption.strength))
      throw refusal('ARCHIVE_CORRUPT', 'too short to be encrypted', name);
  } else if (flags & FLAG.encrypted) {
    // With a data descriptor the CRC is not known in advance: Info-ZIP writers then check by the time instead.
    encryption = { kind: 'zipcrypto', checks: flags & FLAG.descriptor ? [crc >>> 24, time >>> 8] : [crc >>> 24] };
    if (packedSize < ZIP_CRYPTO_HEADER) throw refusal('ARCHIVE_CORRUPT', 'too short to be encrypted', name);
  }
  if (method !== STORED && method !== DEFLATED)
    throw refusal('ARCHIVE_UNSUPPORTED', `compression method ${method}`, name);
  return {
    name,
    nameBytes,
    flags,
    rawMethod,
    method: method === STORED ? 'stored' : 'deflated',
    crc,
    packedSize,
    size,
    encryption,
    aesField,
    headerOffset,
    start: 0,
  };
}

function readAes(view: DataView, field: Range | undefined, name: string) {
  if (!field || field.to - field.from < 7) throw refusal('ARCHIVE_CORRUPT', 'AES without its extra field', name);
  const version = view.getUint16(field.from, true);
  const strength = view.getUint8(field.from + 4);
  const method = view.getUint16(field.from + 5, true);
  if (version !== 1 && version !== 2) throw refusal('ARCHIVE_UNSUPPORTED', `AES of version ${version}`, name);
  if (strength !== 1 && strength !== 2 && strength !== 3) {
    throw refusal('ARCHIVE_UNSUPPORTED', `AES of strength ${strength}`, name);
  }
  return { method, encryption: { kind: 'aes', strength, version } as const };
}
