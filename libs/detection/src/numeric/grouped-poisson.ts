import { fitGroupedLine, type GroupedLine, groupedLine, type GroupedRows } from './grouped-line.js';

/** Counts with a log link on groups and a covariate. */
export interface CountRows extends GroupedRows {
  readonly y: Float64Array;
  /** Prior weights. */
  readonly prior: Float64Array;
  /** Logarithm of what the counts are a part of; all 0 where there is nothing of the kind. */
  readonly offset: Float64Array;
}

/** A fit of counts; its arrays are as long as the longest rows it was made for. */
export interface CountFit {
  readonly line: GroupedLine;
  readonly mu: Float64Array;
  /** Working weights of the last step: prior · μ, of the μ before it. */
  readonly w: Float64Array;
  isConverged: boolean;
  iterations: number;
  /** Σ w (y − μ)²/μ² ÷ (n − p): the dispersion that summary.glm reports. */
  dispersion: number;
  readonly z: Float64Array;
}

export function countFit(most: number, groups: number): CountFit {
  const column = (): Float64Array => new Float64Array(most);
  const line = groupedLine(groups);
  return { line, mu: column(), w: column(), z: column(), isConverged: false, iterations: 0, dispersion: NaN };
}

const TOLERANCE = 1e-8;
const MOST_ITERATIONS = 25;

/** Part of the deviance of a count y at the mean mu. */
const deviance = (y: number, mu: number): number => 2 * ((y > 0 ? y * Math.log(y / mu) : 0) - (y - mu));

/**
 * Quasi-Poisson regression by iteratively reweighted least squares: McCullagh & Nelder, "Generalized Linear Models",
 * 2nd ed., 2.5; start (μ = y + 0.1) and stop (deviance, 1e-8, 25 steps) as R's glm.fit, so that its steps are ours.
 */
export function fitCounts(rows: CountRows, withSlope: boolean, into: CountFit): void {
  const { n, group, x, y, prior, offset } = rows;
  const { line, mu, w, z } = into;
  let before = 0;
  for (let i = 0; i < n; i++) {
    mu[i] = y[i]! + 0.1;
    before += prior[i]! * deviance(y[i]!, mu[i]!);
  }
  into.isConverged = false;
  into.iterations = 0;
  while (into.iterations < MOST_ITERATIONS) {
    into.iterations++;
    for (let i = 0; i < n; i++) {
      w[i] = prior[i]! * mu[i]!;
      z[i] = Math.log(mu[i]!) - offset[i]! + (y[i]! - mu[i]!) / mu[i]!;
    }
    fitGroupedLine(rows, { z, w, withSlope }, line);
    const { intercept, centre, slope } = line;
    let now = 0;
    for (let i = 0; i < n; i++) {
      const g = group[i]!;
      mu[i] = Math.exp(intercept[g]! + slope * (x[i]! - centre[g]!) + offset[i]!);
      now += prior[i]! * deviance(y[i]!, mu[i]!);
    }
    if (!Number.isFinite(now)) break;
    if (Math.abs(now - before) / (Math.abs(now) + 0.1) < TOLERANCE) {
      into.isConverged = true;
      break;
    }
    before = now;
  }
  let pearson = 0;
  for (let i = 0; i < n; i++) pearson += w[i]! * ((y[i]! - mu[i]!) / mu[i]!) ** 2;
  into.dispersion = pearson / (n - line.coefficients);
}
