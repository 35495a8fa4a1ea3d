import {
  byteReader,
  readByte,
  readBytes,
  readUint,
  readVarint,
  writeByte,
  writeBytes,
  writeUint,
  writeVarint,
} from './bytes.js';
import type { ByteWriter } from './bytes.js';
import { crc32 } from './checksum.js';
import { damaged } from './damaged.js';
import { fromUtf8, utf8 } from './text.js';

/** The only version of the region-year's directory; its bodies carry versions of their own. */
const VERSION = 1;
const MAX_DAYS = 366;
const MAX_YEAR = 9999;

/** Where a body lies: bytes `start … end)`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A category of a region-year. */
export interface Entry extends Range {
  readonly category: string;
  readonly rev: number;
}

/** What a region-year says before its bodies. */
export interface Directory {
  readonly year: number;
  readonly days: number;
  readonly rev: number;
  /** The body of the reporting counts. */
  readonly reporting: Range;
  readonly entries: readonly Entry[];
}

interface Packed {
  readonly year: number;
  readonly days: number;
  readonly rev: number;
  readonly reporting: Uint8Array;
  readonly bodies: readonly { readonly category: string; readonly rev: number; readonly body: Uint8Array }[];
}

/** Appends the directory and the bodies. Layout in docs/series-codec.md, "Region-year". */
export function writeRegionYear(out: ByteWriter, { year, days, rev, reporting, bodies }: Packed): void {
  if (!Number.isInteger(year) || year < 0 || year > MAX_YEAR) throw new RangeError(`year ${year}`);
  if (days > MAX_DAYS) throw new RangeError(`${days} days in a year`);
  writeByte(out, VERSION);
  writeVarint(out, year);
  writeVarint(out, days);
  writeVarint(out, rev);
  writeVarint(out, reporting.length);
  writeVarint(out, bodies.length);
  for (const entry of bodies) {
    const name = utf8(entry.category);
    writeVarint(out, name.length);
    writeBytes(out, name);
    const own = entry.rev === rev ? 0 : 1;
    writeVarint(out, entry.body.length * 2 + own);
    if (own) writeVarint(out, entry.rev);
  }
  writeUint(out, crc32(out.bytes, 0, out.length), 4);
  writeBytes(out, reporting);
  for (const { body } of bodies) writeBytes(out, body);
}

/** Reads and checks the directory alone; the bodies are not touched. Throws SERIES_DAMAGED. */
export function readDirectory(bytes: Uint8Array): Directory {
  const from = byteReader(bytes);
  if (readByte(from) !== VERSION) throw damaged(`region-year version ${bytes[0]} is not known here`);
  const year = readVarint(from);
  const days = readVarint(from);
  const rev = readVarint(from);
  const reportingLength = readVarint(from);
  const count = readVarint(from);
  const lengths: { category: string; rev: number; length: number }[] = [];
  for (let i = 0; i < count; i++) {
    const category = fromUtf8(readBytes(from, readVarint(from)));
    const coded = readVarint(from);
    lengths.push({ category, length: Math.floor(coded / 2), rev: coded % 2 ? readVarint(from) : rev });
  }
  if (crc32(bytes, 0, from.at) !== readUint(from, 4)) throw damaged('a checksum differs');
  if (year > MAX_YEAR || days > MAX_DAYS) throw damaged('its year is out of range');
  let at = from.at + reportingLength;
  const reporting = { start: from.at, end: at };
  const entries = lengths.map(({ category, rev: own, length }) => {
    at += length;
    return { category, rev: own, start: at - length, end: at };
  });
  if (at !== bytes.length) throw damaged('its length differs');
  return { year, days, rev, reporting, entries };
}
