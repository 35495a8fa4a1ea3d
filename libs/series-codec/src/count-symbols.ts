import { damaged } from './damaged.js';
import {
  escapeOf,
  pullAnything,
  pullBits,
  pullSymbol,
  pushAnything,
  pushBits,
  pushSymbol,
  type Stream,
  type Symbols,
} from './rans.js';
import { bellTable, countTable, LARGE_MEAN, lowBits, reachOf, shareTable, SMALL_WHOLE } from './tables.js';

/** What is predicted of a count. */
interface Prediction {
  readonly mean: number;
  readonly variance: number;
  /** Variance of plain counting, and the factor of the skewness: mean and 1, or n q (1 − q) and 1 − 2q of a part. */
  readonly counting: number;
  readonly lean: number;
}

/** Square of the skewness of a count: that of a negative binomial, (2v − 1) ÷ deviation, v = variance ÷ counting. */
function skewness2(variance: number, counting: number, lean: number): number {
  const numerator = ((2 * variance - counting) / counting) * lean;
  return (numerator * numerator) / variance;
}

const wantsBell = (mean: number, variance: number): boolean => mean >= LARGE_MEAN || variance < 0.85 * mean;

export function pushCount(symbols: Symbols, { mean, variance, counting, lean }: Prediction, value: number): void {
  if (!wantsBell(mean, variance)) {
    const table = countTable(mean, variance);
    const escape = escapeOf(table);
    pushSymbol(symbols, table, value < escape ? value : escape);
    if (value >= escape) pushAnything(symbols, value);
    return;
  }
  const leftOut = lowBits(variance);
  const middle = Math.floor(mean + 0.5);
  const table = bellTable(variance, leftOut, mean - middle, skewness2(variance, counting, lean));
  const reach = reachOf(table);
  const place = value - middle + ((1 << leftOut) >> 1);
  const bin = place >> leftOut;
  if (bin < -reach || bin > reach) {
    pushSymbol(symbols, table, 2 * reach + 1);
    pushAnything(symbols, value);
    return;
  }
  pushSymbol(symbols, table, bin + reach);
  pushBits(symbols, place & ((1 << leftOut) - 1), leftOut);
}

/** The inverse of {@link pushCount}; may be negative in a damaged stream. */
export function pullCount(stream: Stream, mean: number, variance: number, counting: number, lean: number): number {
  if (!wantsBell(mean, variance)) {
    const table = countTable(mean, variance);
    const symbol = pullSymbol(stream, table);
    return symbol === escapeOf(table) ? pullAnything(stream) : symbol;
  }
  const leftOut = lowBits(variance);
  const middle = Math.floor(mean + 0.5);
  const table = bellTable(variance, leftOut, mean - middle, skewness2(variance, counting, lean));
  const reach = reachOf(table);
  const symbol = pullSymbol(stream, table);
  if (symbol > 2 * reach) return pullAnything(stream);
  const low = leftOut === 0 ? 0 : pullBits(stream, leftOut);
  return middle + ((symbol - reach) << leftOut) + low - ((1 << leftOut) >> 1);
}

/** Least share of the lesser side that is told apart. */
const LEAST_SHARE = 1 / 256;

/** The lesser side of a total of n > 0: unflagged where its share is at most ½, else flagged. */
export function pushPart(
  symbols: Symbols,
  total: number,
  part: { share: number; variance: number },
  unflagged: number,
): void {
  const lesser = part.share > 0.5 ? 1 - part.share : part.share;
  const share = lesser < LEAST_SHARE ? LEAST_SHARE : lesser;
  const counting = total * share * (1 - share);
  const value = part.share > 0.5 ? total - unflagged : unflagged;
  if (total <= SMALL_WHOLE) {
    pushSymbol(symbols, shareTable(total, share, correlationOf(total, part.variance, counting)), value);
    return;
  }
  pushCount(symbols, { mean: total * share, variance: part.variance, counting, lean: 1 - 2 * share }, value);
}

const correlationOf = (total: number, variance: number, counting: number): number =>
  total > 1 ? (variance / counting - 1) / (total - 1) : 0;

/** The inverse of {@link pushPart}. */
export function pullPart(stream: Stream, total: number, partShare: number, variance: number): number {
  const lesser = partShare > 0.5 ? 1 - partShare : partShare;
  const share = lesser < LEAST_SHARE ? LEAST_SHARE : lesser;
  const counting = total * share * (1 - share);
  const value =
    total <= SMALL_WHOLE
      ? pullSymbol(stream, shareTable(total, share, correlationOf(total, variance, counting)))
      : pullCount(stream, total * share, variance, counting, 1 - 2 * share);
  if (value < 0 || value > total) throw damaged('a part exceeds its whole');
  return partShare > 0.5 ? total - value : value;
}
