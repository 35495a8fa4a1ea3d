import { type Detection, type Range, REASON, type Series, VERDICT, DAYS_OF_YEAR } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalQuantile } from '../normal.js';
import { choice, flag, type OptionsOf, real, whole } from '../parameters.js';
import { type Prediction, predictWithTrend, TREND_YEARS, type Workspace, workspace } from './fit.js';
import { baselineRows } from './rows.js';
import { countThreshold, deltaThreshold, type Threshold } from './threshold.js';
import { weeksOf } from './weeks.js';

export const FLEXIBLE_PARAMETERS = {
  b: whole({ default: 5, least: 1, most: 20, says: 'years of the baseline; the product takes as many as there are, but three' }),
  w: whole({ default: 3, least: 0, most: 26, says: 'points on each side of the same date of earlier years' }),
  noPeriods: whole({ default: 10, reference: 1, least: 1, most: 52, says: 'levels of the season; 1 leaves the rest of the year out' }),
  pastWeeksNotIncluded: whole({ default: 26, reference: -1, least: -1, most: 366, says: 'last points left out of the baseline; -1: w' }),
  reweight: flag({ default: true, says: 'past outbreaks weigh less' }),
  weightsThreshold: real({ default: 2.58, least: 0, most: 100, says: 'Anscombe residual above which a point is a past outbreak' }),
  trend: flag({ default: true, says: 'a trend, when it is significant, three years are there and the prediction is not above all of them' }),
  pThresholdTrend: real({ default: 0.05, least: 0, most: 1, says: 'p-value below which a trend is kept' }),
  thresholdMethod: choice({ choices: ['delta', 'nbPlugin', 'muan'], default: 'nbPlugin', reference: 'delta', says: 'power transform, negative binomial, or the latter at the upper bound of the mean' }),
  powertrans: choice({ choices: ['2/3', '1/2', 'none'], default: '2/3', says: 'power of the method delta' }),
  alpha: real({ default: 0.01, reference: 0.05, least: 1e-12, most: 0.5, says: 'how often a false alarm, a point' }),
  limitCases: whole({ default: 5, least: 0, most: 1e6, says: 'no alarm with fewer cases than this …' }),
  limitPoints: whole({ default: 4, least: 1, most: 366, says: '… in this many points, the current one included' }),
  weekly: flag({ default: true, reference: false, says: 'of daily series, judge the seven days that end on the day' }),
  leastPresent: real({ default: 0.75, least: 0, most: 1, says: 'share of the baseline that must have values' }),
} as const; // prettier-ignore

export type FlexibleOptions = OptionsOf<typeof FLEXIBLE_PARAMETERS>;

/** What is said of one point. */
interface Judged {
  readonly prediction: Prediction;
  readonly threshold: Threshold;
  /** The mean that the threshold stands on. */
  readonly mu0: number;
  /** (y − μ) ÷ (U − μ); of the negative binomial thresholds the reference has η in place of μ. */
  readonly exceedance: number;
  readonly isEnough: boolean;
}

/** The baseline of a point, and its positions; undefined when there is too little of it. */
export function baselineAt(
  series: Series,
  at: number,
  options: FlexibleOptions,
): { space: Workspace; years: number; index: Int32Array; late: number } | undefined {
  const { values, history = values, population } = series;
  const { b, w, noPeriods, compat, leastPresent } = options;
  const pastWeeksNotIncluded = options.pastWeeksNotIncluded < 0 ? w : options.pastWeeksNotIncluded;
  for (let years = b; years >= (compat === true ? b : Math.min(b, TREND_YEARS)); years--) {
    const rows = baselineRows(series, at, { b: years, w, noPeriods, pastWeeksNotIncluded });
    if (!rows) continue;
    const space = workspace(rows.n, noPeriods);
    const into = space.rows;
    const oldest = rows.index[0]!;
    for (let i = 0; i < rows.n; i++) {
      const position = rows.index[i]!;
      const y = history[position]!;
      if (Number.isNaN(y)) continue;
      into.y[into.n] = y;
      into.x[into.n] = position;
      rows.index[into.n] = position;
      into.group[into.n] = rows.group[i]!;
      if (population) into.offset[into.n] = Math.log(population[position]!);
      into.n++;
    }
    return into.n > 0 && into.n >= leastPresent * rows.n
      ? { space, years, index: rows.index, late: rows.index[0]! - oldest }
      : undefined;
  }
  return undefined;
}

