import { pushRange, type Stream, type Symbols } from './rans.js';
import { WHOLE } from './tables.js';
import { pullRange } from './rans.js';

/**
 * Statuses are coded one a day, each after its neighbours of yesterday and of a week ago, by frequencies that are
 * learned on the way: weekly reports and long gaps then cost next to nothing.
 */
export type StatusCounts = Uint16Array;

export const startStatuses = (): StatusCounts => {
  const counts = new Uint16Array(64).fill(1);
  for (let context = 0; context < 16; context++) {
    counts[context * 4 + (context & 3)]! += 12;
    counts[context * 4 + (context >> 2)]! += 12;
  }
  return counts;
};

/** 4 × context, of the statuses before `day`; before the record all is reported. */
const rowOf = (status: Uint8Array, day: number): number =>
  4 * ((day >= 1 ? status[day - 1]! : 0) + 4 * (day >= 7 ? status[day - 7]! : 0));

function learn(counts: StatusCounts, at: number, row: number): void {
  counts[at]! += 24;
  if (counts[at]! < 2000) return;
  for (let i = row; i < row + 4; i++) counts[i] = (counts[i]! + 1) >> 1;
}

/** Cumulated frequency of the symbols below `symbol`: at least one for each. */
function below(counts: StatusCounts, row: number, symbol: number): number {
  const all = counts[row]! + counts[row + 1]! + counts[row + 2]! + counts[row + 3]!;
  let sum = 0;
  for (let i = 0; i < symbol; i++) sum += counts[row + i]!;
  return symbol === 4 ? WHOLE : symbol + Math.floor((sum * (WHOLE - 4)) / all);
}

export function pushStatus(symbols: Symbols, counts: StatusCounts, status: Uint8Array, day: number): void {
  const row = rowOf(status, day);
  const symbol = status[day]!;
  const start = below(counts, row, symbol);
  pushRange(symbols, start, below(counts, row, symbol + 1) - start);
  learn(counts, row + symbol, row);
}

export function pullStatus(stream: Stream, counts: StatusCounts, status: Uint8Array, day: number): number {
  const row = rowOf(status, day);
  const slot = stream.x & (WHOLE - 1);
  let symbol = 0;
  while (below(counts, row, symbol + 1) <= slot) symbol++;
  const start = below(counts, row, symbol);
  pullRange(stream, start, below(counts, row, symbol + 1) - start);
  learn(counts, row + symbol, row);
  return symbol;
}
