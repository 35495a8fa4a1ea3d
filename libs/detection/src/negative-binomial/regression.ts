import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { negativeBinomial, poisson, upperQuantile } from '../numeric/counts.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf, scoreOf } from '../sheet.js';
import { regressionMeans } from './design.js';

const PARAMETERS = {
  train: whole({ default: 1820, least: 60, most: 36_600, says: 'last points before the fit that it rests on' }),
  leastTrain: whole({ default: 365, least: 60, most: 36_600, says: 'points before the first fit' }),
  g: whole({ default: 7, least: 0, most: 366, says: 'points between the last of them and the first that is judged' }),
  refit: whole({ default: 28, least: 1, most: 3660, says: 'points that one fit judges' }),
  alpha: real({ default: 0.01, least: 1e-12, most: 0.5, says: 'a p-value below is an alarm' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Where the fit begins that judges a point: on a day of the calendar, so that another beginning of the series changes nothing. */
function fitOf({ start = 0, stepDays = 1 }: Series, at: number, { leastTrain, g, refit }: Options): number {
  const sinceEpoch = Math.floor(start / stepDays) + at;
  return Math.max(leastTrain + g, at - (((sinceEpoch % refit) + refit) % refit));
}

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values } = series;
  const { train, leastTrain, g, alpha } = options;
  const into = blankSheet(values.length);
  for (let at = Math.max(first, leastTrain + g); at < end; ) {
    const begin = fitOf(series, at, options);
    // The first fit may judge fewer points than the others.
    let until = at + 1;
    while (until < end && fitOf(series, until, options) === begin) until++;
    const from = Math.max(0, begin - g - train);
    const points = Array.from({ length: until - at }, (_, i) => at + i);
    const known = Array.from({ length: begin - g - from }, (_, i) => from + i);
    const found = regressionMeans(series, { train: known, points });
    for (const [i, point] of points.entries()) {
      const y = values[point]!;
      if (!found) into.reason[point] = REASON.noFit;
      if (!found || Number.isNaN(y)) continue;
      const { means, theta } = found;
      const mu = means[i]!;
      const counts = theta === Infinity ? poisson(mu) : negativeBinomial({ size: theta, p: theta / (theta + mu), rest: mu / (theta + mu) });
      const p = counts.above(y - 1);
      into.expected[point] = mu;
      into.upperbound[point] = upperQuantile(counts, alpha);
      into.statistic[point] = (y - mu) / Math.sqrt(counts.variance);
      into.pValue[point] = p;
      into.score[point] = scoreOf(p);
      into.verdict[point] = y > into.upperbound[point]! ? VERDICT.alarm : VERDICT.none;
    }
    at = until;
  }
  return detectionOf(into);
} // prettier-ignore

/**
 * Negative binomial regression: level, trend, yearly wave and weekday of up to five years, and the p-value of the day in
 * the negative binomial distribution about its mean. For large and steady sums; after a lasting change of level it
 * alarms until the change is part of its years. The regression is that of Hilbe, "Negative Binomial Regression" (2011);
 * as a detector it is our own, and has no reference implementation.
 */
export const negativeBinomialDetector = detector({
  id: 'negative-binomial',
  title: 'Negative binomial regression: trend, season and weekday of up to five years',
  parameters: PARAMETERS,
  reach: ({ train, g, refit }) => train + g + refit - 1,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
