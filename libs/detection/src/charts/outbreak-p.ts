import { type Detection, type Range, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf } from '../sheet.js';

const PARAMETERS = {
  k: real({ default: 100, least: 1, most: 1e300, says: 'an alarm is a likelihood ratio above this' }),
  window: whole({ default: 364, reference: 0, least: 0, most: 36_600, says: 'last points that are looked at; 0: all from the first judged on' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

const logPower = (sum: number, mean: number): number => (sum > 0 ? sum * Math.log(mean) : 0);

/**
 * ln ∏ (μ̂ₜ ÷ ȳ)^yₜ over points from `from` to `to`, at each of which it is told to `tell`: μ̂ is the rising step
 * function of greatest likelihood. Blocks of equal steps are pooled as points are added (pool adjacent violators), so
 * that all points together cost no more than a few visits each.
 */
function ratios(values: Float64Array, { from, to }: { from: number; to: number }, tell: (at: number, log: number, mean: number) => void): void {
  const sums: number[] = [];
  const lengths: number[] = [];
  let [n, total, rising] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    if (Number.isNaN(values[at]!)) continue;
    n++;
    total += values[at]!;
    let [sum, length] = [values[at]!, 1];
    while (sums.length > 0 && sums.at(-1)! * length >= sum * lengths.at(-1)!) {
      const [s, l] = [sums.pop()!, lengths.pop()!];
      rising -= logPower(s, s / l);
      sum += s;
      length += l;
    }
    sums.push(sum);
    lengths.push(length);
    rising += logPower(sum, sum / length);
    tell(at, rising - logPower(total, total / n), total / n);
  }
} // prettier-ignore

function run(series: Series, { k, window }: Options, { first, end }: Range): Detection {
  const { values, history = values } = series;
  const into = blankSheet(values.length);
  const note = (at: number, log: number, mean: number): void => {
    if (at < first) return;
    into.statistic[at] = Math.exp(log);
    into.score[at] = log / Math.LN10;
    into.expected[at] = mean;
    into.verdict[at] = log > Math.log(k) ? VERDICT.alarm : VERDICT.none;
  };
  if (window === 0) ratios(values, { from: first, to: end }, note);
  else {
    for (let at = first; at < end; at++) {
      if (Number.isNaN(values[at]!)) continue;
      // What is judged counts, though it may not enter the past of later days.
      const part = history.slice(Math.max(0, at - window + 1), at + 1);
      part[part.length - 1] = values[at]!;
      ratios(part, { from: 0, to: part.length }, (position, log, mean) => {
        if (position === part.length - 1) note(at, log, mean);
      });
    }
  }
  return detectionOf(into);
}

/**
 * outbreakP: whether counts have begun to rise from a constant level, whatever the shape of the rise. Frisén, Andersson,
 * Schiöler, "Robust outbreak surveillance of epidemics in Sweden", Stat Med 28 (2009) 476–493; as
 * `surveillance::algo.outbreakP` with ret = "value". The statistic is the likelihood ratio, the score its logarithm to 10.
 * There is no bound of the count.
 *
 * Departures of the product: the last `window` points are looked at, since what rose once stays an alarm for ever
 * otherwise; missing points are left out.
 */
export const outbreakP = detector({
  id: 'outbreak-p',
  title: 'outbreakP: the beginning of any rise from a constant level',
  parameters: PARAMETERS,
  reach: ({ window }) => (window === 0 ? Infinity : window),
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
