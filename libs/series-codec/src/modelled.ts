import type { SeriesRecord } from '#vocabulary';
import { type ByteReader, type ByteWriter, readByte, writeByte } from './bytes.js';
import { damaged } from './damaged.js';
import { pullCount, pullPart, pushCount, pushPart } from './count-symbols.js';
import {
  learnPart,
  learnTotal,
  type Model,
  MODEL_LIMIT,
  passDay,
  predictPart,
  predictTotal,
  promotionFrequency,
  settle,
  startModel,
} from './model.js';
import type { Frame } from './plain.js';
import type { Preset } from './presets.js';
import {
  closeStream,
  openStream,
  pullChoice,
  pushChoice,
  type Stream,
  symbolList,
  type Symbols,
  writeStream,
} from './rans.js';
import { pullStatus, pushStatus, startStatuses } from './statuses.js';

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
export function symbolsOfRecord({ total, unflagged, status }: SeriesRecord, preset: Preset): Symbols {
  const symbols = symbolList();
  const model = startModel(preset, total.length);
  const hasStatus = status.some((value) => value !== 0);
  const statuses = startStatuses();
  for (let day = 0; day < total.length; day++) {
    if (hasStatus) pushStatus(symbols, statuses, status, day);
    if (status[day] === 0) pushDay(symbols, model, { day, total: total[day]!, unflagged: unflagged[day]! });
    passDay(model, day);
  }
  return symbols;
}

function pushDay(symbols: Symbols, model: Model, count: { day: number; total: number; unflagged: number }): void {
  const { day, total, unflagged } = count;
  predictTotal(model, day);
  pushCount(symbols, { mean: model.mean, variance: model.variance, counting: model.mean, lean: 1 }, total);
  if (total > 0 && !model.preset.same) {
    if (predictPart(model, total)) {
      const promoted = likelierPromoted(model, total, unflagged);
      pushChoice(symbols, promotionFrequency(model), promoted);
      settle(model, promoted);
    }
    pushPart(symbols, total, { share: model.partShare, variance: model.partVariance }, unflagged);
    learnPart(model, total, unflagged);
  }
  learnTotal(model, day, total);
}

/** The encoder's judgement of a week; the decoder is told. */
function likelierPromoted(model: Model, total: number, unflagged: number): boolean {
  const surprise = (share: number, variance: number): number => {
    const error = unflagged - share * total;
    return (error * error) / variance + Math.log(variance);
  };
  return (
    surprise(model.promotedShare, model.promotedVariance) - 2 * Math.log(model.odds) <
    surprise(model.plainShare, model.plainVariance)
  );
}

export function readModelled(from: ByteReader, { days, rev }: Frame): SeriesRecord {
  const preset = readPreset(from);
  const total = new Uint32Array(days);
  const unflagged = new Uint32Array(days);
  const status = new Uint8Array(days);
  const stream = openStream(from.bytes, from.at, from.end);
  const model = startModel(preset, days);
  const statuses = preset.hasStatus ? startStatuses() : undefined;
  for (let day = 0; day < days; day++) {
    if (statuses) status[day] = pullStatus(stream, statuses, status, day);
    if (status[day] === 0) {
      total[day] = pullTotal(stream, model, day);
      unflagged[day] = preset.same ? total[day]! : pullUnflagged(stream, model, total[day]!);
      learnTotal(model, day, total[day]!);
    }
    passDay(model, day);
  }
  closeStream(stream);
  from.at = from.end;
  return { total, unflagged, status, rev };
}

function pullTotal(stream: Stream, model: Model, day: number): number {
  predictTotal(model, day);
  const total = pullCount(stream, model.mean, model.variance, model.mean, 1);
  if (total < 0 || total >= MODEL_LIMIT) throw damaged('a count is out of range');
  return total;
}

function pullUnflagged(stream: Stream, model: Model, total: number): number {
  if (total === 0) return 0;
  if (predictPart(model, total)) settle(model, pullChoice(stream, promotionFrequency(model)));
  const unflagged = pullPart(stream, total, model.partShare, model.partVariance);
  learnPart(model, total, unflagged);
  return unflagged;
}
