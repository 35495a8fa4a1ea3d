import { type Detection, pointsPerYear, type Range, REASON, type Series, VERDICT, DAYS_OF_YEAR } from '../detector.js';
import { detector } from '../method.js';
import { choice, flag, type OptionsOf, real, whole } from '../parameters.js';
import { predictWithTrend, workspace } from './fit.js';
import { baselineRows } from './rows.js';
import { deltaThreshold } from './threshold.js';

const PARAMETERS = {
  b: whole({ default: 3, least: 1, most: 20, says: 'years of the baseline' }),
  w: whole({ default: 3, least: 0, most: 26, says: 'points on each side of the same week of earlier years' }),
  reweight: flag({ default: true, says: 'past outbreaks weigh less' }),
  trend: flag({ default: true, says: 'a trend, when it is significant, three years are there and the prediction is not above all of them' }),
  powertrans: choice({ choices: ['2/3', '1/2', 'none'], default: '2/3', says: 'power that makes counts normal' }),
  alpha: real({ default: 0.01, reference: 0.05, least: 1e-12, most: 0.5, says: 'the bound is the upper one of an interval with 1 − alpha inside' }),
  limitCases: whole({ default: 5, least: 0, most: 1e6, says: 'no alarm with fewer cases than this …' }),
  limitPoints: whole({ default: 4, least: 1, most: 366, says: '… in this many points, the current one included' }),
  leastPresent: real({ default: 0.75, least: 0, most: 1, says: 'share of the baseline that must have values' }),
} as const; // prettier-ignore

type OriginalOptions = OptionsOf<typeof PARAMETERS>;

/** Anscombe residuals above this weigh less: the paper's 1. */
const WEIGHTS_THRESHOLD = 1;

function run(series: Series, options: OriginalOptions, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const { b, w, alpha, powertrans: power, limitCases, limitPoints, leastPresent } = options;
  const undated: Series = { start: undefined, perYear: pointsPerYear(series), values };
  const column = (): Float64Array => new Float64Array(values.length).fill(NaN);
  const [expected, upperbound, statistic, score, below, trend] = [column(), column(), column(), column(), column(), column()];
  const verdict = new Uint8Array(values.length).fill(VERDICT.unknown);
  const reason = new Uint8Array(values.length);
  const space = workspace(b * (2 * w + 1), 1);
  const { rows } = space;
  for (let at = first; at < end; at++) {
    reason[at] = REASON.shortBaseline;
    const baseline = baselineRows(undated, at, { b, w, noPeriods: 1, pastWeeksNotIncluded: w });
    const y = values[at]!;
    if (!baseline || Number.isNaN(y)) continue;
    rows.n = 0;
    for (let i = 0; i < baseline.n; i++) {
      const count = history[baseline.index[i]!]!;
      if (Number.isNaN(count)) continue;
      rows.y[rows.n] = count;
      rows.x[rows.n] = baseline.index[i]!;
      rows.n++;
    }
    if (rows.n < 2 || rows.n < leastPresent * baseline.n) continue;
    const prediction = predictWithTrend(space, { x: at, offset: 0 }, {
      reweight: options.reweight, weightsThreshold: WEIGHTS_THRESHOLD, withTrend: options.trend, dispersion: 'model', years: b,
      pThresholdTrend: 0.05,
    }); // prettier-ignore
    reason[at] = prediction ? REASON.none : REASON.noFit;
    if (!prediction) continue;
    const { mu, phi } = prediction;
    const { upperbound: bound, pValue } = deltaThreshold(prediction, y, { alpha: alpha / 2, power });
    let recent = 0;
    for (let back = Math.max(0, at - limitPoints + 1); back <= at; back++) recent += Number.isNaN(values[back]!) ? 0 : values[back]!;
    const isEnough = recent >= limitCases;
    verdict[at] = isEnough && y > bound ? VERDICT.alarm : VERDICT.none;
    expected[at] = mu;
    if (isEnough || options.compat === true) upperbound[at] = isEnough ? bound : 0;
    statistic[at] = (y - mu) / Math.sqrt(phi * mu);
    below[at] = pValue;
    score[at] = -Math.log10(Math.max(pValue, Number.MIN_VALUE));
    trend[at] = Number(prediction.withTrend);
  }
  const details = { trend, pd_score: below.map((p) => 1 - p), pd_pred: expected };
  return { verdict, upperbound, expected, statistic, score, reason, pValueAt: (at) => below[at]!, details };
} // prettier-ignore

/**
 * Farrington's first method: seven weeks around the same week of each earlier year, with or without a trend.
 * Farrington, Andrews, Beale, Catchpole, "A statistical algorithm for the early detection of outbreaks of infectious
 * disease", J R Stat Soc A 159 (1996) 547–563; as `surveillance::algo.farrington`, which counts years as `perYear` points.
 *
 * Departures of the product: a baseline may have gaps; where there were too few cases for an alarm there is no bound
 * (the reference says 0).
 */
export const farrington1996 = detector({
  id: 'farrington-1996',
  title: 'Farrington 1996: seven weeks of each earlier year',
  parameters: PARAMETERS,
  reach: ({ b, w }) => DAYS_OF_YEAR * b + w,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
