import { baselines } from '../baseline.js';
import { type Detection, type Series, VERDICT } from '../detector.js';
import { upperNormalQuantile, upperNormalTail } from '../normal.js';
import { checkMinSigma, type EarsOptions } from './options.js';

/** A verdict for every day from its value and its bound. */
export function verdicts(values: Float64Array, upperbound: Float64Array): Uint8Array {
  const verdict = new Uint8Array(values.length);
  for (let day = 0; day < values.length; day++) {
    const [value, bound] = [values[day]!, upperbound[day]!];
    if (Number.isNaN(value) || Number.isNaN(bound)) verdict[day] = VERDICT.unknown;
    else verdict[day] = value > bound ? VERDICT.alarm : VERDICT.none;
  }
  return verdict;
}

/**
 * C1 and C2, which differ in the guard alone: mean m and standard deviation s of the baseline; an alarm where the
 * value is above U = m + z₁₋α · max(s, minSigma). The statistic is (value − m) ÷ max(s, minSigma): 0 where nothing
 * varied and the day does not depart from it, else infinite. The p-value is that of a normal variable.
 */
export function boundAbove(series: Series, { guard, ...options }: EarsOptions & { guard: number }): Detection {
  const { values, history = values } = series;
  const { baseline, minSigma, alpha, leastPresent } = options;
  checkMinSigma(minSigma);
  const z = upperNormalQuantile(alpha);
  const { mean: expected, deviation } = baselines(history, { length: baseline, guard, leastPresent });
  const upperbound = new Float64Array(values.length);
  const statistic = new Float64Array(values.length);
  for (let day = 0; day < values.length; day++) {
    const sigma = Math.max(deviation[day]!, minSigma);
    const excess = values[day]! - expected[day]!;
    statistic[day] = excess === 0 ? 0 : excess / sigma;
    upperbound[day] = expected[day]! + z * sigma;
  }
  return {
    verdict: verdicts(values, upperbound),
    upperbound,
    expected,
    statistic,
    score: statistic,
    pValueAt: (at) => upperNormalTail(statistic[at]!),
    details: { baselineMean: expected, baselineSd: deviation },
  };
}
