import type { Series } from '../detector.js';
import { varianceFactor } from '../numeric/grouped-line.js';
import { fitCounts } from '../numeric/grouped-poisson.js';
import { studentTail } from '../numeric/student.js';
import { readOptions } from '../parameters.js';
import { anscombeResiduals, anscombeWeights, predict, type Workspace } from './fit.js';
import { baselineAt, FLEXIBLE_PARAMETERS, type FlexibleOptions } from './flexible.js';

/** Every number of a fit. Arrays have an entry a row of the baseline, or a level of the season. */
export interface FarringtonFit {
  /** Intercept of each level at position 0 of the series; the first level is that of the windows. NaN: no row has it. */
  readonly firstLevels: readonly number[];
  readonly firstSlope: number;
  readonly fitted: readonly number[];
  readonly firstPhi: number;
  readonly leverage: readonly number[];
  readonly anscombe: readonly number[];
  readonly weights: readonly number[];
  readonly levels: readonly number[];
  readonly slope: number;
  readonly iterations: number;
  readonly phi: number;
  /** What the standard errors are made with, see fit.ts. */
  readonly errorDispersion: number;
  readonly trendP: number;
  readonly eta: number;
  readonly seEta: number;
  readonly mu: number;
  readonly seMu: number;
}

/** What stands behind one judgement. */
export interface FarringtonExplanation {
  /** Positions of the baseline, from 0. */
  readonly rows: readonly number[];
  /** Level of each; 0 is that of the windows. */
  readonly group: readonly number[];
  readonly response: readonly number[];
  readonly withTrend: FarringtonFit | undefined;
  readonly withoutTrend: FarringtonFit | undefined;
}

const levelsOf = ({ fit: { line } }: Workspace): number[] =>
  Array.from(line.intercept, (intercept, g) => intercept - line.slope * line.centre[g]!);

function explainFit(space: Workspace, at: number, asked: FlexibleOptions & { withTrend: boolean }): FarringtonFit | undefined {
  const { rows, fit } = space;
  const { n, group, x, prior } = rows;
  const { reweight, weightsThreshold, withTrend } = asked;
  prior.fill(1, 0, n);
  fitCounts(rows, withTrend, fit);
  const firstLevels = levelsOf(space);
  const firstSlope = fit.line.slope;
  const fitted = [...fit.mu.subarray(0, n)];
  const firstPhi = Math.max(1, fit.dispersion);
  const leverage = fitted.map((_, i) => fit.w[i]! * varianceFactor(fit.line, group[i]!, x[i]!));
  const anscombe = [...anscombeResiduals(space)];
  anscombeWeights(space, weightsThreshold);
  const weights = [...prior.subarray(0, n)];
  const found = predict(space, { x: at, offset: 0 }, { reweight, weightsThreshold, withTrend, dispersion: 'package' });
  if (!found) return undefined;
  const { eta, seEta, mu, phi, df, trendT } = found;
  return {
    firstLevels, firstSlope, fitted, firstPhi, leverage, anscombe, weights,
    levels: levelsOf(space), slope: found.slope, iterations: fit.iterations, phi,
    errorDispersion: seEta ** 2 / varianceFactor(fit.line, 0, at),
    trendP: found.withTrend ? 2 * studentTail(Math.abs(trendT), df) : NaN,
    eta, seEta, mu, seMu: mu * seEta,
  };
} // prettier-ignore

/** The numbers of Farrington flexible at one point of a series, with and without a trend; undefined without a baseline. */
export function explainFarrington(series: Series, at: number, given: Readonly<Record<string, unknown>>): FarringtonExplanation | undefined {
  const options = readOptions(FLEXIBLE_PARAMETERS, given);
  const baseline = baselineAt(series, at, options);
  if (!baseline) return undefined;
  const { space, index } = baseline;
  const { n, group, y } = space.rows;
  return {
    rows: [...index.subarray(0, n)],
    group: [...group.subarray(0, n)],
    response: [...y.subarray(0, n)],
    withTrend: explainFit(space, at, { ...options, withTrend: true }),
    withoutTrend: explainFit(space, at, { ...options, withTrend: false }),
  };
} // prettier-ignore
