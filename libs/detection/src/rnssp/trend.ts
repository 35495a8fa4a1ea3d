import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalTail } from '../normal.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankColumn, blankSheet, detectionOf, scoreOf } from '../sheet.js';

const PARAMETERS = {
  B: whole({ default: 12, least: 4, most: 366, says: 'points that the trend is taken over' }),
  alpha: real({ default: 0.01, least: 1e-9, most: 0.5, says: 'p-value below which a trend is significant' }),
  leastCount: whole({ default: 10, least: 0, most: 1e9, says: 'a sum of no more than this is too little to tell' }),
  leastPresent: real({ default: 0.75, reference: 1, least: 0.01, most: 1, says: 'share of the points that must have values' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Words of the reference. */
const WORDS = { up: 'Significant Increase', down: 'Significant Decrease', none: 'Stable', short: 'Insufficient Data' } as const; // prettier-ignore

const TOLERANCE = 1e-8;
const MOST_ITERATIONS = 25;

const logRatio = (y: number, mu: number): number => (y > 0 ? y * Math.log(y / mu) : 0);

/** Slope ÷ its standard error, of a logistic regression on time: IRLS started and stopped as R's glm. */
function slopeOf(t: readonly number[], y: readonly number[], n: readonly number[]): number {
  let share = y.map((count, i) => (count + 0.5) / (n[i]! + 1));
  let eta = share.map((p) => Math.log(p / (1 - p)));
  const devianceOf = (): number =>
    share.reduce((sum, p, i) => sum + 2 * (logRatio(y[i]!, n[i]! * p) + logRatio(n[i]! - y[i]!, n[i]! * (1 - p))), 0);
  let before = devianceOf();
  let [slope, spread] = [NaN, NaN];
  for (let round = 0; round < MOST_ITERATIONS; round++) {
    const w = share.map((p, i) => n[i]! * p * (1 - p));
    const z = share.map((p, i) => eta[i]! + (y[i]! / n[i]! - p) / (p * (1 - p)));
    const weight = w.reduce((sum, value) => sum + value, 0);
    const meanT = w.reduce((sum, value, i) => sum + value * t[i]!, 0) / weight;
    const meanZ = w.reduce((sum, value, i) => sum + value * z[i]!, 0) / weight;
    spread = w.reduce((sum, value, i) => sum + value * (t[i]! - meanT) ** 2, 0);
    slope = w.reduce((sum, value, i) => sum + value * (t[i]! - meanT) * (z[i]! - meanZ), 0) / spread;
    eta = t.map((at) => meanZ + slope * (at - meanT));
    share = eta.map((value) => 1 / (1 + Math.exp(-value)));
    const now = devianceOf();
    if (Math.abs(now - before) / (Math.abs(now) + 0.1) < TOLERANCE) break;
    before = now;
  }
  return slope * Math.sqrt(spread);
}

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values, history = values, population } = series;
  const { B, alpha, leastCount, leastPresent } = options;
  const into = blankSheet(values.length);
  const words: (string | null)[] = Array.from(values, () => null);
  const twoSided = blankColumn(values.length);
  if (!population) into.reason.fill(REASON.noFit);
  for (let at = Math.max(first, B - 1); population && at < end; at++) {
    const points = Array.from({ length: B }, (_, i) => at - B + 1 + i).filter(
      (point) => population[point]! > 0 && !Number.isNaN((point === at ? values : history)[point]!),
    );
    const y = points.map((point) => values[point]!);
    const n = points.map((point) => population[point]!);
    if (points.length < Math.max(3, leastPresent * B)) continue;
    const total = y.reduce((sum, count) => sum + count, 0);
    if (total <= leastCount) {
      words[at] = WORDS.short;
      continue;
    }
    const statistic = slopeOf(points, y, n);
    if (Number.isNaN(statistic)) continue;
    into.expected[at] = (total / n.reduce((sum, count) => sum + count, 0)) * (population[at] ?? NaN);
    into.statistic[at] = statistic;
    into.pValue[at] = upperNormalTail(statistic);
    into.score[at] = statistic === 0 ? 0 : Math.sign(statistic) * scoreOf(upperNormalTail(Math.abs(statistic)));
    twoSided[at] = 2 * upperNormalTail(Math.abs(statistic));
    const isSignificant = twoSided[at]! < alpha;
    words[at] = isSignificant ? (statistic > 0 ? WORDS.up : WORDS.down) : WORDS.none;
    into.verdict[at] = isSignificant && statistic > 0 ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { p_value: twoSided, trend_classification: words });
} // prettier-ignore

/**
 * Trend of a share: a logistic regression on time over the last twelve points, significant when its slope is. As
 * `Rnssp::classify_trend`; the series must have a population. A significant rise is the alarm; there is no bound of the
 * count. The p-value is that of a rise, `p_value` that of a trend of either direction.
 *
 * Departures of the product: points may be missing.
 */
export const trend = detector({
  id: 'trend',
  title: 'Trend: whether a share rises or falls over twelve points',
  parameters: PARAMETERS,
  reach: ({ B }) => B - 1,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
