import { crc32 } from 'node:zlib';
import type { ArchiveLimits } from './contract.js';
import { inflate } from './inflate.js';
import { refusal } from './refusal.js';

/** Deflate does no better than 258 bytes in two bits. */
const MOST_RATIO = 1_032;
const CHUNK = 16_384;
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** Unpacks a gzip file (RFC 1952), all its members one after the other. Zero bytes after the last one are padding. */
export function gunzip(bytes: Uint8Array, limits: ArchiveLimits): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const most = Math.min(
    limits.memberBytes,
    limits.totalBytes,
    Math.max(limits.ratioFromBytes, limits.ratio * bytes.length),
  );
  const parts: Uint8Array[] = [];
  let total = 0;
  let at = 0;
  do {
    if (parts.length >= limits.gzipMembers)
      throw refusal('ARCHIVE_TOO_LARGE', `more than ${limits.gzipMembers} gzip members`);
    at = skipHeader(bytes, at);
    const packed = bytes.subarray(at);
    // The last four bytes state the size, if there is but one member and if they are true.
    const stated = parts.length === 0 && bytes.length >= 4 ? view.getUint32(bytes.length - 4, true) : CHUNK;
    const result = inflate(packed, most - total, Math.min(stated, most - total, MOST_RATIO * packed.length));
    if (result === 'ends-early') throw refusal('ARCHIVE_TRUNCATED', 'the compressed data ends early');
    if (result === 'invalid') throw refusal('ARCHIVE_CORRUPT', 'the compressed data is not deflate');
    if (result === 'too-long') throw refusal('ARCHIVE_TOO_LARGE', `more than ${most} bytes unpacked`);
    const { data, consumed } = result;
    at += consumed;
    if (at + 8 > bytes.length) throw refusal('ARCHIVE_TRUNCATED', 'the trailer is missing');
    if (view.getUint32(at, true) !== crc32(data))
      throw refusal('ARCHIVE_CHECKSUM', 'the content does not have the stated CRC');
    if (view.getUint32(at + 4, true) !== data.length % 2 ** 32) {
      throw refusal('ARCHIVE_CHECKSUM', 'the content does not have the stated length');
    }
    at += 8;
    total += data.length;
    parts.push(data);
    if (isPadding(bytes, at)) break;
  } while (at < bytes.length);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, total);
}

/** Where the compressed data begins. */
function skipHeader(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b) {
    if (start + 2 > bytes.length) throw truncated();
    throw refusal('ARCHIVE_CORRUPT', 'bytes after the end that are no gzip member');
  }
  if (start + 10 > bytes.length) throw truncated();
  if (bytes[start + 2] !== 8) throw refusal('ARCHIVE_UNSUPPORTED', 'the compression method is not deflate');
  const flags = bytes[start + 3]!;
  if (flags & FLAG.reserved) throw refusal('ARCHIVE_CORRUPT', 'reserved flags are set');
  let at = start + 10;
  if (flags & FLAG.extra) {
    if (at + 2 > bytes.length) throw truncated();
    at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) throw truncated();
    at = end + 1;
  }
  if (flags & FLAG.headerCrc) {
    if (at + 2 > bytes.length) throw truncated();
    const stated = bytes[at]! + 256 * bytes[at + 1]!;
    if ((crc32(bytes.subarray(start, at)) & 0xffff) !== stated)
      throw refusal('ARCHIVE_CHECKSUM', 'the header does not have the stated CRC');
    at += 2;
  }
  if (at >= bytes.length) throw truncated();
  return at;
}

const truncated = () => refusal('ARCHIVE_TRUNCATED', 'the header is cut off');

function isPadding(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
