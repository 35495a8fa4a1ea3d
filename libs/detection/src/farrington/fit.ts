import { type CountFit, type CountRows, countFit, fitCounts } from '../numeric/grouped-poisson.js';
import { lineAt, varianceFactor } from '../numeric/grouped-line.js';
import { studentTail } from '../numeric/student.js';

/** How the rows are to be weighted, and whether a trend is asked for. */
export interface FitOptions {
  readonly reweight: boolean;
  /** Anscombe residuals above this are outbreaks of the past, and weigh less. */
  readonly weightsThreshold: number;
  readonly withTrend: boolean;
  /** What standard errors are made with, see {@link predict}. */
  readonly dispersion: 'package' | 'model';
}

/** What a baseline lets one expect of the current point. */
export interface Prediction {
  readonly withTrend: boolean;
  readonly slope: number;
  /** On the scale of the linear predictor. */
  readonly eta: number;
  readonly mu: number;
  /** Standard error of η. */
  readonly seEta: number;
  /** Overdispersion, at least 1. */
  readonly phi: number;
  /** t statistic of the trend, and its degrees of freedom. */
  readonly trendT: number;
  readonly df: number;
}

/** Rows with arrays that may be written to, and the fit they are used with. */
export interface Workspace {
  readonly rows: CountRows & { n: number };
  readonly fit: CountFit;
}

export function workspace(most: number, groups: number): Workspace {
  const column = (): Float64Array => new Float64Array(most);
  const rows = { n: 0, groups, group: new Uint8Array(most), x: column(), y: column(), prior: column(), offset: column() }; // prettier-ignore
  return { rows, fit: countFit(most, groups) };
}

/** How far each count is from its mean, made like a normal variable: Anscombe residuals, by leverage and dispersion. */
export function anscombeResiduals({ rows, fit }: Workspace): Float64Array {
  const { n, group, x, y } = rows;
  const { mu, w, line } = fit;
  const phi = Math.max(1, fit.dispersion);
  return Float64Array.from({ length: n }, (_, i) => {
    const leverage = w[i]! * varianceFactor(line, group[i]!, x[i]!);
    return (1.5 * (Math.cbrt(y[i]!) ** 2 * mu[i]! ** (-1 / 6) - Math.sqrt(mu[i]!))) / Math.sqrt(phi * (1 - leverage));
  });
}

/**
 * Weights of the second fit: γ s⁻² for rows whose Anscombe residual s is above the threshold, else γ, which makes them
 * add up to n. Farrington et al. 1996, 3.6; the threshold of Noufaily et al. 2013.
 */
export function anscombeWeights(space: Workspace, threshold: number): void {
  const { n, prior } = space.rows;
  const residuals = anscombeResiduals(space);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const s = residuals[i]!;
    prior[i] = s > threshold ? 1 / (s * s) : 1;
    sum += prior[i]!;
  }
  for (let i = 0; i < n; i++) prior[i]! *= n / sum;
}

/**
 * Fit, weigh, fit again, and predict level 0 at `x`. Undefined where a fit does not converge.
 *
 * The dispersion of the standard errors is Σ ω ((y − μ)/μ)² ÷ (n − p), with the weights ω where summary.glm has ω μ:
 * that is what `surveillance::farringtonFlexible` uses, because it writes the weights over those of the model (`package`).
 * Without reweighting it is the Pearson dispersion. `model`: φ for the prediction, and what is below 1 too for the trend.
 */
export function predict(space: Workspace, at: { x: number; offset: number }, { reweight, weightsThreshold, withTrend, dispersion: which }: FitOptions): Prediction | undefined {
  const { rows, fit } = space;
  const { n, y, prior } = rows;
  prior.fill(1, 0, n);
  fitCounts(rows, withTrend, fit);
  if (!fit.isConverged) return undefined;
  if (reweight) {
    anscombeWeights(space, weightsThreshold);
    fitCounts(rows, withTrend, fit);
    if (!fit.isConverged) return undefined;
  }
  const { line, mu, dispersion } = fit;
  const df = n - line.coefficients;
  let residual = 0;
  for (let i = 0; i < n; i++) residual += prior[i]! * ((y[i]! - mu[i]!) / mu[i]!) ** 2;
  const phi = Math.max(1, dispersion);
  const ofTrend = reweight && which === 'package' ? residual / df : dispersion;
  const ofMean = which === 'package' ? ofTrend : phi;
  const eta = lineAt(line, 0, at.x) + at.offset;
  return {
    withTrend: line.spread > 0,
    slope: line.slope,
    eta,
    mu: Math.exp(eta),
    seEta: Math.sqrt(ofMean * varianceFactor(line, 0, at.x)),
    phi,
    trendT: line.slope / Math.sqrt(ofTrend / line.spread),
    df,
  };
} // prettier-ignore

/** Years that a baseline must have for a trend. */
export const TREND_YEARS = 3;

/**
 * The prediction with a trend where it is to be had: enough years, a slope with a p-value below the threshold, and a
 * prediction that is not above every count of the baseline. Else the one without.
 */
export function predictWithTrend(space: Workspace, at: { x: number; offset: number }, asked: FitOptions & { years: number; pThresholdTrend: number }): Prediction | undefined {
  const { years, pThresholdTrend, withTrend, ...options } = asked;
  if (withTrend && years >= TREND_YEARS) {
    const found = predict(space, at, { ...options, withTrend: true });
    const { n, y } = space.rows;
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, y[i]!);
    const isKept = found?.withTrend === true && 2 * studentTail(Math.abs(found.trendT), found.df) < pThresholdTrend && found.mu <= most;
    if (isKept) return found;
  }
  return predict(space, at, { ...options, withTrend: false });
} // prettier-ignore
