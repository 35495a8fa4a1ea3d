import type { SeriesRecord } from '#vocabulary';
import { byteReader, type ByteReader, byteWriter, written } from './bytes.js';
import { damaged } from './damaged.js';
import { readMagnitudes, writeMagnitudes } from './magnitudes.js';
import { canModel, readModelled, readOpening, writeModelled } from './modelled.js';
import { type Frame, readPlain, writePlain } from './plain.js';
import type { Preset } from './presets.js';
import { quickPreset, searchPreset } from './search.js';

/** The coded days of a record, without days and rev: a record states these before, a region-year in its directory. */
export interface Content {
  readonly version: number;
  readonly bytes: Uint8Array;
}

/**
 * How much to search for a preset: `thorough` takes some eighty passes over the record, `quick` four. A preset of an
 * earlier encoding takes one.
 */
export type Effort = 'quick' | 'thorough';

/** Codes a record with a preset, or in the smallest of the ways tried. */
export function encodeContent(record: SeriesRecord, how: Preset | Effort): Content {
  if (!canModel(record)) return plainly(record);
  if (typeof how === 'object') {
    const same = record.total.every((value, day) => value === record.unflagged[day]);
    if (how.same === same) return modelled(record, how);
  }
  const preset = how === 'thorough' ? searchPreset(record) : quickPreset(record);
  const others = [magnitudes(record), plainly(record)];
  return others.reduce(
    (least, other) => (other.bytes.length < least.bytes.length ? other : least),
    modelled(record, preset),
  );
}

function plainly(record: SeriesRecord): Content {
  const out = byteWriter(1024);
  writePlain(out, record);
  return { version: 1, bytes: written(out) };
}

function modelled(record: SeriesRecord, preset: Preset): Content {
  const out = byteWriter(1024);
  writeModelled(out, record, preset);
  return { version: 4, bytes: written(out) };
}

function magnitudes(record: SeriesRecord): Content {
  const out = byteWriter(1024);
  writeMagnitudes(out, record);
  return { version: 3, bytes: written(out) };
}

/** The preset of a content, for the next day's encoding; undefined where it has none. */
export function presetOf(version: number, from: ByteReader): Preset | undefined {
  return version === 4 ? readOpening(byteReader(from.bytes, from.at, from.end)).preset : undefined;
}

/** Reads a content of any version to the end of `from`; throws SERIES_DAMAGED if it does not end there. */
export function decodeContent(version: number, from: ByteReader, frame: Frame): SeriesRecord {
  const record = readVersion(version, from, frame);
  if (from.at !== from.end) throw damaged('bytes are left over');
  return record;
}

function readVersion(version: number, from: ByteReader, frame: Frame): SeriesRecord {
  switch (version) {
    case 1:
      return readPlain(from, frame);
    case 3:
      return readMagnitudes(from, frame);
    case 4:
      return readModelled(from, frame);
    default:
      throw damaged(`version ${version} is not known here`);
  }
}
