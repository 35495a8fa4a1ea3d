import type { Day } from '#vocabulary';
import type { Series } from '../detector.js';

/** What the reporters of a region have counted, as far as it has arrived. */
export interface Reporters {
  readonly start: Day;
  /** Days from one count to the next: 1 (default), or 7 for weeks. */
  readonly stepDays?: number;
  /**
   * A series a participating reporter, all of the same days, of which the last is today. NaN where it has not reported,
   * today or on any day before; a reported zero is 0. A reporter without any report belongs here too: it is missed.
   */
  readonly counts: readonly Float64Array[];
  /**
   * Totals of the region on the days before the first, oldest first: for methods that need years, of which the reporters'
   * own counts are not kept. They enter the series by the share that the matched reporters usually make.
   */
  readonly earlier?: Float64Array;
  /** What each counts for completeness, such as the stores behind its file; 1 each where this is left out. */
  readonly weights?: readonly number[];
}

export interface MatchingOptions {
  /** Completeness (0 to 1) below which today is not judged: it is too early. */
  readonly leastShare: number;
  /** Share of the days before that a reporter must have reported, to be compared with its own past. */
  readonly leastPresence: number;
  /** Share of today's reporters, by usual count, that a day before must have, to be part of the past. */
  readonly leastPast: number;
}

/** A fifth of all before anything is said; three quarters of its own past, and of each past day, for a comparison. */
export const MATCHING: MatchingOptions = { leastShare: 0.2, leastPresence: 0.75, leastPast: 0.75 };

export interface MatchedSeries {
  /** Share of the weights of all participating reporters that has reported today, 0 to 1. */
  readonly completeness: number;
  /** Share of the usual count of a complete day that today's matched reporters make, 0 to 1; NaN where nothing is usual. */
  readonly usualShare: number;
  /** Positions in `counts` of who has reported today and has a past to be compared with. */
  readonly matched: readonly number[];
  /** Their counts, added; a day before that lacks a few of them is raised by what they usually count, else NaN. */
  readonly series: Series;
}

/** As many series as they should be, of the same days. */
function check({ counts, weights }: Reporters): void {
  const length = counts[0]?.length ?? 0;
  if (length === 0) throw new RangeError('no reporter, or no day');
  if (counts.some((series) => series.length !== length)) throw new RangeError('reporters with different days');
  if (weights && weights.length !== counts.length) throw new RangeError('as many weights as reporters expected');
}

/** Share of the weights of all reporters that has reported today, 0 to 1. */
export function completenessOf(reporters: Reporters): number {
  check(reporters);
  const { counts, weights } = reporters;
  let all = 0;
  let here = 0;
  for (const [i, series] of counts.entries()) {
    const weight = weights?.[i] ?? 1;
    all += weight;
    if (!Number.isNaN(series[series.length - 1]!)) here += weight;
  }
  return all > 0 ? here / all : 0;
}

/** Days before today with a report, and their mean count. */
function past(counts: Float64Array): { readonly presence: number; readonly mean: number } {
  const days = counts.length - 1;
  let reported = 0;
  let sum = 0;
  for (let day = 0; day < days; day++) {
    const count = counts[day]!;
    if (Number.isNaN(count)) continue;
    reported++;
    sum += count;
  }
  return { presence: days === 0 ? 0 : reported / days, mean: reported === 0 ? 0 : sum / reported };
}

/**
 * Like against like: the series of those reporters alone that have reported today, on all days. What is missing from
 * today is missing from its past as well, so a partial day is judged by the rule of a complete one, with no scaling of
 * today's count. Dividing the count by the completeness does not do: who reports early is not a sample of all
 * (docs/detection-performance.md has both).
 */
export function matchedSeries(reporters: Reporters, options: MatchingOptions): MatchedSeries {
  const completeness = completenessOf(reporters);
  const { start, stepDays = 1, counts, earlier = new Float64Array(0) } = reporters;
  const length = counts[0]!.length;
  let usual = 0;
  const matched: number[] = [];
  const means: number[] = [];
  for (const [i, series] of counts.entries()) {
    const { presence, mean } = past(series);
    usual += mean;
    if (Number.isNaN(series[length - 1]!) || presence < options.leastPresence) continue;
    matched.push(i);
    means.push(mean);
  }
  const ours = means.reduce((sum, mean) => sum + mean, 0);
  const values = new Float64Array(length);
  const missing = new Float64Array(length);
  for (const [at, i] of matched.entries()) {
    const series = counts[i]!;
    // Reporters that usually count nothing are as much a part of the day as those that do.
    const part = ours > 0 ? means[at]! / ours : 1 / matched.length;
    for (let day = 0; day < length; day++) {
      const count = series[day]!;
      if (Number.isNaN(count)) missing[day]! += part;
      else values[day]! += count;
    }
  }
  for (let day = 0; day < length; day++) {
    const there = 1 - missing[day]!;
    if (matched.length === 0 || there < options.leastPast) values[day] = NaN;
    else if (missing[day]! > 0) values[day]! /= there;
  }
  const usualShare = usual > 0 ? ours / usual : NaN;
  const before = earlier.map((total) => total * usualShare);
  const all = new Float64Array(before.length + length);
  all.set(before);
  all.set(values, before.length);
  const series = { start: start - before.length * stepDays, stepDays, values: all };
  return { completeness, usualShare, matched, series };
}
