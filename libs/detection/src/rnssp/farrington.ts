import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { type Prediction, predictWithTrend, type Workspace, workspace } from '../farrington/fit.js';
import { baselineRows } from '../farrington/rows.js';
import { countThreshold, deltaThreshold } from '../farrington/threshold.js';
import { detector } from '../method.js';
import { fitCounts } from '../numeric/grouped-poisson.js';
import { choice, type OptionsOf, real, whole } from '../parameters.js';
import { blankColumn, blankSheet, detectionOf, scoreOf } from '../sheet.js';

const PARAMETERS = {
  method: choice({ choices: ['original', 'modified'], default: 'modified', reference: 'original', says: 'the windows alone and a power transform, or all weeks and negative binomial' }),
  B: whole({ default: 4, least: 1, most: 20, says: 'years of the baseline' }),
  g: whole({ default: 27, least: 1, most: 366, says: 'last weeks left out of the baseline, the current one included' }),
  w: whole({ default: 3, least: 0, most: 26, says: 'weeks on each side of the same week of earlier years' }),
  p: whole({ default: 10, least: 2, most: 52, says: 'levels of the season (modified)' }),
  alpha: real({ default: 0.05, least: 1e-12, most: 0.5, says: 'how often a false alarm, a week' }),
  leastPresent: real({ default: 0.75, least: 0, most: 1, says: 'share of the baseline that must have values' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

const WEEKS = 52;
/** No bound where there were no more cases … */
const FEW_CASES = 5;
/** … in this many weeks, the current one included. */
const FEW_WEEKS = 5;
/** Anscombe residuals above these weigh less. */
const WEIGHTS_THRESHOLD = { original: 1, modified: 2.58 } as const;

function fill(series: Series, at: number, { method, B, g, w, p, leastPresent }: Options): Workspace | undefined {
  const { values, history = values } = series;
  const noPeriods = method === 'original' ? 1 : p;
  const rows = at < WEEKS * B + w + 1 ? undefined : baselineRows(series, at, { b: B, w, noPeriods, pastWeeksNotIncluded: g - 1 });
  if (!rows) return undefined;
  const space = workspace(rows.n, noPeriods);
  const into = space.rows;
  for (let i = 0; i < rows.n; i++) {
    const y = history[rows.index[i]!]!;
    if (Number.isNaN(y)) continue;
    into.y[into.n] = y;
    into.x[into.n] = rows.index[i]!;
    into.group[into.n++] = rows.group[i]!;
  }
  return into.n > 1 && into.n >= leastPresent * rows.n ? space : undefined;
} // prettier-ignore

/** The slope of the first fit, before past outbreaks are weighed down: the one that the reference reports. */
function firstSlope({ rows, fit }: Workspace): number {
  rows.prior.fill(1, 0, rows.n);
  fitCounts(rows, true, fit);
  return fit.line.slope;
}

function predictAt(space: Workspace, at: number, { method, B }: Options): Prediction | undefined {
  const asked = { reweight: true, weightsThreshold: WEIGHTS_THRESHOLD[method], withTrend: true, dispersion: 'package' } as const;
  return predictWithTrend(space, { x: at, offset: 0 }, { ...asked, years: B, pThresholdTrend: 0.05 });
} // prettier-ignore

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values } = series;
  const { method, alpha, compat } = options;
  const into = blankSheet(values.length);
  const [slopes, scores] = [blankColumn(values.length), blankColumn(values.length)];
  const included: (string | null)[] = Array.from(values, () => null);
  for (let at = first; at < end; at++) {
    const y = values[at]!;
    const space = Number.isNaN(y) ? undefined : fill(series, at, options);
    if (!space) continue;
    slopes[at] = firstSlope(space);
    const prediction = predictAt(space, at, options);
    if (!prediction) into.reason[at] = REASON.noFit;
    if (!prediction) continue;
    const { mu, eta, phi, withTrend } = prediction;
    const { upperbound, pValue } = method === 'original' ? deltaThreshold(prediction, y, { alpha, power: '2/3' }) : countThreshold({ mu, phi }, y, alpha); // prettier-ignore
    let recent = 0;
    for (let back = Math.max(0, at - FEW_WEEKS + 1); back <= at; back++)
      recent += Number.isNaN(values[back]!) ? 0 : values[back]!;
    const isFew = recent <= FEW_CASES;
    // The reference has the linear predictor where the mean is meant, and says of every fit that it has a trend.
    const centre = method === 'original' ? mu : eta;
    scores[at] = (y - centre) / (upperbound - centre);
    included[at] = String(compat === true || withTrend);
    into.expected[at] = mu;
    if (!isFew) into.upperbound[at] = upperbound;
    into.statistic[at] = (y - mu) / Math.sqrt(phi * mu);
    into.pValue[at] = pValue;
    into.score[at] = scoreOf(pValue);
    const isAlarm = compat === true ? scores[at]! > 1 : !isFew && y > upperbound;
    into.verdict[at] = isAlarm ? VERDICT.alarm : VERDICT.none;
  }
  const details = { time_coefficient: slopes, include_time_term: included, alert_score: scores };
  return detectionOf(into, details);
}

/**
 * Farrington as `Rnssp::alert_farrington` has it, for weekly series with dates. It departs from
 * `surveillance::farringtonFlexible` in its defaults, in the reported trend (that of the first fit), and in the weeks
 * that count as too few cases (five or fewer in five weeks).
 *
 * Departures of the product: no alarm where there were too few cases; a baseline may have gaps.
 */
export const rnsspFarrington = detector({
  id: 'rnssp-farrington',
  title: 'Farrington as in Rnssp, original or modified',
  parameters: PARAMETERS,
  reach: ({ B, w }) => 53 * B + w + 1,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
