import { type Detection, type Range, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalTail } from '../normal.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf } from '../sheet.js';
import { pastOf } from './weekday.js';

const PARAMETERS = {
  sameWeekdayWeeks: whole({ default: 8, least: 3, most: 52, says: 'weeks of the same weekday that a day is compared with' }),
  minSd: real({ default: 0.5, least: 0, most: 1e9, says: 'least standard deviation that is believed, in counts' }),
  warn: real({ default: 3, least: 0, most: 100, says: 'standard deviations above which there is a warning' }),
  alarm: real({ default: 4, least: 0, most: 100, says: 'standard deviations above which there is an alarm' }),
  leastPresent: real({ default: 0.75, reference: 1, least: 0.01, most: 1, says: 'share of those weeks that must have values' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Colours of the map by their upper edges, which belong to them. Green and blue as published, the others our own. */
const BINS = [['below', -0.5], ['green', 0.5], ['blue', 2], ['yellow', 3], ['orange', 4], ['red', Infinity]] as const; // prettier-ignore

const binOf = (z: number): string | null => BINS.find(([, edge]) => z <= edge)?.[0] ?? null;

function run({ values, history = values }: Series, options: Options, { first, end }: Range): Detection {
  const { sameWeekdayWeeks, minSd, warn, alarm, leastPresent } = options;
  const into = blankSheet(values.length);
  const bins: (string | null)[] = Array.from(values, () => null);
  for (let at = first; at < end; at++) {
    const { n, mean, deviation } = pastOf(history, at, { count: sameWeekdayWeeks, step: 7 });
    const z = (values[at]! - mean) / Math.max(deviation, minSd);
    if (Number.isNaN(z) || n < Math.max(3, leastPresent * sameWeekdayWeeks)) continue;
    into.expected[at] = mean;
    into.upperbound[at] = mean + alarm * Math.max(deviation, minSd);
    into.statistic[at] = z;
    into.score[at] = z;
    into.pValue[at] = upperNormalTail(z);
    into.verdict[at] = z > alarm ? VERDICT.alarm : z > warn ? VERDICT.warning : VERDICT.none;
    bins[at] = binOf(z);
  }
  return detectionOf(into, { z: into.statistic, bin: bins });
}

/**
 * The colours of the NRDM map: how many standard deviations a day is from the mean of the same weekday of eight weeks.
 * Wagner, Tsui, Espino, Hogan, Hutman, Hersh, Neill, Moore, Parks, Lewis, Aller, "Design of a national retail data
 * monitor for public health surveillance", J Am Med Inform Assoc 10 (2003) 409–418, figure 3. It gives green and blue;
 * the edges of the others are ours. No reference implementation exists.
 */
export const normalised = detector({
  id: 'normalised',
  title: 'NRDM map colours: the day against the same weekday of eight weeks',
  parameters: PARAMETERS,
  reach: ({ sameWeekdayWeeks }) => 7 * sameWeekdayWeeks,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
