import type { SeriesRecord } from '#vocabulary';
import { type ByteReader, byteWriter, written } from './bytes.js';
import { damaged } from './damaged.js';
import { type Frame, readPlain, writePlain } from './plain.js';

/** The coded days of a record, without days and rev: a record states these before, a region-year in its directory. */
export interface Content {
  readonly version: number;
  readonly bytes: Uint8Array;
}

export function encodeContent(record: SeriesRecord): Content {
  const out = byteWriter(1024);
  writePlain(out, record);
  return { version: 1, bytes: written(out) };
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
    default:
      throw damaged(`version ${version} is not known here`);
  }
}
