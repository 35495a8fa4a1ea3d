import { type Detection, type Range, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalTail } from '../normal.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankColumn, blankSheet, detectionOf } from '../sheet.js';
import { pastOf } from './weekday.js';

const WEEK = 7;

const PARAMETERS = {
  J: whole({ default: 5, least: 1, most: 9, says: 'level of the smooth: the mean of the last 2^J days is taken away' }),
  history: whole({ default: 56, least: 14, most: 364, says: 'days of the baseline, whole weeks' }),
  minSd: real({ default: 0.5, least: 0, most: 1e9, says: 'least standard deviation that is believed, in counts' }),
  alarm: real({ default: 3, least: 0, most: 100, says: 'standard deviations above which there is an alarm' }),
  leastPresent: real({ default: 0.75, reference: 1, least: 0.01, most: 1, says: 'share of the days that must have values' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** What is left of each day when the mean of the last `length` days, itself included, is taken away. */
function residuals(values: Float64Array, history: Float64Array, { length, least }: { length: number; least: number }): Float64Array {
  return values.map((value, at) => {
    if (at < length - 1) return NaN;
    let [n, sum] = [1, value];
    for (let before = at - length + 1; before < at; before++) {
      if (Number.isNaN(history[before]!)) continue;
      n++;
      sum += history[before]!;
    }
    return n >= least * length ? value - sum / n : NaN;
  });
} // prettier-ignore

/** Sample standard deviation of the residuals of `days` days, each less the mean of its weekday; NaN with too few. */
function deviationOf(rest: Float64Array, at: number, { days, least }: { days: number; least: number }): number {
  let [n, squares] = [0, 0];
  for (let weekday = 1; weekday <= WEEK; weekday++) {
    const { n: count, mean } = pastOf(rest, at + WEEK - weekday, { count: days / WEEK, step: WEEK });
    for (let i = 1; i <= days / WEEK; i++) {
      const value = rest[at + WEEK - weekday - i * WEEK] ?? NaN;
      if (!Number.isNaN(value)) squares += (value - mean) ** 2;
    }
    n += count;
  }
  return n >= least * days ? Math.sqrt(squares / (n - 1)) : NaN;
}

function run({ values, history = values }: Series, options: Options, { first, end }: Range): Detection {
  const { J, history: asked, minSd, alarm, leastPresent: least } = options;
  const days = asked - (asked % WEEK);
  const into = blankSheet(values.length);
  const own = residuals(values, history, { length: 2 ** J, least });
  // Of the past, what may enter a baseline alone.
  const past = own.map((value, at) => (Number.isNaN(history[at]!) ? NaN : value));
  const residual = blankColumn(values.length);
  for (let at = first; at < end; at++) {
    residual[at] = own[at]!;
    const { n, mean } = pastOf(past, at, { count: days / WEEK, step: WEEK });
    const sigma = Math.max(deviationOf(past, at, { days, least }), minSd);
    const z = (own[at]! - mean) / sigma;
    if (Number.isNaN(z) || n < (least * days) / WEEK) continue;
    into.expected[at] = values[at]! - own[at]! + mean;
    into.upperbound[at] = into.expected[at]! + alarm * sigma;
    into.statistic[at] = z;
    into.score[at] = z;
    into.pValue[at] = upperNormalTail(z);
    into.verdict[at] = z > alarm ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { residual, z: into.statistic });
}

/**
 * Haar: what a day has above the level of the last 32, against what its weekday usually has. After Zhang, Tsui, Wagner,
 * Hogan, "Detection of outbreaks from time series data using wavelet transform", AMIA Annu Symp Proc 2003, 748–752; the
 * parameters are ours, since theirs are not published. No reference implementation exists.
 *
 * The level holds the day itself, so that expectation and bound move with its value.
 */
export const haar = detector({
  id: 'haar',
  title: 'Haar: above the level of a month, against the same weekday of eight weeks',
  parameters: PARAMETERS,
  reach: ({ J, history }) => 2 ** J - 1 + history,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
