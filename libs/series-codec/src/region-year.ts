import { type Day, type RegionYear, type SeriesRecord, startOfYear } from '#vocabulary';
import { type ByteReader, byteReader, byteWriter, writeBytes, writeUint, written } from './bytes.js';
import { crc16 } from './checksum.js';
import { decodeContent, type Effort, encodeContent, presetOf } from './content.js';
import { damaged } from './damaged.js';
import { type Body, type Directory, type Range, readDirectory, writeRegionYear } from './directory.js';
import type { Frame } from './plain.js';
import type { Preset } from './presets.js';
import { checkRecord } from './record.js';
import { selectCategories } from './select.js';

/** What a region-year says without decoding a series. */
export interface RegionYearHeader {
  readonly year: number;
  /** 1 January of `year`. */
  readonly start: Day;
  readonly days: number;
  /** Highest revision of any record in it. */
  readonly rev: number;
  /** In the order they were written. */
  readonly categories: readonly string[];
  /** Revision of each category's record. */
  readonly revs: ReadonlyMap<string, number>;
}

/**
 * All categories of a region-year as one value of the cache. `how` is an earlier encoding of the same region-year,
 * whose presets are kept for the categories that are still there (one pass a record); or how much to search for
 * presets: `quick` (four passes; what is done without it) or `thorough` (some eighty, for a few percent fewer bytes).
 */
export function encodeRegionYear(regionYear: RegionYear, how: Uint8Array | Effort = 'quick'): Uint8Array {
  const { year, start, days, rev, reporting, categories } = regionYear;
  if (start !== startOfYear(year)) throw new RangeError(`start ${start} is not the first day of ${year}`);
  const presets = how instanceof Uint8Array ? presetsOf(how) : undefined;
  const effort = how instanceof Uint8Array ? 'quick' : how;
  const out = byteWriter(4096);
  writeRegionYear(out, {
    year,
    days,
    rev,
    reporting: encodeBody(reportingRecord(reporting, rev), days, presets?.reporting ?? effort),
    bodies: Array.from(categories, ([category, record]) => ({
      category,
      rev: record.rev,
      body: encodeBody(record, days, presets?.categories.get(category) ?? effort),
    })),
  });
  return written(out);
}

/** The inverse of {@link encodeRegionYear}. Throws SERIES_DAMAGED, never garbage. */
export function decodeRegionYear(bytes: Uint8Array): RegionYear {
  const { year, days, rev, reporting, entries } = readDirectory(bytes);
  return {
    year,
    start: startOfYear(year),
    days,
    rev,
    reporting: decodeBody(bytes, reporting, { days, rev }).total,
    categories: new Map(entries.map((entry) => [entry.category, decodeBody(bytes, entry, { days, rev: entry.rev })])),
  };
}

function categoriesOf(bytes: Uint8Array, { days, entries }: Directory, wanted: readonly string[]) {
  const found = new Map<string, SeriesRecord>();
  for (const entry of entries) {
    if (wanted.includes(entry.category)) found.set(entry.category, decodeBody(bytes, entry, { days, rev: entry.rev }));
  }
  return found;
}

/** A region-year with the wanted categories only; the others are skipped. Throws SERIES_DAMAGED. */
export function readRegionYear(bytes: Uint8Array, wanted: readonly string[]): RegionYear {
  const directory = readDirectory(bytes);
  const { year, days, rev, reporting } = directory;
  return {
    year,
    start: startOfYear(year),
    days,
    rev,
    reporting: decodeBody(bytes, reporting, { days, rev }).total,
    categories: categoriesOf(bytes, directory, wanted),
  };
}

/** A region-year whose directory has been read: its series are decoded one by one, as they are asked for. */
export interface OpenRegionYear {
  /** 1 January. */
  readonly start: Day;
  readonly days: number;
  /** Highest revision of any record in it. */
  readonly rev: number;
  /** Undefined when it does not hold the category. Throws SERIES_DAMAGED. */
  series(category: string): SeriesRecord | undefined;
  /** How many facilities reported, a number a day. Throws SERIES_DAMAGED. */
  reporting(): Uint32Array;
  /** A region-year with the wanted categories only, in the order of this one; nothing is decoded. */
  select(wanted: readonly string[]): Uint8Array;
}

/** For who asks one region-year several times. Throws SERIES_DAMAGED when the directory is damaged. */
export function openRegionYear(bytes: Uint8Array): OpenRegionYear {
  const directory = readDirectory(bytes);
  const { year, days, rev, reporting, entries } = directory;
  return {
    start: startOfYear(year),
    days,
    rev,
    series(category) {
      const entry = entries.find((one) => one.category === category);
      return entry && decodeBody(bytes, entry, { days, rev: entry.rev });
    },
    reporting: () => decodeBody(bytes, reporting, { days, rev }).total,
    select: (wanted) => selectCategories(bytes, { directory, wanted }),
  };
}

/** The directory alone. Throws SERIES_DAMAGED when it is damaged; the series are not looked at. */
export function peekRegionYear(bytes: Uint8Array): RegionYearHeader {
  const { year, days, rev, entries } = readDirectory(bytes);
  return {
    year,
    start: startOfYear(year),
    days,
    rev,
    categories: entries.map(({ category }) => category),
    revs: new Map(entries.map((entry) => [entry.category, entry.rev])),
  };
}

interface Presets {
  readonly reporting: Preset | undefined;
  readonly categories: ReadonlyMap<string, Preset | undefined>;
}

function presetsOf(bytes: Uint8Array): Presets {
  const { reporting, entries } = readDirectory(bytes);
  const preset = (range: Range): Preset | undefined => presetOf(range.version, openBody(bytes, range));
  return { reporting: preset(reporting), categories: new Map(entries.map((entry) => [entry.category, preset(entry)])) };
}

const reportingRecord = (reporting: Uint32Array, rev: number): SeriesRecord => ({
  total: reporting,
  unflagged: reporting,
  status: new Uint8Array(reporting.length),
  rev,
});

/** A record whose days, rev and version stand in the directory: content, CRC-16 of version and content. */
function encodeBody(record: SeriesRecord, days: number, how: Preset | Effort): Body {
  checkRecord(record);
  if (record.total.length !== days) throw new RangeError(`${record.total.length} days in a year of ${days}`);
  const { version, bytes: content } = encodeContent(record, how);
  const out = byteWriter(content.length + 2);
  writeBytes(out, content);
  writeUint(out, crc16(content, 0, content.length, version), 2);
  return { version, bytes: written(out) };
}

function decodeBody(bytes: Uint8Array, range: Range, frame: Frame): SeriesRecord {
  return decodeContent(range.version, openBody(bytes, range), frame);
}

function openBody(bytes: Uint8Array, { start, end, version }: Range): ByteReader {
  const last = end - 2;
  if (crc16(bytes, start, last, version) !== bytes[last]! + 256 * bytes[last + 1]!) throw damaged('a checksum differs');
  return byteReader(bytes, start, last);
}
