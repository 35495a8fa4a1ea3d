import { refusal } from './refusal.js';
import { uint64 } from './zip-format.js';

const END = 0x06054b50;
const END_SIZE = 22;
const END64 = 0x06064b50;
const END64_SIZE = 56;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
const MAX_COMMENT = 0xffff;

export interface DirectoryPlace {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * Finds the central directory by the end record (APPNOTE 4.3.16) and, where there is one, its Zip64 companion
 * (4.3.14, 4.3.15). The end record is the last thing in the file, and the directory lies directly before it: anything
 * else is cut off (ARCHIVE_TRUNCATED) or was tampered with (ARCHIVE_CORRUPT).
 */
export function findEnd(view: DataView): DirectoryPlace {
  const at = findEndRecord(view);
  let count = view.getUint16(at + 10, true);
  let size = view.getUint32(at + 12, true);
  let offset = view.getUint32(at + 16, true);
  let directoryEnd = at;
  let disks = view.getUint16(at + 4, true) | view.getUint16(at + 6, true);
  const countHere = view.getUint16(at + 8, true);
  if (at >= LOCATOR_SIZE && view.getUint32(at - LOCATOR_SIZE, true) === LOCATOR) {
    const wide = at - LOCATOR_SIZE - END64_SIZE;
    const stated = uint64(view, at - LOCATOR_SIZE + 8);
    // A record with an extensible data sector begins earlier than its fixed size says.
    const start = wide >= stated ? stated : -1;
    if (start < 0 || view.getUint32(start, true) !== END64)
      throw refusal('ARCHIVE_CORRUPT', 'the Zip64 end record is not where it should be');
    if (start + 12 + uint64(view, start + 4) !== at - LOCATOR_SIZE)
      throw refusal('ARCHIVE_CORRUPT', 'the Zip64 end record has another length');
    if (view.getUint32(start + 16, true) !== 0 || view.getUint32(start + 20, true) !== 0) throw severalParts();
    const agrees = (narrow: number, value: number, most: number): boolean => narrow === most || narrow === value;
    const wideCount = uint64(view, start + 32);
    const wideSize = uint64(view, start + 40);
    const wideOffset = uint64(view, start + 48);
    if (
      !agrees(count, wideCount, 0xffff) ||
      !agrees(size, wideSize, 0xffffffff) ||
      !agrees(offset, wideOffset, 0xffffffff)
    ) {
      throw refusal('ARCHIVE_CORRUPT', 'the two end records disagree');
    }
    count = wideCount;
    size = wideSize;
    offset = wideOffset;
    directoryEnd = start;
    disks = disks === 0xffff ? 0 : disks;
  } else if (countHere !== count) throw severalParts();
  if (disks !== 0) throw severalParts();
  if (offset + size > directoryEnd) throw refusal('ARCHIVE_TRUNCATED', 'bytes before the directory are missing');
  if (offset + size < directoryEnd) throw refusal('ARCHIVE_CORRUPT', 'bytes that belong to no member');
  return { count, offset, size };
}

const severalParts = () => refusal('ARCHIVE_UNSUPPORTED', 'an archive of several parts');

function findEndRecord(view: DataView): number {
  const size = view.byteLength;
  const last = size - END_SIZE;
  let trailed = false;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
    if (view.getUint8(at) !== 0x50 || view.getUint32(at, true) !== END) continue;
    const end = at + END_SIZE + view.getUint16(at + 20, true);
    if (end === size) return at;
    const isOurs = view.getUint32(at + 12, true) + view.getUint32(at + 16, true) === at;
    if (end < size && isOurs) trailed = true;
  }
  if (trailed) throw refusal('ARCHIVE_CORRUPT', 'bytes after the end of the archive');
  throw refusal('ARCHIVE_TRUNCATED', 'the end record is missing');
}
