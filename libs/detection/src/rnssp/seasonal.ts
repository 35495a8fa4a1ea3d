import { type Detection, pointsPerYear, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { negativeBinomial, poisson, upperQuantile } from '../numeric/counts.js';
import { negativeBinomialRegression } from '../numeric/glm.js';
import { leastSquares, linear } from '../numeric/least-squares.js';
import { studentTail, upperStudentQuantile } from '../numeric/student.js';
import { flag, type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf, scoreOf } from '../sheet.js';

const PARAMETERS = {
  baseline: whole({
    default: 208,
    least: 60,
    most: 36_600,
    says: 'first points of the series, which the fit rests on',
  }),
  alpha: real({ default: 0.05, least: 1e-12, most: 0.5, says: 'how often a false alarm, a point' }),
} as const;

type Options = OptionsOf<typeof PARAMETERS>;

/** Weeks of a year, as the reference has them. */
const YEAR_OF_WEEKS = 52.18;

/** Level, yearly wave and trend at positions that are counted from 1. */
function design(series: Series, points: readonly number[], withTime: boolean): Float64Array[] {
  const turn = (2 * Math.PI) / (series.stepDays === 7 ? YEAR_OF_WEEKS : pointsPerYear(series));
  const column = (of: (at: number) => number): Float64Array => Float64Array.from(points, (at) => of(at + 1));
  const columns = [column(() => 1), column((t) => Math.cos(turn * t)), column((t) => Math.sin(turn * t))];
  return withTime ? [...columns, column((t) => t)] : columns;
}

const rowAt = (columns: readonly Float64Array[], at: number): number[] => columns.map((column) => column[at]!);

/** Points of the baseline that have a value. */
function known({ values, history = values }: Series, { baseline }: Options, of: (at: number) => boolean = () => true): number[] {
  return Array.from({ length: Math.min(baseline, values.length) }, (_, at) => at).filter((at) => !Number.isNaN(history[at]!) && of(at));
} // prettier-ignore

const split = (series: Series, { baseline }: Options): string[] =>
  Array.from(series.values, (_, at) => (at < baseline ? 'Baseline Period' : 'Prediction Period'));

const NBINOM = { ...PARAMETERS, includeTime: flag({ default: true, says: 'a trend' }) } as const;

function runNbinom(series: Series, options: OptionsOf<typeof NBINOM>, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const into = blankSheet(values.length);
  const points = known(series, options);
  const y = Float64Array.from(points, (at) => history[at]!);
  const columns = design(series, Array.from(values, (_, at) => at), options.includeTime); // prettier-ignore
  const isEnough = points.length >= 0.75 * options.baseline && y.some((count) => count > 0);
  const fit = isEnough ? negativeBinomialRegression(design(series, points, options.includeTime), y) : undefined;
  if (isEnough && !fit?.isConverged) into.reason.fill(REASON.noFit);
  const eta = fit?.isConverged ? linear(columns, fit.coefficients) : undefined;
  for (let at = first; fit && eta && at < end; at++) {
    if (Number.isNaN(values[at]!)) continue;
    const countsOf = (mu: number) =>
      fit.theta === Infinity ? poisson(mu) : negativeBinomial({ size: fit.theta, p: fit.theta / (fit.theta + mu), rest: mu / (fit.theta + mu) }); // prettier-ignore
    // The bound is a quantile about the upper end of what the mean may be, not about the mean.
    const t = upperStudentQuantile(options.alpha, fit.df);
    const most = countsOf(Math.exp(eta[at]! + t * Math.sqrt(fit.solution.varianceFactor(rowAt(columns, at)))));
    const usual = countsOf(Math.exp(eta[at]!));
    into.expected[at] = usual.mean;
    into.upperbound[at] = upperQuantile(most, options.alpha);
    into.statistic[at] = (values[at]! - usual.mean) / Math.sqrt(usual.variance);
    into.pValue[at] = usual.above(values[at]! - 1);
    into.score[at] = scoreOf(into.pValue[at]!);
    into.verdict[at] = values[at]! > into.upperbound[at]! ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { split: split(series, options) });
}

/**
 * Negative binomial regression of a baseline, carried on: as `Rnssp::alert_nbinom`. An alarm is a count above the
 * quantile of the distribution about the upper end of the interval of the mean.
 *
 * Departures of the product: the baseline may have gaps, up to a quarter of it.
 */
export const nbinom = detector({
  id: 'rnssp-nbinom',
  title: 'Negative binomial regression of a fixed baseline, as in Rnssp',
  parameters: NBINOM,
  reach: () => Infinity,
  detect: (series, options, range = { first: 0, end: series.values.length }) => runNbinom(series, options, range),
});

/** June to September: months without epidemics of respiratory disease in the north. */
const QUIET_MONTHS: ReadonlySet<number> = new Set([5, 6, 7, 8]);

function runSerfling(series: Series, options: Options, { first, end }: Range): Detection {
  const { values, history = values, start, stepDays = 1 } = series;
  const into = blankSheet(values.length);
  const isQuiet = (at: number): boolean =>
    QUIET_MONTHS.has(new Date(((start ?? 0) + at * stepDays) * 86_400_000).getUTCMonth());
  const points = start === undefined ? [] : known(series, options, isQuiet);
  const columns = design(series, Array.from(values, (_, at) => at), true); // prettier-ignore
  const own = design(series, points, true);
  const y = Float64Array.from(points, (at) => history[at]!);
  const fit = leastSquares(own, y);
  const df = points.length - fit.rank;
  const fitted = linear(own, fit.coefficients);
  const sigma = Math.sqrt(y.reduce((sum, value, i) => sum + (value - fitted[i]!) ** 2, 0) / df);
  const estimate = linear(columns, fit.coefficients);
  for (let at = first; df > 0 && sigma > 0 && at < end; at++) {
    if (Number.isNaN(values[at]!)) continue;
    const error = sigma * Math.sqrt(1 + fit.varianceFactor(rowAt(columns, at)));
    into.expected[at] = estimate[at]!;
    into.upperbound[at] = estimate[at]! + upperStudentQuantile(options.alpha, df) * error;
    into.statistic[at] = (values[at]! - estimate[at]!) / error;
    into.pValue[at] = studentTail(into.statistic[at]!, df);
    into.score[at] = scoreOf(into.pValue[at]!);
    into.verdict[at] = values[at]! > into.upperbound[at]! ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { split: split(series, options) });
}

/**
 * Serfling's regression: wave and trend of the months without epidemics, carried on through those with. Serfling,
 * "Methods for current statistical analysis of excess pneumonia-influenza deaths", Public Health Rep 78 (1963) 494–506;
 * as `Rnssp::alert_serfling`, whose quiet months are June to September. The series must have dates.
 *
 * Departures of the product: the baseline may have gaps.
 */
export const serfling = detector({
  id: 'serfling',
  title: 'Serfling: the months without epidemics, carried on through those with',
  parameters: PARAMETERS,
  reach: () => Infinity,
  detect: (series, options, range = { first: 0, end: series.values.length }) => runSerfling(series, options, range),
});
