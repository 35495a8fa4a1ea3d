import { pullRange, pushRange, type Stream, type Symbols, WHOLE } from './rans.js';

/**
 * Frequencies that are learned on the way: one row of counts for each context. A symbol seen counts {@link SEEN} more;
 * when its count reaches {@link HALVING} the whole row is halved, so that what is long ago counts less.
 */
export interface Adaptive {
  readonly counts: Uint16Array;
  readonly symbols: number;
}

const SEEN = 24;
const HALVING = 2000;

export const adaptive = (contexts: number, symbols: number): Adaptive => ({
  counts: new Uint16Array(contexts * symbols).fill(1),
  symbols,
});

function learn({ counts, symbols }: Adaptive, row: number, symbol: number): void {
  counts[row + symbol]! += SEEN;
  if (counts[row + symbol]! < HALVING) return;
  for (let i = row; i < row + symbols; i++) counts[i] = (counts[i]! + 1) >> 1;
}

/** A symbol i begins at i + ⌊(counts below i) × (2^15 − symbols) ÷ (all counts of the row)⌋; so each has at least 1. */
function startOf({ counts, symbols }: Adaptive, row: number, symbol: number): number {
  if (symbol === symbols) return WHOLE;
  let all = 0;
  let below = 0;
  for (let i = 0; i < symbols; i++) {
    if (i === symbol) below = all;
    all += counts[row + i]!;
  }
  return symbol + Math.floor((below * (WHOLE - symbols)) / all);
}

export function pushAdaptive(out: Symbols, table: Adaptive, context: number, symbol: number): void {
  const row = context * table.symbols;
  const start = startOf(table, row, symbol);
  pushRange(out, start, startOf(table, row, symbol + 1) - start);
  learn(table, row, symbol);
}

export function pullAdaptive(stream: Stream, table: Adaptive, context: number): number {
  const { counts, symbols } = table;
  const row = context * symbols;
  const slot = stream.x & (WHOLE - 1);
  let all = 0;
  for (let i = 0; i < symbols; i++) all += counts[row + i]!;
  let symbol = 0;
  let start = 0;
  let below = counts[row]!;
  for (;;) {
    const next = symbol + 1 === symbols ? WHOLE : symbol + 1 + Math.floor((below * (WHOLE - symbols)) / all);
    if (next > slot) {
      pullRange(stream, start, next - start);
      break;
    }
    start = next;
    below += counts[row + ++symbol]!;
  }
  learn(table, row, symbol);
  return symbol;
}
