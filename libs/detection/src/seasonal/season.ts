import { weekdayOf } from '#vocabulary';
import { pointsPerYear, type Series } from '../detector.js';

const YEAR = 365.25;
const MOST_ROUNDS = 20;
const SETTLED = 1e-6;
/** Means below are none: weekdays without a count. */
const LEAST_MEAN = 1e-9;

/** What the past lets one expect of a point. */
export interface Season {
  meanAt(at: number): number;
  /** Variance of a count, as a multiple of its mean; at least 1. */
  readonly dispersion: number;
}

/** Level, trend, a yearly wave and its half, and for daily series the weekdays: so many columns. */
const columnsOf = ({ stepDays = 1 }: Series): number => (stepDays === 1 ? 12 : 6);

function fill(into: Float64Array, { start = 0, stepDays = 1, ...series }: Series, at: number): void {
  const turn = (2 * Math.PI * at) / (stepDays === 1 ? YEAR : stepDays === 7 ? YEAR / 7 : pointsPerYear({ start, stepDays, ...series })); // prettier-ignore
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  into[0] = 1;
  into[1] = at / 1000;
  into[2] = cos;
  into[3] = sin;
  into[4] = cos * cos - sin * sin;
  into[5] = 2 * cos * sin;
  if (stepDays !== 1) return;
  into.fill(0, 6);
  const weekday = weekdayOf(start + at);
  if (weekday > 0) into[5 + weekday] = 1;
}

/** Solves A x = b by Cholesky, A symmetric and in its lower half; false where A is not positive. Both are overwritten. */
function solve(a: Float64Array, b: Float64Array): boolean {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (i === j && !(sum > 1e-12)) return false;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i]! -= a[i * n + k]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i]! -= a[k * n + i]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
  return true;
}

/**
 * Quasi-Poisson regression of the values from `from` to before `end` that may enter a baseline, by Newton's method on
 * the normal equations (McCullagh & Nelder, "Generalized Linear Models", 2.5), a ridge of half a count on all but the
 * level: a year of it takes about a millisecond. Undefined where there are too few values, or none above zero.
 */
export function fitSeason(series: Series, { from, end }: { from: number; end: number }): Season | undefined {
  const { values, history = values } = series;
  const columns = columnsOf(series);
  let [known, sum] = [0, 0];
  for (let at = from; at < end; at++) {
    if (Number.isNaN(history[at]!)) continue;
    known++;
    sum += history[at]!;
  }
  if (known < 5 * columns || sum === 0) return undefined;
  const rows = new Float64Array((end - from) * columns);
  for (let at = from; at < end; at++) fill(rows.subarray((at - from) * columns, (at - from + 1) * columns), series, at);
  const beta = new Float64Array(columns);
  beta[0] = Math.log(sum / known);
  const a = new Float64Array(columns * columns);
  const b = new Float64Array(columns);
  let pearson = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    a.fill(0);
    b.fill(0);
    pearson = 0;
    for (let at = from; at < end; at++) {
      const y = history[at]!;
      if (Number.isNaN(y)) continue;
      const row = (at - from) * columns;
      let eta = 0;
      for (let i = 0; i < columns; i++) eta += rows[row + i]! * beta[i]!;
      const mu = Math.exp(Math.min(30, Math.max(-30, eta)));
      pearson += ((y - mu) * (y - mu)) / mu;
      for (let i = 0; i < columns; i++) {
        const x = rows[row + i]!;
        if (x === 0) continue;
        b[i]! += x * (y - mu);
        const weighted = x * mu;
        for (let j = 0; j <= i; j++) a[i * columns + j]! += weighted * rows[row + j]!;
      }
    }
    for (let i = 1; i < columns; i++) {
      a[i * columns + i]! += 0.5;
      b[i]! -= 0.5 * beta[i]!;
    }
    if (!solve(a, b)) return undefined;
    let most = 0;
    for (let i = 0; i < columns; i++) {
      const step = Math.min(2, Math.max(-2, b[i]!));
      beta[i]! += step;
      most = Math.max(most, Math.abs(step));
    }
    if (most < SETTLED) break;
  }
  const at = new Float64Array(columns);
  return {
    dispersion: Math.max(1, pearson / (known - columns)),
    meanAt(point) {
      fill(at, series, point);
      let eta = 0;
      for (let i = 0; i < columns; i++) eta += at[i]! * beta[i]!;
      return Math.max(LEAST_MEAN, Math.exp(Math.min(30, eta)));
    },
  };
}
