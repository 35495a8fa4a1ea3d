import { type Detection, type Range, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalTail } from '../normal.js';
import { type OptionsOf, real, whole } from '../parameters.js';
import { blankColumn, blankSheet, detectionOf } from '../sheet.js';

const PARAMETERS = {
  order: whole({ default: 7, least: 1, most: 28, says: 'days before that forecast the day' }),
  lambda: real({ default: 0.99, least: 0.5, most: 1, says: 'what a day weighs against the next' }),
  delta: real({ default: 1000, least: 1e-6, most: 1e12, says: 'how little the first coefficients are believed' }),
  warm: whole({ default: 20, least: 2, most: 366, says: 'forecasts before the first day that is judged' }),
  window: whole({ default: 56, least: 2, most: 366, says: 'last errors of which the standard deviation is taken' }),
  minSd: real({ default: 0.5, least: 0, most: 1e9, says: 'least standard deviation that is believed, in counts' }),
  gate: real({ default: 3, least: 0, most: 100, says: 'a day this many standard deviations above its forecast teaches nothing' }),
  scaleWindow: whole({ default: 28, least: 7, most: 366, says: 'days of the mean that counts are divided by' }),
  alarm: real({ default: 3, least: 0, most: 100, says: 'standard deviations above which there is an alarm' }),
} as const; // prettier-ignore

type Options = OptionsOf<typeof PARAMETERS>;

/** Coefficients β and their covariance P of recursive least squares: Haykin, "Adaptive Filter Theory", 4th ed., 9.3. */
interface Filter {
  readonly beta: Float64Array;
  readonly P: Float64Array[];
}

function learn({ beta, P }: Filter, { x, error, lambda }: { x: Float64Array; error: number; lambda: number }): void {
  const Px = Float64Array.from(P, (row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
  const denominator = lambda + Px.reduce((sum, value, i) => sum + value * x[i]!, 0);
  for (let i = 0; i < x.length; i++) {
    beta[i]! += (Px[i]! / denominator) * error;
    for (let j = 0; j < x.length; j++) P[i]![j] = (P[i]![j]! - (Px[i]! * Px[j]!) / denominator) / lambda;
  }
}

const deviationOf = (errors: readonly number[]): number => {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (errors.length - 1));
};

function run({ values, history = values }: Series, options: Options, { first, end }: Range): Detection {
  const { order, lambda, delta, warm, window, minSd, gate, scaleWindow, alarm } = options;
  const into = blankSheet(values.length);
  const [forecast, zs] = [blankColumn(values.length), blankColumn(values.length)];
  const size = order + 1;
  const filter: Filter = {
    beta: new Float64Array(size),
    P: Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? delta : 0))),
  };
  // A gap in what is looked back at is filled with the forecast of its day, or with what is usual.
  const filled = history.slice();
  const errors: number[] = [];
  for (let at = 0; at < end; at++) {
    if (at < scaleWindow) {
      if (Number.isNaN(filled[at]!)) filled[at] = at > 0 ? filled[at - 1]! : 0;
      continue;
    }
    let sum = 0;
    for (let before = at - scaleWindow; before < at; before++) sum += filled[before]!;
    const scale = Math.max(1, sum / scaleWindow);
    const x = Float64Array.from({ length: size }, (_, i) => (i === 0 ? 1 : filled[at - i]! / scale));
    const predicted = x.reduce((total, value, i) => total + value * filter.beta[i]!, 0);
    if (Number.isNaN(filled[at]!)) filled[at] = Math.max(0, predicted * scale);
    const y = values[at]!;
    if (Number.isNaN(y)) continue;
    const error = y / scale - predicted;
    const last = errors.slice(-window);
    const sigma = last.length >= warm ? Math.max(deviationOf(last), minSd / scale) : NaN;
    const z = error / sigma;
    if (!Number.isNaN(history[at]!)) {
      errors.push(error);
      if (!(z >= gate)) learn(filter, { x, error, lambda });
    }
    if (at < first) continue;
    forecast[at] = predicted * scale;
    zs[at] = z;
    if (Number.isNaN(z)) continue;
    into.expected[at] = predicted * scale;
    into.upperbound[at] = (predicted + alarm * sigma) * scale;
    into.statistic[at] = z;
    into.score[at] = z;
    into.pValue[at] = upperNormalTail(z);
    into.verdict[at] = z > alarm ? VERDICT.alarm : VERDICT.none;
  }
  return detectionOf(into, { forecast, z: zs });
}

/**
 * RLS: a forecast from the last seven days whose coefficients are learnt as the series goes on, the detector of RODS.
 * Tsui, Espino, Dato, Gesteland, Hutman, Wagner, "Technical description of RODS", J Am Med Inform Assoc 10 (2003)
 * 399–408; recursive least squares as in Haykin; scale and gate are ours. No reference implementation exists.
 *
 * Departures of the product: a day without a value is forecast, so that the days after it can be; it teaches nothing.
 */
export const rls = detector({
  id: 'rls',
  title: 'RLS: a forecast from the last seven days that learns as it goes',
  parameters: PARAMETERS,
  reach: () => Infinity,
  detect: (series, options, range = { first: 0, end: series.values.length }) => run(series, options, range),
});
