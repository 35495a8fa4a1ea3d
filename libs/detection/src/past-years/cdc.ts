import { type Detection, pointsPerYear, type Range, type Series, VERDICT, DAYS_OF_YEAR } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalQuantile, upperNormalTail } from '../normal.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf, scoreOf } from '../sheet.js';

const PARAMETERS = {
  b: whole({ default: 5, least: 1, most: 20, says: 'years of the baseline' }),
  m: whole({ default: 1, least: 0, most: 6, says: 'four-week sums before and after the same one of earlier years' }),
  alpha: real({ default: 0.025, least: 1e-12, most: 0.5, says: 'the bound is the upper one of an interval with 1 − alpha inside' }),
  leastPresent: real({ default: 0.75, reference: 1, least: 0.01, most: 1, says: 'share of the sums of the baseline that must be there' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Weeks of a sum. */
const SUM = 4;

/** The sum of the four values that end at `to`; NaN when one of them is missing. */
function sumTo(values: Float64Array, to: number): number {
  let sum = 0;
  for (let at = to - SUM + 1; at <= to; at++) sum += values[at] ?? NaN;
  return sum;
}

function run(series: Series, { b, m, alpha, leastPresent }: Options, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const year = pointsPerYear(series);
  const into = blankSheet(values.length);
  const z = upperNormalQuantile(alpha / 2);
  for (let at = first; at < end; at++) {
    const sums: number[] = [];
    for (let years = 1; years <= b; years++)
      for (let block = -m; block <= m; block++) sums.push(sumTo(history, at - years * year + SUM * block));
    const known = sums.filter((sum) => !Number.isNaN(sum));
    const y = sumTo(values, at);
    const n = known.length;
    if (n < 2 || n < leastPresent * sums.length || Number.isNaN(y)) continue;
    const mean = known.reduce((total, sum) => total + sum, 0) / n;
    const variance = known.reduce((total, sum) => total + (sum - mean) ** 2, 0) / (n - 1);
    const sigma = Math.sqrt(variance * (1 + 1 / n));
    into.expected[at] = mean;
    into.upperbound[at] = mean + z * sigma;
    into.statistic[at] = y === mean ? 0 : (y - mean) / sigma;
    into.pValue[at] = upperNormalTail(into.statistic[at]!);
    into.score[at] = scoreOf(into.pValue[at]!);
    into.verdict[at] = y > into.upperbound[at]! ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into);
} // prettier-ignore

/**
 * The CDC method of four weeks: their sum against the same sums of earlier years, and those before and after. Stroup,
 * Williamson, Herndon, Karon, "Detection of aberrations in the occurrence of notifiable diseases surveillance data",
 * Stat Med 8 (1989) 323–329; as `surveillance::algo.cdc`. Weekly series only: value, expectation and bound are of four.
 *
 * Departures of the product: a baseline may lack sums.
 */
export const cdc = detector({
  id: 'cdc',
  title: 'CDC: four weeks against the same weeks of earlier years',
  parameters: PARAMETERS,
  reach: ({ b, m }) => DAYS_OF_YEAR * b + SUM * (m + 1),
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
