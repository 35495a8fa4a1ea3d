import type { SeriesRecord } from '#vocabulary';
import { type ByteReader, type ByteWriter, readByte, readVarint, writeByte, writeVarint } from './bytes.js';
import { damaged } from './damaged.js';

/** What a body does not say itself: a record states it before, a region-year once for all. */
export interface Frame {
  readonly days: number;
  readonly rev: number;
}

const HAS_STATUS = 1;
const ALL_DAYS = 2;
const HAS_UNFLAGGED = 4;

/**
 * Body version 1: variable-length integers without a model. It carries anything: any status byte, unflagged above
 * total, values on days that are not reported. Layout in docs/series-codec.md, "Body version 1".
 */
export function writePlain(out: ByteWriter, { total, unflagged, status }: SeriesRecord): void {
  const days = total.length;
  let flags = 0;
  for (let day = 0; day < days; day++) {
    if (status[day] !== 0) flags |= total[day] !== 0 || unflagged[day] !== 0 ? HAS_STATUS | ALL_DAYS : HAS_STATUS;
    if (unflagged[day] !== total[day]) flags |= HAS_UNFLAGGED;
  }
  writeByte(out, flags);
  if (flags & HAS_STATUS) writeRuns(out, status);
  for (let day = 0; day < days; day++) {
    if (status[day] !== 0 && !(flags & ALL_DAYS)) continue;
    writeVarint(out, total[day]!);
    if (!(flags & HAS_UNFLAGGED)) continue;
    const flagged = total[day]! - unflagged[day]!;
    writeVarint(out, flagged >= 0 ? flagged * 2 : -flagged * 2 - 1);
  }
}

function writeRuns(out: ByteWriter, status: Uint8Array): void {
  for (let day = 0; day < status.length;) {
    const first = day;
    while (day < status.length && status[day] === status[first]) day++;
    writeByte(out, status[first]!);
    writeVarint(out, day - first);
  }
}

export function readPlain(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  const flags = readByte(from);
  if (flags & HAS_STATUS) readRuns(from, status);
  for (let day = 0; day < days; day++) {
    if (status[day] !== 0 && !(flags & ALL_DAYS)) continue;
    const all = readVarint(from);
    const coded = flags & HAS_UNFLAGGED ? readVarint(from) : 0;
    const without = all - (coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2);
    if (all > 0xffffffff || without < 0 || without > 0xffffffff) throw damaged('a count is out of range');
    total[day] = all;
    unflagged[day] = without;
  }
  return { total, unflagged, status, rev };
}

function readRuns(from: ByteReader, status: Uint8Array): void {
  for (let day = 0; day < status.length;) {
    const value = readByte(from);
    const length = readVarint(from);
    if (length === 0 || length > status.length - day) throw damaged('a run of statuses has no place');
    status.fill(value, day, day + length);
    day += length;
  }
}
