import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { choice, flag, type OptionsOf, real, whole } from '../parameters.js';
import { blankColumn, blankSheet, detectionOf } from '../sheet.js';
import { meansOf } from './means.js';

const PARAMETERS = {
  k: real({ default: 0.5, reference: 1.04, least: 0, most: 100, says: 'reference value: departures below it lower the sum' }),
  h: real({ default: 4, reference: 2.26, least: 0, most: 1000, says: 'an alarm is a sum of this or more' }),
  trans: choice({ choices: ['rossi', 'standard', 'anscombe', 'pearsonNegBin'], default: 'rossi', says: 'how counts are made like normal variables' }),
  alpha: real({ default: 0.1, least: 0, most: 100, says: 'overdispersion for pearsonNegBin: variance m + alpha m²' }),
  m: real({ default: 0, least: 0, most: 1e12, says: 'expected count; 0: from the training points' }),
  model: choice({ choices: ['mean', 'glm', 'regression'], default: 'mean', says: 'of the training: mean, yearly wave, or trend with wave and weekday' }),
  train: whole({ default: 365, reference: 0, least: 0, most: 36_600, says: 'first points of the series, used for training and not judged; 0: all before the first judged' }),
  reset: flag({ default: true, reference: false, says: 'begin again at 0 after an alarm' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;
type Transform = (typeof PARAMETERS)['trans']['choices'][number];

/** A count as a variable near standard normal: Rossi, Lampugnani, Marchi, Stat Med 18 (1999) 2111. */
function standardise(y: number, m: number, { trans, alpha }: { trans: Transform; alpha: number }): number {
  const root = Math.sqrt(m);
  if (trans === 'rossi') return (y - 3 * m + 2 * Math.sqrt(y * m)) / (2 * root);
  if (trans === 'anscombe') return (1.5 * (Math.cbrt(y) ** 2 - Math.cbrt(m) ** 2)) / m ** (1 / 6);
  return (y - m) / (trans === 'pearsonNegBin' ? Math.sqrt(m + alpha * m * m) : root);
}

/** The count whose variable is x; 0 where there is none. */
function countOf(x: number, m: number, { trans, alpha, compat }: Options): number {
  const root = Math.sqrt(m);
  if (trans === 'rossi') {
    const inner = 4 * m + 2 * x * root;
    const under = Math.sqrt(Math.max(0, inner)) - root;
    // The reference squares a negative root too.
    return inner < 0 || (under < 0 && compat !== true) ? 0 : under * under;
  }
  if (trans === 'anscombe') return Math.max(0, Math.cbrt(m) ** 2 + (2 / 3) * m ** (1 / 6) * x) ** 1.5;
  return Math.max(0, trans === 'pearsonNegBin' ? m + x * Math.sqrt(m + alpha * m * m) : Math.ceil(m + x * root));
}

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const { k, h, m, model, train, reset } = options;
  const into = blankSheet(values.length);
  const begin = train === 0 ? first : train;
  const means = meansOf(series, { m, model, until: begin })?.means;
  const [sums, used] = [blankColumn(values.length), means ?? blankColumn(values.length)];
  if (!means) into.reason.fill(REASON.noFit);
  let sum = 0;
  for (let at = begin; means && at < end; at++) {
    const [y, mean] = [values[at]!, means[at]!];
    if (Number.isNaN(y)) continue;
    const before = sum;
    const now = Math.max(0, before + standardise(y, mean, options) - k);
    const isAlarm = now >= h;
    if (!Number.isNaN(history[at]!)) sum = isAlarm && reset ? 0 : now;
    if (at < first) continue;
    sums[at] = now;
    into.expected[at] = mean;
    into.upperbound[at] = countOf(h + k - before, mean, options);
    into.statistic[at] = now;
    into.score[at] = now;
    into.verdict[at] = isAlarm ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { cusum: sums, m: used });
}

/**
 * CUSUM of counts: small departures in one direction add up. Rossi et al. 1999; as `surveillance::algo.cusum`. The upper
 * bound is the count from which (not above which) there is an alarm.
 *
 * Departures of the product: the first `train` points are for training, so that a day is judged the same whichever days
 * are asked for; after an alarm the sum begins again; a training of zeros makes the days unknown (NaN in the reference).
 */
export const cusum = detector({
  id: 'cusum',
  title: 'CUSUM: small departures that add up',
  parameters: PARAMETERS,
  reach: () => Infinity,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
