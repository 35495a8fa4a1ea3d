import type { SeriesRecord } from '#vocabulary';
import { type ByteReader, readByte } from '../bytes.js';
import { damaged } from '../damaged.js';
import type { Frame } from '../plain.js';
import { closeStream, openStream } from '../rans.js';
import { readDays } from './days.js';
import type { Preset } from './presets.js';

const HAS_STATUS = 1;
const SAME = 2;

/** Reads content version 2, which is no longer written. Layout and model in docs/series-codec-2.md. */
export function readVersion2(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const { preset, hasStatus } = readPreset(from);
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  const stream = openStream(from.bytes, from.at, from.end);
  readDays({ total, unflagged, status }, preset, { hasStatus, stream });
  closeStream(stream);
  from.at = from.end;
  return { total, unflagged, status, rev };
}

function readPreset(from: ByteReader): { preset: Preset; hasStatus: boolean } {
  const first = readByte(from);
  const second = readByte(from);
  const third = readByte(from);
  const same = (first & SAME) !== 0;
  const share = same ? 0 : readByte(from);
  if (share > 15) throw damaged('a preset is not known here');
  return {
    hasStatus: (first & HAS_STATUS) !== 0,
    preset: {
      same,
      level: first >> 2,
      noise: second & 15,
      counting: (second >> 4) & 3,
      holidays: second >> 6,
      dynamics: third & 7,
      promotion: (third >> 3) & 7,
      sharing: third >> 6,
      share,
    },
  };
}
