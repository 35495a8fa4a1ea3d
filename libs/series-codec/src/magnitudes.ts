import type { SeriesRecord } from '#vocabulary';
import { type Adaptive, adaptive, pullAdaptive, pushAdaptive } from './adaptive.js';
import { type ByteReader, type ByteWriter, readByte, writeByte } from './bytes.js';
import { damaged } from './damaged.js';
import { MODEL_LIMIT } from './days.js';
import type { Frame } from './plain.js';
import {
  closeStream,
  openStream,
  pullBits,
  pushBits,
  type Stream,
  symbolList,
  type Symbols,
  writeStream,
} from './rans.js';
import { pullStatus, pushStatus, startStatuses } from './statuses.js';

const HAS_STATUS = 1;
const SAME = 2;
/** Lengths 0 … 30, and one symbol for a part that is the whole. */
const LENGTHS = 32;
const ALL = 31;

/**
 * Body version 3, for counts that follow no season and no bell, such as sums of money: the number of bits of a count is
 * learned, its bits after the leading one are not. Flagged counts likewise, after the number of bits of the total.
 */
export function writeMagnitudes(out: ByteWriter, record: SeriesRecord): void {
  const { total, unflagged, status } = record;
  const hasStatus = status.some((value) => value !== 0);
  const same = total.every((value, day) => value === unflagged[day]);
  const symbols = symbolList();
  const statuses = startStatuses();
  const lengths = adaptive(1, LENGTHS);
  const parts = adaptive(LENGTHS, LENGTHS);
  for (let day = 0; day < total.length; day++) {
    if (hasStatus) pushStatus(symbols, statuses, status, day);
    if (status[day] !== 0) continue;
    const all = total[day]!;
    pushMagnitude(symbols, lengths, 0, all);
    if (all === 0 || same) continue;
    const context = 32 - Math.clz32(all);
    if (unflagged[day] === 0) pushAdaptive(symbols, parts, context, ALL);
    else pushMagnitude(symbols, parts, context, all - unflagged[day]!);
  }
  writeByte(out, (hasStatus ? HAS_STATUS : 0) | (same ? SAME : 0));
  writeStream(out, symbols);
}

export function readMagnitudes(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const flags = readByte(from);
  if (flags > (HAS_STATUS | SAME)) throw damaged('a flag is not known here');
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  const stream = openStream(from.bytes, from.at, from.end);
  const statuses = startStatuses();
  const lengths = adaptive(1, LENGTHS);
  const parts = adaptive(LENGTHS, LENGTHS);
  for (let day = 0; day < days; day++) {
    if (flags & HAS_STATUS) status[day] = pullStatus(stream, statuses, status, day);
    if (status[day] !== 0) continue;
    const all = pullMagnitude(stream, lengths, { context: 0, whole: MODEL_LIMIT - 1 });
    const part =
      all === 0 || flags & SAME ? 0 : pullMagnitude(stream, parts, { context: 32 - Math.clz32(all), whole: all });
    if (all >= MODEL_LIMIT || part > all) throw damaged('a count is out of range');
    total[day] = all;
    unflagged[day] = all - part;
  }
  closeStream(stream);
  from.at = from.end;
  return { total, unflagged, status, rev };
}

/** The number of bits, then the bits after the leading one. */
function pushMagnitude(symbols: Symbols, lengths: Adaptive, context: number, value: number): void {
  const length = 32 - Math.clz32(value);
  pushAdaptive(symbols, lengths, context, length);
  if (length > 1) pushBits(symbols, value & ((1 << (length - 1)) - 1), length - 1);
}

function pullMagnitude(
  stream: Stream,
  lengths: Adaptive,
  { context, whole }: { context: number; whole: number },
): number {
  const length = pullAdaptive(stream, lengths, context);
  if (length === ALL) return whole;
  return length > 1 ? (1 << (length - 1)) + pullBits(stream, length - 1) : length;
}
