import { byteReader, readByte, readUint, readVarint, writeByte, writeBytes, writeUint, writeVarint } from './bytes.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { crc32 } from './checksum.js';
import { damaged } from './damaged.js';
import { fromUtf8, utf8 } from './text.js';

/** Of the directory. Bodies carry versions of their own. */
const VERSION = 2;
/** The content version whose bodies need not say so. */
const USUAL_CONTENT = 4;
const MAX_DAYS = 366;
const MAX_YEAR = 9999;

/** Where a body lies: bytes `start … end)`, its checksum being the last two; and the version of its content. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly version: number;
}

/** A body to be written: the content, and a checksum of both version and content. */
export interface Body {
  readonly version: number;
  readonly bytes: Uint8Array;
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
  readonly reporting: Body;
  readonly bodies: readonly { readonly category: string; readonly rev: number; readonly body: Body }[];
}

/** Appends the directory and the bodies. Layout in docs/series-codec.md, "Region-year". */
export function writeRegionYear(out: ByteWriter, { year, days, rev, reporting, bodies }: Packed): void {
  if (!Number.isInteger(year) || year < 0 || year > MAX_YEAR) throw new RangeError(`year ${year}`);
  if (days > MAX_DAYS) throw new RangeError(`${days} days in a year`);
  writeByte(out, VERSION);
  writeVarint(out, year);
  writeVarint(out, days);
  writeVarint(out, rev);
  writeLength(out, reporting, false);
  writeVarint(out, bodies.length);
  let previous: Uint8Array = new Uint8Array(0);
  for (const { category, rev: own, body } of bodies) {
    const name = utf8(category);
    writeName(out, name, previous);
    previous = name;
    writeLength(out, body, own !== rev);
    if (own !== rev) writeVarint(out, own);
  }
  writeUint(out, crc32(out.bytes, 0, out.length), 4);
  writeBytes(out, reporting.bytes);
  for (const { body } of bodies) writeBytes(out, body.bytes);
}

/** 4 × bytes + 2 where the content has another version than the usual, which follows + 1 where a revision follows. */
function writeLength(out: ByteWriter, { version, bytes }: Body, hasRev: boolean): void {
  writeVarint(out, bytes.length * 4 + (version === USUAL_CONTENT ? 0 : 2) + (hasRev ? 1 : 0));
  if (version !== USUAL_CONTENT) writeByte(out, version);
}

/** Fifteen in half a byte says that a varint with the rest follows. */
const MANY = 15;

/** What a name shares with the one before, then the rest of it: 16 × shared + rest, in bytes of UTF-8. */
function writeName(out: ByteWriter, name: Uint8Array, previous: Uint8Array): void {
  let shared = 0;
  while (shared < name.length && name[shared] === previous[shared]) shared++;
  const rest = name.length - shared;
  writeByte(out, 16 * Math.min(shared, MANY) + Math.min(rest, MANY));
  if (shared >= MANY) writeVarint(out, shared - MANY);
  if (rest >= MANY) writeVarint(out, rest - MANY);
  writeBytes(out, name.subarray(shared));
}

/** A name as bytes, in an array that is longer, and as text. */
interface Name {
  readonly bytes: Uint8Array;
  length: number;
  text: string;
  /** A byte is a character. */
  isAscii: boolean;
}

/** Reads a name over the one before: most share their beginning with it. */
function readName(from: ByteReader, name: Name): Name {
  const first = readByte(from);
  const shared = (first >> 4) + (first >> 4 === MANY ? readVarint(from) : 0);
  const rest = (first & MANY) + ((first & MANY) === MANY ? readVarint(from) : 0);
  if (shared > name.length) throw damaged('a name is longer than the one before');
  if (rest > from.end - from.at) throw damaged('it ends too early');
  const length = shared + rest;
  const bytes = length <= name.bytes.length ? name.bytes : grown(name.bytes, length);
  let { isAscii } = name;
  let text = isAscii ? name.text.slice(0, shared) : '';
  for (let at = shared; at < length; at++) {
    const byte = readByte(from);
    bytes[at] = byte;
    if (byte >= 0x80) isAscii = false;
    else if (isAscii) text += String.fromCharCode(byte);
  }
  if (!isAscii) {
    text = fromUtf8(bytes.subarray(0, length));
    isAscii = text.length === length;
  }
  return { bytes, length, text, isAscii };
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(2 * length);
  larger.set(bytes);
  return larger;
}

interface Sized {
  readonly length: number;
  readonly version: number;
  readonly hasRev: boolean;
}

function readLength(from: ByteReader): Sized {
  const coded = readVarint(from);
  const version = coded % 4 >= 2 ? readByte(from) : USUAL_CONTENT;
  return { length: Math.floor(coded / 4), version, hasRev: coded % 2 === 1 };
}

type Listed = Sized & { readonly category: string; readonly rev: number };

/** Reads and checks the directory alone; of the bodies only lengths are. Throws SERIES_DAMAGED. */
export function readDirectory(bytes: Uint8Array): Directory {
  const from = byteReader(bytes);
  const directory = readByte(from);
  if (directory !== VERSION) throw damaged(`region-year version ${directory} is not known here`);
  const year = readVarint(from);
  const days = readVarint(from);
  const rev = readVarint(from);
  const first = readLength(from);
  const count = readVarint(from);
  const listed: Listed[] = [];
  let name: Name = { bytes: new Uint8Array(64), length: 0, text: '', isAscii: true };
  for (let i = 0; i < count; i++) {
    name = readName(from, name);
    const sized = readLength(from);
    listed.push({ ...sized, category: name.text, rev: sized.hasRev ? readVarint(from) : rev });
  }
  if (crc32(bytes, 0, from.at) !== readUint(from, 4)) throw damaged('a checksum differs');
  if (year > MAX_YEAR || days > MAX_DAYS) throw damaged('its year is out of range');
  let at = from.at;
  const range = ({ length, version }: Sized): Range => {
    const start = at;
    at += length;
    if (at > bytes.length || length < 3) throw damaged('its length differs');
    return { start, end: at, version };
  };
  const reporting = range(first);
  const entries = listed.map((one) => ({ category: one.category, rev: one.rev, ...range(one) }));
  if (at !== bytes.length) throw damaged('its length differs');
  return { year, days, rev, reporting, entries };
}
