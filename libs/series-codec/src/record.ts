import type { SeriesRecord } from '#vocabulary';
import {
  type ByteReader,
  byteReader,
  type ByteWriter,
  byteWriter,
  readByte,
  readVarint,
  writeByte,
  writeBytes,
  writeUint,
  writeVarint,
  written,
} from './bytes.js';
import { crc16 } from './checksum.js';
import { decodeContent, encodeContent, presetOf } from './content.js';
import { damaged } from './damaged.js';
import type { Frame } from './plain.js';
import type { Preset } from './presets.js';

/** Longer records are refused: it bounds what a damaged length can make a reader allocate. */
export const MAX_DAYS = 65_535;

/** States what a writer needs: throws RangeError with the bad value, before anything is written. */
export function checkRecord({ total, unflagged, status, rev }: SeriesRecord): void {
  const days = total.length;
  if (days > MAX_DAYS) throw new RangeError(`${days} days; a record has at most ${MAX_DAYS}`);
  if (unflagged.length !== days || status.length !== days)
    throw new RangeError(`arrays of ${days}, ${unflagged.length} and ${status.length} days in one record`);
  if (!Number.isSafeInteger(rev) || rev < 0) throw new RangeError(`rev ${rev} is not a whole number from 0 to 2^53`);
}

/**
 * One region × category over any number of days up to {@link MAX_DAYS}, in bytes that stand by themselves:
 * version, days, rev, content, CRC-16. `previous` is an earlier encoding of the same series, or its preset, which is
 * kept; that is some eighty times faster than searching for the best one, as is done without.
 */
export function encodeRecord(record: SeriesRecord, previous?: Uint8Array | Preset): Uint8Array {
  checkRecord(record);
  const kept = previous instanceof Uint8Array ? (recordPreset(previous) ?? 'quick') : previous;
  const content = encodeContent(record, kept ?? 'thorough');
  const out = byteWriter(content.bytes.length + 20);
  writeStart(out, content.version, record.total.length);
  writeVarint(out, record.rev);
  writeBytes(out, content.bytes);
  writeUint(out, crc16(out.bytes, 0, out.length), 2);
  return written(out);
}

/** The inverse of {@link encodeRecord}, of this and every earlier version. Throws SERIES_DAMAGED, never garbage. */
export function decodeRecord(bytes: Uint8Array): SeriesRecord {
  const { version, from, frame } = openRecord(bytes);
  return decodeContent(version, from, frame);
}

/** The preset of an encoded record, to be kept beside a series; undefined for a record that needs none. */
export function recordPreset(bytes: Uint8Array): Preset | undefined {
  const { version, from } = openRecord(bytes);
  return presetOf(version, from);
}

function openRecord(bytes: Uint8Array): { version: number; from: ByteReader; frame: Frame } {
  const end = bytes.length - 2;
  if (end < 1) throw damaged('it ends too early');
  if (crc16(bytes, 0, end) !== bytes[end]! + 256 * bytes[end + 1]!) throw damaged('a checksum differs');
  const from = byteReader(bytes, 0, end);
  const { version, days } = readStart(from);
  return { version, from, frame: { days, rev: readVarint(from) } };
}

/** Lengths that stand in the first byte, from 1 on: a year, a leap year, two years. */
const USUAL = [365, 366, 730, 731];
/** Until content version 3 the usual lengths had a byte of their own, from 250 on; it is still read. */
const SPECIAL = 250;
/** One byte follows, from {@link SPECIAL} days on. */
const LONGER = 254;
const ANY = 255;

/** The content version and 16 × which usual length; for another, a byte up to 249 days, 254 and a byte up to
 * 505, else 255 and a varint. */
function writeStart(out: ByteWriter, version: number, days: number): void {
  const usual = USUAL.indexOf(days) + 1;
  writeByte(out, version + 16 * usual);
  if (usual > 0) return;
  if (days < SPECIAL) writeByte(out, days);
  else if (days < SPECIAL + 256) {
    writeByte(out, LONGER);
    writeByte(out, days - SPECIAL);
  } else {
    writeByte(out, ANY);
    writeVarint(out, days);
  }
}

function readStart(from: ByteReader): { version: number; days: number } {
  const first = readByte(from);
  const version = first % 16;
  if (first >= 16) return { version, days: checkedDays(USUAL[(first >> 4) - 1]) };
  const second = readByte(from);
  if (second < SPECIAL) return { version, days: second };
  if (second === LONGER) return { version, days: SPECIAL + readByte(from) };
  return { version, days: checkedDays(second === ANY ? readVarint(from) : USUAL[second - SPECIAL]) };
}

function checkedDays(days: number | undefined): number {
  if (days === undefined || days > MAX_DAYS) throw damaged('its number of days is not known here');
  return days;
}
