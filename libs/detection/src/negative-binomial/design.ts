import { weekdayOf } from '#vocabulary';
import { pointsPerYear, type Series } from '../detector.js';
import { type CountRegression, negativeBinomialRegression } from '../numeric/glm.js';
import { linear } from '../numeric/least-squares.js';

const YEAR = 365.25;

/** Level, trend, a yearly wave, and for daily series the weekdays, at each of the points. */
function design(series: Series, points: readonly number[]): Float64Array[] {
  const { start = 0, stepDays = 1 } = series;
  const turn = (2 * Math.PI) / (stepDays === 1 ? YEAR : stepDays === 7 ? YEAR / 7 : pointsPerYear(series));
  const column = (of: (at: number) => number): Float64Array => Float64Array.from(points, of);
  const weekdays = stepDays === 1 ? [1, 2, 3, 4, 5, 6] : [];
  return [
    column(() => 1),
    column((at) => at / 1000),
    column((at) => Math.cos(turn * at)),
    column((at) => Math.sin(turn * at)),
    ...weekdays.map((weekday) => column((at) => Number(weekdayOf(start + at) === weekday))),
  ];
}

/** What the counts of training points let one expect of others. */
export interface Expected {
  readonly means: Float64Array;
  /** Size of the negative binomial; Infinity where the counts vary no more than Poisson's. */
  readonly theta: number;
}

/** Weekdays with no count at all have no mean: values below this are 0. */
const LEAST_MEAN = 1e-9;

/**
 * Negative binomial regression of the points that have a value among `train`, and its means at `points`; undefined
 * where there are too few values, all are zero, or the fit does not settle.
 */
export function regressionMeans(series: Series, { train, points }: { train: readonly number[]; points: readonly number[] }): Expected | undefined {
  const { values, history = values } = series;
  const known = train.filter((at) => !Number.isNaN(history[at]!));
  const y = Float64Array.from(known, (at) => history[at]!);
  if (known.length < 30 || y.every((count) => count === 0)) return undefined;
  const fit: CountRegression = negativeBinomialRegression(design(series, known), y);
  if (!fit.isConverged) return undefined;
  const means = linear(design(series, points), fit.coefficients).map((eta) => Math.max(LEAST_MEAN, Math.exp(eta)));
  return means.every(Number.isFinite) ? { means, theta: fit.theta } : undefined;
} // prettier-ignore
