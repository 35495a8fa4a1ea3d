import { dayOf, weekdayOf } from '#vocabulary';
import { pointsPerYear, type Series } from '../detector.js';

/** The position, possibly negative, of the point `years` years before `at`; undefined where there is none on that date. */
export function pointYearsBefore(series: Series, at: number, years: number): number | undefined {
  const { start, stepDays = 1 } = series;
  if (start === undefined) return at - pointsPerYear(series) * years;
  const day = start + at * stepDays;
  const date = new Date(day * 86_400_000);
  const [year, month, dayOfMonth] = [date.getUTCFullYear() - years, date.getUTCMonth() + 1, date.getUTCDate()];
  // The 29th of February is the 1st of March of other years.
  let reference = dayOf(year, month, dayOfMonth) ?? dayOf(year, 3, 1)!;
  if (stepDays === 7) {
    // The nearest day that is the same day of the week; the first candidate when both are as near.
    const candidate = reference - (weekdayOf(reference) - weekdayOf(day));
    const other = candidate > reference ? candidate - 7 : candidate + 7;
    reference = Math.abs(other - reference) < Math.abs(candidate - reference) ? other : candidate;
  }
  const point = (reference - start) / stepDays;
  return Number.isInteger(point) ? point : undefined;
} // prettier-ignore

export interface RowOptions {
  /** Years to go back. */
  readonly b: number;
  /** Half the width of the window around a reference point. */
  readonly w: number;
  /** Blocks of a year with a level of their own; 1: the windows alone. */
  readonly noPeriods: number;
  /** Points before the current one that are left out. */
  readonly pastWeeksNotIncluded: number;
}

/** Positions with their level of the season: 0 is that of the reference windows. */
export interface BaselineRows {
  readonly index: Int32Array;
  readonly group: Uint8Array;
  /** Positions in use. */
  readonly n: number;
}

/**
 * The rows of a baseline, oldest first: `w` points around each reference point, and with `noPeriods` above 1 the points
 * between the windows, in consecutive blocks of equal length, the first ones a point longer where it does not divide.
 * Undefined where a reference window lies before the series, or on no point of it.
 */
export function baselineRows(series: Series, at: number, { b, w, noPeriods, pastWeeksNotIncluded }: RowOptions): BaselineRows | undefined {
  const last = at - pastWeeksNotIncluded - 1;
  const references: number[] = [];
  for (let years = b; years > 0; years--) {
    const point = pointYearsBefore(series, at, years);
    if (point === undefined || point - w < 0) return undefined;
    references.push(point);
  }
  references.push(at);
  const most = at - references[0]! + w + 1;
  const index = new Int32Array(most);
  const group = new Uint8Array(most);
  let n = 0;
  const add = (position: number, level: number): void => {
    if (position > last || position < 0 || (n > 0 && position <= index[n - 1]!)) return;
    index[n] = position;
    group[n++] = level;
  };
  for (let r = 0; r < references.length; r++) {
    const reference = references[r]!;
    const to = r === references.length - 1 ? at : reference + w;
    for (let position = reference - w; position <= to; position++) add(position, 0);
    const next = references[r + 1];
    if (next === undefined || noPeriods === 1) continue;
    const between = next - w - (to + 1);
    const blocks = noPeriods - 1;
    const [each, longer] = [Math.floor(between / blocks), between % blocks];
    let position = to + 1;
    for (let block = 0; block < blocks; block++) {
      const length = each + (block < longer ? 1 : 0);
      for (let i = 0; i < length; i++) add(position++, block + 1);
    }
  }
  return { index, group, n };
} // prettier-ignore
