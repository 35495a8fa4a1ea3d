import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalQuantile, upperNormalTail } from '../normal.js';
import { type Counts, negativeBinomial, poisson, upperQuantile } from '../numeric/counts.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf, scoreOf } from '../sheet.js';
import { fitSeason } from './season.js';

const PARAMETERS = {
  train: whole({ default: 1820, least: 60, most: 36_600, says: 'last points before the fit that it rests on' }),
  leastTrain: whole({ default: 365, least: 60, most: 36_600, says: 'points before the first fit' }),
  g: whole({ default: 7, least: 0, most: 366, says: 'points between what is usual and the point that is judged' }),
  refit: whole({ default: 28, least: 1, most: 3660, says: 'points that one fit judges' }),
  level: whole({ default: 56, least: 7, most: 366, says: 'last points that the present level is taken from' }),
  drift: real({ default: 0.15, least: 0, most: 10, says: 'how far the level may lie from that of the fit, as a share (standard deviation)' }),
  weight: real({ default: 0.8, least: 0.05, most: 1, says: 'of the point itself; the rest is of those before it. 1: the point alone' }),
  alpha: real({ default: 0.01, least: 1e-12, most: 0.5, says: 'a p-value below is an alarm' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** A day far below the usual does not hide the rise of the next for long; one far above does not alarm for weeks. */
const [LOWEST, HIGHEST] = [-2, 4];
/** Points after which a weight of (1 − w)ⁿ does not matter. */
const memoryOf = ({ weight }: Options): number => (weight === 1 ? 0 : Math.ceil(Math.log(1e-4) / Math.log(1 - weight)));

/** How the counts of a point are distributed when nothing is the matter. */
interface Usual {
  readonly mean: number;
  readonly counts: Counts;
}

/** What is usual of the points of one fit, at the level of the weeks before each. */
function usualOf(series: Series, options: Options, { begin, end }: { begin: number; end: number }): (Usual | undefined)[] {
  const { values, history = values } = series;
  const { train, g, level, drift } = options;
  const season = fitSeason(series, { from: Math.max(0, begin - g - train), end: begin - g });
  return Array.from({ length: end - begin }, (_, i) => {
    if (!season) return undefined;
    let [sum, expected] = [0, 0];
    for (let at = Math.max(0, begin + i - g - level); at < begin + i - g; at++) {
      if (Number.isNaN(history[at]!)) continue;
      sum += history[at]!;
      expected += season.meanAt(at);
    }
    // The level is known as well as the counts of those weeks tell; what they do not tell is left at that of the fit.
    const noise = season.dispersion / expected;
    const trust = expected > 0 && drift > 0 ? (drift * drift) / (drift * drift + noise) : 0;
    const mean = season.meanAt(begin + i) * Math.max(1e-3, 1 + trust * (sum / expected - 1 || 0));
    const variance = season.dispersion * mean + (trust > 0 ? trust * noise * mean * mean : 0);
    if (variance <= mean * (1 + 1e-9)) return { mean, counts: poisson(mean) };
    return { mean, counts: negativeBinomial({ size: (mean * mean) / (variance - mean), p: mean / variance }) };
  });
} // prettier-ignore

/** How unusual a count is, as a standard normal; a count is spread evenly over its probability. */
function unusual(counts: Counts, y: number): number {
  const p = (counts.above(y - 1) + counts.above(y)) / 2;
  return p <= 1e-15 ? HIGHEST : p >= 1 - 1e-15 ? LOWEST : Math.min(HIGHEST, Math.max(LOWEST, upperNormalQuantile(p)));
}

/** The largest count that is no alarm: one above has a departure of more than `least`. */
function boundOf(counts: Counts, least: number): number {
  if (least >= HIGHEST) return Infinity;
  if (least < LOWEST) return 0;
  const p = upperNormalTail(least);
  const count = upperQuantile(counts, p);
  return (counts.above(count - 1) + counts.above(count)) / 2 < p ? count - 1 : count;
}

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values } = series;
  const { leastTrain, g, refit, weight, alpha } = options;
  const into = blankSheet(values.length);
  const earliest = leastTrain + g;
  const spread = Math.sqrt(weight / (2 - weight));
  const threshold = upperNormalQuantile(alpha);
  let [smooth, mass] = [0, 0];
  for (let at = Math.max(earliest, first - memoryOf(options)); at < end;) {
    const begin = earliest + Math.floor((at - earliest) / refit) * refit;
    const until = Math.min(end, begin + refit);
    const usual = usualOf(series, options, { begin, end: until });
    for (; at < until; at++) {
      const y = values[at]!;
      const of = usual[at - begin];
      if (!of) into.reason[at] = REASON.noFit;
      if (!of || Number.isNaN(y)) continue;
      const carried = (1 - weight) * smooth;
      smooth = weight * unusual(of.counts, y) + carried;
      // The variance that a young average has.
      mass = weight * weight + (1 - weight) ** 2 * mass;
      if (at < first) continue;
      const deviation = Math.max(Math.sqrt(mass), spread / 2);
      const statistic = smooth / deviation;
      const p = upperNormalTail(statistic);
      into.expected[at] = of.mean;
      into.statistic[at] = statistic;
      into.pValue[at] = p;
      into.score[at] = scoreOf(p);
      into.upperbound[at] = boundOf(of.counts, (threshold * deviation - carried) / weight);
      into.verdict[at] = y > into.upperbound[at]! ? VERDICT.alarm : VERDICT.none;
    }
  }
  return detectionOf(into);
}

/**
 * Departures of the day, and a little of those before it, from what is usual: a quasi-Poisson regression on up to five
 * years (trend, two yearly waves, weekdays), brought to the level of the last eight weeks, which the week before the day
 * does not enter; the day's place in the negative binomial distribution about that, as a standard normal; and an
 * exponentially weighted average of those. Ours, without a reference implementation: the regression is that of Noufaily
 * et al. 2013 without its reweighting, the average Roberts, "Control chart tests based on geometric moving averages",
 * Technometrics 1 (1959) 239–250. docs/detection-performance.md has what it finds beside the others.
 */
export const seasonalEwma = detector({
  id: 'seasonal-ewma',
  title: 'Seasonal EWMA: departures from trend, season, weekday and present level, smoothed',
  parameters: PARAMETERS,
  reach: (options) => options.train + options.g + options.refit - 1 + memoryOf(options),
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
