import type { Detection } from '../detector.js';
import { detector } from '../method.js';
import { flag, real } from '../parameters.js';
import { ewma } from './ewma.js';
import { regress } from './regression.js';

/** The names that the reference gives the two. */
const NAMES = { regression: 'Adaptive Multiple Regression', ewma: 'EWMA' } as const;

const copy = (from: Float64Array | Uint8Array, into: Float64Array | Uint8Array, at: number): void => {
  into[at] = from[at]!;
};

/**
 * The switch of ESSENCE, and the product's usual method for days: the regression where weekday and trend explain the
 * baseline well (adjusted R² of 0.6 or more), else EWMA. As `Rnssp::alert_switch`; Burkom et al. 2007 (see regression).
 * A constant baseline counts as R² 0; in the reference that is rounding noise.
 */
export const regressionOrEwma = detector({
  id: 'switch',
  title: 'Switch: regression where it explains the last four weeks, else EWMA',
  parameters: {
    ...ewma.parameters,
    cleanUp: flag({ default: true, says: 'of the regression: take back alarms of days below the mean of their week' }),
    leastR2: real({ default: 0.6, least: 0, most: 1, says: 'adjusted R² from which the regression is used' }),
  },
  reach: (options) => Math.max(ewma.reach(options), 49),
  detect(series, options, range = { first: 0, end: series.values.length }): Detection {
    const smooth = ewma.detect(series, options, range);
    const { adjustedRSquared, ...fitted } = regress(series, options, range);
    const chosen: (string | null)[] = Array.from(series.values, () => null);
    const { verdict, reason, upperbound, expected, statistic, score } = smooth;
    const pValues = new Float64Array(series.values.length).fill(NaN);
    for (let at = range.first; at < range.end; at++) {
      const isFitted = adjustedRSquared[at]! >= options.leastR2;
      pValues[at] = isFitted ? fitted.pValue[at]! : smooth.pValueAt(at);
      if (!Number.isNaN(pValues[at]!)) chosen[at] = isFitted ? NAMES.regression : NAMES.ewma;
      if (!isFitted) continue;
      copy(fitted.verdict, verdict, at);
      copy(fitted.upperbound, upperbound, at);
      copy(fitted.expected, expected, at);
      copy(fitted.statistic, statistic, at);
      copy(fitted.score, score, at);
      reason[at] = 0;
    }
    const details = { detector: chosen, adjusted_r_squared: adjustedRSquared };
    return { verdict, upperbound, expected, statistic, score, reason, pValueAt: (at) => pValues[at]!, details };
  },
});
