import type { SeriesRecord } from '#vocabulary';
import type { ByteReader, ByteWriter } from './bytes.js';
import { codeDays, MODEL_LIMIT } from './days.js';
import type { Frame } from './plain.js';
import { type Opening, pullOpening, pushOpening } from './preset-code.js';
import type { Preset } from './presets.js';
import { closeStream, openStream, symbolList, type Symbols, writeStream } from './rans.js';

/** True when version 4 can carry a record: else version 1 does. */
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

/** Content version 4: one stream, which begins with the preset. Layout and model in docs/series-codec.md. */
export function writeModelled(out: ByteWriter, record: SeriesRecord, preset: Preset): void {
  writeStream(out, symbolsOfRecord(record, preset));
}

/** The symbols of a record, in the order in which they are read. */
export function symbolsOfRecord(record: SeriesRecord, preset: Preset): Symbols {
  const symbols = symbolList();
  const hasStatus = hasStatuses(record);
  pushOpening(symbols, { preset, hasStatus });
  codeDays(record, preset, { hasStatus, symbols });
  return symbols;
}

function hasStatuses({ status }: SeriesRecord): boolean {
  for (let day = 0; day < status.length; day++) if (status[day] !== 0) return true;
  return false;
}

/** The preset that a stream of version 4 begins with. */
export const readOpening = (from: ByteReader): Opening => pullOpening(openStream(from.bytes, from.at, from.end));

export function readModelled(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const stream = openStream(from.bytes, from.at, from.end);
  const { preset, hasStatus } = pullOpening(stream);
  const cells = new ArrayBuffer(9 * days); // one allocation in place of three
  const total = new Uint32Array(cells, 0, days);
  const unflagged = new Uint32Array(cells, 4 * days, days);
  const status = new Uint8Array(cells, 8 * days, days);
  codeDays({ total, unflagged, status }, preset, { hasStatus, stream });
  closeStream(stream);
  from.at = from.end;
  return { total, unflagged, status, rev };
}
