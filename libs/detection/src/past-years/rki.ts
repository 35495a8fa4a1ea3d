import { type Detection, type Range, type Series, VERDICT, DAYS_OF_YEAR } from '../detector.js';
import { detector } from '../method.js';
import { flag, type OptionsOf, whole } from '../parameters.js';
import { blankSheet, detectionOf } from '../sheet.js';
import { REFERENCE_PARAMETERS, referenceValues } from './bayes.js';

/**
 * Upper ends of the shortest 95 % intervals of a Poisson mean when 0, 1, … 20 were counted: Crow & Gardner, "Confidence
 * intervals for the expectation of a Poisson variable", Biometrika 46 (1959) 441–453, table 1.
 */
export const CROW_GARDNER = [
  3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.05, 20.335, 21.364, 22.945,
  23.762, 25.4, 26.306, 27.735, 28.966, 30.017,
] as const; // prettier-ignore

type Options = OptionsOf<typeof REFERENCE_PARAMETERS>;

/** Above this mean, two standard deviations of the reference values are used. */
const MOST_POISSON = 20;

function run(series: Series, options: Options, { first, end }: Range): Detection {
  const { values } = series;
  const into = blankSheet(values.length);
  for (let at = first; at < end; at++) {
    const y = values[at]!;
    const reference = Number.isNaN(y) ? undefined : referenceValues(series, at, options);
    if (!reference) continue;
    const mean = reference.reduce((total, count) => total + count, 0) / reference.length;
    const variance = reference.reduce((total, count) => total + (count - mean) ** 2, 0) / (reference.length - 1);
    const bound = mean > MOST_POISSON ? mean + 2 * Math.sqrt(variance) : CROW_GARDNER[Math.floor(mean)]!;
    into.expected[at] = mean;
    into.upperbound[at] = bound;
    into.statistic[at] = (y - mean) / (bound - mean);
    into.score[at] = into.statistic[at]!;
    into.verdict[at] = y > bound ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into);
}

/**
 * The methods of the Robert Koch Institute: above a mean of 20 an alarm is two standard deviations above it, below the
 * upper end of a Poisson interval. As `surveillance::algo.rki1` (six weeks of the current year), `rki2` (and thirteen of
 * the year before) and `rki3` (nine weeks of each of two years before). The statistic is 1 at the bound.
 *
 * Departures of the product: a baseline may have gaps.
 */
const rki = (number: 1 | 2 | 3, { b, w, actY }: { b: number; w: number; actY: boolean }) =>
  detector({
    id: `rki-${number}`,
    title: `RKI ${number}: ${b === 0 ? '' : `${b} earlier ${b === 1 ? 'year' : 'years'}, `}${actY ? `${w} points before` : `${w} points on each side`}`,
    parameters: {
      ...REFERENCE_PARAMETERS,
      b: whole({ ...REFERENCE_PARAMETERS.b, default: b, reference: b }),
      w: whole({ ...REFERENCE_PARAMETERS.w, default: w, reference: w }),
      actY: flag({ ...REFERENCE_PARAMETERS.actY, default: actY, reference: actY }),
    },
    reach: (options) => DAYS_OF_YEAR * options.b + options.w,
    detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
  }); // prettier-ignore

export const RKI = [
  rki(1, { b: 0, w: 6, actY: true }),
  rki(2, { b: 1, w: 6, actY: true }),
  rki(3, { b: 2, w: 4, actY: false }),
] as const;
