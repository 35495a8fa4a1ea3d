import { pointsPerYear, type Series } from '../detector.js';
import { type Expected, regressionMeans } from '../negative-binomial/design.js';
import { poissonRegression } from '../numeric/glm.js';
import { linear } from '../numeric/least-squares.js';

export type MeanModel = 'mean' | 'glm' | 'regression';

/** Training points without which nothing is expected. */
const LEAST_KNOWN = 7;

/** What a chart expects of every point: what the series says itself, one count m, or what the training says. */
export function meansOf(series: Series, { m, model, until }: { m: number; model: MeanModel; until: number }): Expected | undefined {
  const { values, means } = series;
  if (means) return { means, theta: Infinity };
  if (m > 0) return { means: new Float64Array(values.length).fill(m), theta: Infinity };
  return trainedMeans(series, { model, until });
} // prettier-ignore

/**
 * What a chart expects of every point, from the training points before `until`: their mean, a yearly wave fitted to
 * them (`glm`, as surveillance::algo.cusum has it), or the negative binomial regression. Undefined where the training
 * has too few values, or zeros alone.
 */
function trainedMeans(series: Series, { model, until }: { model: MeanModel; until: number }): Expected | undefined {
  const { values, history = values } = series;
  const train = Array.from({ length: Math.min(until, values.length) }, (_, at) => at);
  const points = Array.from(values, (_, at) => at);
  if (model === 'regression') return regressionMeans(series, { train, points });
  const known = train.filter((at) => !Number.isNaN(history[at]!));
  const y = Float64Array.from(known, (at) => history[at]!);
  const sum = y.reduce((total, count) => total + count, 0);
  if (known.length < LEAST_KNOWN || sum === 0) return undefined;
  if (model === 'mean') return { means: new Float64Array(values.length).fill(sum / y.length), theta: Infinity };
  const turn = (2 * Math.PI) / pointsPerYear(series);
  const columns = (of: readonly number[]): Float64Array[] => [
    new Float64Array(of.length).fill(1),
    Float64Array.from(of, (at) => Math.cos(turn * (at + 1))),
    Float64Array.from(of, (at) => Math.sin(turn * (at + 1))),
  ];
  const { coefficients, isConverged } = poissonRegression(columns(known), y);
  return isConverged ? { means: linear(columns(points), coefficients).map(Math.exp), theta: Infinity } : undefined;
} // prettier-ignore
