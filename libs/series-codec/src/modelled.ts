import type { SeriesRecord } from '#vocabulary';
import { type ByteReader, type ByteWriter, readByte, writeByte } from './bytes.js';
import { damaged } from './damaged.js';
import { codeDays, MODEL_LIMIT } from './days.js';
import type { Frame } from './plain.js';
import type { Preset } from './presets.js';
import { closeStream, openStream, symbolList, type Symbols, writeStream } from './rans.js';

const HAS_STATUS = 1;
const SAME = 2;

/** True when version 2 can carry a record: else version 1 does. */
export function canModel({ total, unflagged, status }: SeriesRecord): boolean {
  for (let day = 0; day < total.length; day++) {
    if (
      status[day] === 0
        ? unflagged[day]! > total[day]! || total[day]! >= MODEL_LIMIT
        : total[day] !== 0 || unflagged[day] !== 0
    )
      return false;
    if (status[day]! > 3) return false;
  }
  return true;
}

/** Body version 2. Layout and model in docs/series-codec.md, "Body version 2". */
export function writeModelled(out: ByteWriter, record: SeriesRecord, preset: Preset): void {
  const symbols = symbolsOfRecord(record, preset);
  const hasStatus = record.status.some((status) => status !== 0);
  writeByte(out, (hasStatus ? HAS_STATUS : 0) | (preset.same ? SAME : 0) | (preset.level << 2));
  writeByte(out, preset.noise | (preset.counting << 4) | (preset.holidays << 6));
  writeByte(out, preset.dynamics | (preset.promotion << 3) | (preset.sharing << 6));
  if (!preset.same) writeByte(out, preset.share);
  writeStream(out, symbols);
}

/** The preset that a body of version 2 begins with. */
export function readPreset(from: ByteReader): Preset & { readonly hasStatus: boolean } {
  const first = readByte(from);
  const second = readByte(from);
  const third = readByte(from);
  const same = (first & SAME) !== 0;
  const share = same ? 0 : readByte(from);
  if (share > 15) throw damaged('a preset is not known here');
  return {
    hasStatus: (first & HAS_STATUS) !== 0,
    same,
    level: first >> 2,
    noise: second & 15,
    counting: (second >> 4) & 3,
    holidays: second >> 6,
    dynamics: third & 7,
    promotion: (third >> 3) & 7,
    sharing: third >> 6,
    share,
  };
}

/** The symbols of a record, in the order in which they are read. */
export function symbolsOfRecord(record: SeriesRecord, preset: Preset): Symbols {
  const symbols = symbolList();
  codeDays(record, preset, { hasStatus: record.status.some((status) => status !== 0), symbols });
  return symbols;
}

export function readModelled(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const preset = readPreset(from);
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  const stream = openStream(from.bytes, from.at, from.end);
  codeDays({ total, unflagged, status }, preset, { hasStatus: preset.hasStatus, stream });
  closeStream(stream);
  from.at = from.end;
  return { total, unflagged, status, rev };
}
