import { type Detection, pointsPerYear, type Range, type Series, VERDICT, DAYS_OF_YEAR } from '../detector.js';
import { detector } from '../method.js';
import { negativeBinomial, upperQuantile } from '../numeric/counts.js';
import { flag, type OptionsOf, real, whole } from '../parameters.js';
import { blankSheet, detectionOf, scoreOf } from '../sheet.js';

export const REFERENCE_PARAMETERS = {
  b: whole({ default: 0, least: 0, most: 20, says: 'years before whose windows are used too' }),
  w: whole({ default: 28, reference: 6, least: 1, most: 366, says: 'points before the current one, and on each side of it in earlier years' }),
  actY: flag({ default: true, says: 'use the points before the current one' }),
  leastPresent: real({ default: 0.75, reference: 1, least: 0.01, most: 1, says: 'share of the baseline that must have values' }),
} as const; // prettier-ignore

type ReferenceOptions = OptionsOf<typeof REFERENCE_PARAMETERS>;

/** The values that a point is compared with; undefined when there are too few. */
export function referenceValues(series: Series, at: number, { b, w, actY, leastPresent }: ReferenceOptions): number[] | undefined {
  const { values, history = values } = series;
  const year = pointsPerYear(series);
  const found: number[] = [];
  let wanted = 0;
  const add = (from: number, to: number): void => {
    wanted += to - from + 1;
    for (let position = Math.max(0, from); position <= to; position++)
      if (!Number.isNaN(history[position]!)) found.push(history[position]!);
  };
  if (actY) add(at - w, at - 1);
  for (let years = 1; years <= b; years++) add(at - years * year - w, at - years * year + w);
  return found.length > 0 && found.length >= leastPresent * wanted ? found : undefined;
} // prettier-ignore

const PARAMETERS = {
  ...REFERENCE_PARAMETERS,
  alpha: real({ default: 0.01, reference: 0.05, least: 1e-12, most: 0.5, says: 'how often a false alarm, a point' }),
} as const;

function run(series: Series, options: OptionsOf<typeof PARAMETERS>, { first, end }: Range): Detection {
  const { values } = series;
  const into = blankSheet(values.length);
  for (let at = first; at < end; at++) {
    const y = values[at]!;
    const reference = Number.isNaN(y) ? undefined : referenceValues(series, at, options);
    if (!reference) continue;
    const n = reference.length;
    const sum = reference.reduce((total, count) => total + count, 0);
    const predicted = negativeBinomial({ size: sum + 0.5, p: n / (n + 1), rest: 1 / (n + 1) });
    const bound = upperQuantile(predicted, options.alpha);
    into.expected[at] = predicted.mean;
    into.upperbound[at] = bound;
    into.statistic[at] = (y - predicted.mean) / Math.sqrt(predicted.variance);
    into.pValue[at] = predicted.above(y - 1);
    into.score[at] = scoreOf(into.pValue[at]!);
    into.verdict[at] = y > bound ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into);
}

/**
 * The Bayes predictive method: counts are Poisson, the reference values say of what mean (Jeffreys' prior), and the next
 * count is then negative binomial. Riebler, "Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei
 * Surveillance Daten", Munich 2004; Höhle, Comput Stat 22 (2007) 571; as `surveillance::algo.bayes`. It takes counts
 * for no more variable than Poisson's: expect many alarms of counts that are.
 *
 * Departures of the product: a baseline may have gaps.
 */
export const bayes = detector({
  id: 'bayes',
  title: 'Bayes: a Poisson mean from the reference values, and what it predicts',
  parameters: PARAMETERS,
  reach: ({ b, w }) => DAYS_OF_YEAR * b + w,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
