import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { choice, flag, type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf } from '../sheet.js';
import { meansOf } from './means.js';

const PARAMETERS = {
  cARL: real({ default: 5, least: 0.01, most: 1000, says: 'an alarm is a log likelihood ratio of this or more' }),
  theta: real({ default: 0, least: 0, most: 10, says: 'logarithm of the rise that is looked for; 0: any rise, of unknown size' }),
  M: whole({ default: 28, reference: -1, least: -1, most: 3660, says: 'points before the current one that a rise may have begun at; -1: any' }),
  Mtilde: whole({ default: 1, least: 1, most: 366, says: 'points that a rise must have' }),
  alpha: real({ default: -1, reference: 0, least: -1, most: 100, says: 'overdispersion: variance m + alpha m²; -1: from the training, 0: Poisson' }),
  mu0: real({ default: 0, least: 0, most: 1e12, says: 'expected count; 0: from the training points' }),
  model: choice({ choices: ['mean', 'glm', 'regression'], default: 'regression', reference: 'glm', says: 'of the training: mean, yearly wave, or trend with wave and weekday' }),
  train: whole({ default: 365, reference: 0, least: 0, most: 36_600, says: 'first points of the series, used for training and not judged; 0: all before the first judged' }),
  reset: flag({ default: true, says: 'begin again after an alarm' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Counts and means of the points that are looked back at. */
interface Window {
  readonly x: readonly number[];
  readonly m: readonly number[];
  /** Overdispersion. */
  readonly alpha: number;
}

/** ln of the likelihood with the means raised by e^κ ÷ that without, over the points from `from` on. */
function logRatio({ x, m, alpha }: Window, kappa: number, from: number): number {
  let sum = 0;
  const factor = Math.exp(kappa);
  for (let i = from; i < x.length; i++) {
    if (alpha === 0) sum += x[i]! * kappa - m[i]! * (factor - 1);
    else sum += x[i]! * kappa - (x[i]! + 1 / alpha) * Math.log((1 + alpha * m[i]! * factor) / (1 + alpha * m[i]!));
  }
  return sum;
}

/** The rise κ of greatest likelihood over the points from `from` on, 0 where there is none: Newton's method. */
function bestKappa({ x, m, alpha }: Window, from: number): number {
  let [sumX, sumM] = [0, 0];
  for (let i = from; i < x.length; i++) {
    sumX += x[i]!;
    sumM += m[i]!;
  }
  const start = sumX > sumM ? Math.log(sumX / sumM) : 0;
  if (alpha === 0) return start;
  let kappa = start;
  for (let round = 0; round < 50; round++) {
    let [score, information] = [0, 0];
    for (let i = from; i < x.length; i++) {
      const mu = m[i]! * Math.exp(kappa);
      score += (x[i]! - mu) / (1 + alpha * mu);
      information += (mu * (1 + alpha * x[i]!)) / (1 + alpha * mu) ** 2;
    }
    const step = score / information;
    kappa = Math.max(0, kappa + step);
    if (!(Math.abs(step) > 1e-13)) break;
  }
  return Number.isFinite(kappa) ? kappa : 0;
}

/** The greatest ratio of any beginning of the rise. */
function generalised(window: Window, { M, Mtilde }: Options): number {
  const n = window.x.length;
  let most = 0;
  const oldest = M < 0 ? 0 : Math.max(0, n - 1 - M);
  for (let from = n - Mtilde; from >= oldest; from--) {
    const kappa = bestKappa(window, from);
    if (kappa > 0) most = Math.max(most, logRatio(window, kappa, from));
  }
  return most;
}

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const { cARL, theta, mu0, model, train, reset, M } = options;
  const into = blankSheet(values.length);
  const begin = train === 0 ? first : train;
  const expected = meansOf(series, { m: mu0, model, until: begin });
  if (!expected) into.reason.fill(REASON.noFit);
  const alpha = options.alpha >= 0 ? options.alpha : 1 / (expected?.theta ?? Infinity);
  let [x, m, sum]: [number[], number[], number] = [[], [], 0];
  for (let at = begin; expected && at < end; at++) {
    const [y, mean] = [values[at]!, expected.means[at]!];
    if (Number.isNaN(y)) continue;
    const with_ = { x: [...x, y], m: [...m, mean], alpha };
    const statistic = theta > 0 ? Math.max(0, sum + logRatio({ x: [y], m: [mean], alpha }, theta, 0)) : generalised(with_, options);
    const isAlarm = statistic >= cARL;
    if (!Number.isNaN(history[at]!)) {
      sum = statistic;
      if (theta === 0) [x, m] = [with_.x, with_.m];
      if (M >= 0 && x.length > M + 1) [x, m] = [x.slice(1), m.slice(1)];
      if (isAlarm && reset) [x, m, sum] = [[], [], 0];
    }
    if (at < first) continue;
    into.expected[at] = mean;
    into.statistic[at] = statistic;
    into.score[at] = statistic;
    into.verdict[at] = isAlarm ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into);
} // prettier-ignore

/**
 * Likelihood ratio charts: the generalised one (any rise, begun at any point), and with `theta` the CUSUM of a rise by
 * e^theta. Höhle & Paul, "Count data regression charts for the monitoring of surveillance time series", Comput Stat
 * Data Anal 52 (2008) 4357–4368; as `surveillance::algo.glrpois` and `algo.glrnb` (change in the intercept,
 * ret = "value"). There is no bound of the count.
 *
 * Departures of the product: the first `train` points are for training; missing points are left out.
 */
export const glr = detector({
  id: 'glr',
  title: 'GLR: likelihood ratio of a rise begun at any of the last points',
  parameters: PARAMETERS,
  reach: () => Infinity,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