function judge(series: Series, at: number, options: FlexibleOptions): Judged | undefined {
  const { values, population } = series;
  const y = values[at]!;
  const filled = baselineAt(series, at, options);
  if (!filled || Number.isNaN(y)) return undefined;
  const offset = population ? Math.log(population[at]!) : 0;
  // With periods, the reference counts the time of the baseline from its oldest value, and that of the point from its
  // oldest position: when values are missing between them, it predicts a point too early.
  const x = options.compat === true && options.noPeriods > 1 ? at - filled.late : at;
  const { reweight, weightsThreshold, trend: withTrend, pThresholdTrend } = options;
  const asked = { reweight, weightsThreshold, withTrend, pThresholdTrend, years: filled.years, dispersion: 'package' } as const;
  const prediction = predictWithTrend(filled.space, { x, offset }, asked);
  if (!prediction || !Number.isFinite(prediction.mu)) return undefined;
  const { mu, eta, seEta, phi } = prediction;
  const { alpha, thresholdMethod, powertrans: power, limitCases, limitPoints } = options;
  let recent = 0;
  for (let back = Math.max(0, at - limitPoints + 1); back <= at; back++)
    if (options.compat === true || !Number.isNaN(values[back]!)) recent += values[back]!;
  const isEnough = recent >= limitCases;
  if (thresholdMethod === 'delta') {
    const threshold = deltaThreshold(prediction, y, { alpha, power });
    // The reference exponentiates what is on the scale of counts already.
    const mu0 = Math.exp(mu + upperNormalQuantile(alpha) * mu * seEta);
    return { prediction, threshold, mu0, exceedance: (y - mu) / (threshold.upperbound - mu), isEnough };
  }
  const mu0 = thresholdMethod === 'muan' ? Math.exp(eta + upperNormalQuantile(alpha) * seEta) : mu;
  const threshold = countThreshold({ mu: mu0, phi }, y, alpha);
  return { prediction, threshold, mu0, exceedance: (y - eta) / (threshold.upperbound - eta), isEnough };
} // prettier-ignore

function columns(length: number): Record<'expected' | 'upperbound' | 'statistic' | 'score' | 'pValue' | 'mu0' | 'phi' | 'trendCoef' | 'trend' | 'exceedance', Float64Array> {
  const column = (): Float64Array => new Float64Array(length).fill(NaN);
  return {
    expected: column(), upperbound: column(), statistic: column(), score: column(), pValue: column(),
    mu0: column(), phi: column(), trendCoef: column(), trend: column(), exceedance: column(),
  };
} // prettier-ignore

function run(series: Series, options: FlexibleOptions, { first, end }: Range): Detection {
  const { values, stepDays = 1 } = series;
  const into = columns(values.length);
  const verdict = new Uint8Array(values.length).fill(VERDICT.unknown);
  const reason = new Uint8Array(values.length);
  const isWeekly = options.weekly && stepDays === 1;
  const phases = new Map<number, Series>();
  for (let at = first; at < end; at++) {
    const phase = at % 7;
    if (isWeekly && !phases.has(phase)) phases.set(phase, weeksOf(series, phase));
    const [of, position] = isWeekly ? [phases.get(phase)!, (at - phase) / 7] : [series, at];
    const found = judge(of, position, options);
    if (!found) {
      reason[at] = Number.isNaN(values[at]!) ? REASON.noValue : REASON.shortBaseline;
      continue;
    }
    const { prediction, threshold, mu0, exceedance, isEnough } = found;
    const y = of.values[position]!;
    const isAlarm = isEnough && y > 0 && (options.compat === true ? exceedance > 1 : y > threshold.upperbound);
    verdict[at] = isAlarm ? VERDICT.alarm : VERDICT.none;
    if (isEnough) into.upperbound[at] = threshold.upperbound;
    if (isEnough || options.compat !== true) into.expected[at] = prediction.mu;
    into.statistic[at] = (y - prediction.mu) / Math.sqrt(prediction.phi * prediction.mu);
    into.pValue[at] = threshold.pValue;
    into.score[at] = -Math.log10(Math.max(threshold.pValue, Number.MIN_VALUE));
    into.mu0[at] = mu0;
    into.phi[at] = prediction.phi;
    into.exceedance[at] = exceedance;
    into.trend[at] = Number(prediction.withTrend);
    if (prediction.withTrend) into.trendCoef[at] = prediction.slope;
  }
  const { expected, upperbound, statistic, score, pValue, mu0, phi, trendCoef, trend, exceedance } = into;
  const details = { mu0, phi, trendCoef, trend, exceedance };
  return { verdict, upperbound, expected, statistic, score, reason, pValueAt: (at) => pValue[at]!, details };
}

/**
 * Farrington flexible, the method of UKHSA, ECDC and RKI: the same weeks of earlier years, their season and trend in a
 * quasi-Poisson regression that gives past outbreaks less weight. Noufaily, Enki, Farrington, Garthwaite, Andrews,
 * Charlett, "An improved algorithm for outbreak detection in multiple surveillance systems", Stat Med 32 (2013)
 * 1206–1222; as `surveillance::farringtonFlexible`.
 *
 * Departures of the product: a daily series is judged as the seven days that end on the day; years that are not there
 * are done without, down to three; a baseline may have gaps. With `compat`, the standard error is the package's (see
 * fit.ts), which is kept in the product for comparability; only the score (y − η)/(U − η) of the negative binomial
 * thresholds, and `mu0` of the delta method, are left to it.
 */
export const farringtonFlexible = detector({
  id: 'farrington-flexible',
  title: 'Farrington flexible: the same weeks of earlier years',
  parameters: FLEXIBLE_PARAMETERS,
  // Years of days at most; of weeks it is less.
  reach: ({ b, w, limitPoints }) => Math.max(DAYS_OF_YEAR * b + 7 * (w + 1), 7 * limitPoints),
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
