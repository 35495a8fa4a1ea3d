import { upperNormalQuantile, upperNormalTail } from '../normal.js';
import { negativeBinomial, poisson, upperQuantile } from '../numeric/counts.js';
import type { Prediction } from './fit.js';

export type PowerTransform = '2/3' | '1/2' | 'none';

/** The bound of a count, and how often chance is as high as it. */
export interface Threshold {
  readonly upperbound: number;
  readonly pValue: number;
}

const POWERS = { '2/3': 2 / 3, '1/2': 1 / 2, none: 1 } as const;

/** Standard deviation of a count raised to the power: the delta method, with the uncertainty of the mean in τ. */
function spread(mu: number, tau: number, power: PowerTransform): number {
  if (power === '2/3') return Math.sqrt((4 / 9) * Math.cbrt(mu) * tau);
  return power === '1/2' ? Math.sqrt(tau / 4) : Math.sqrt(mu * tau);
}

/** The count to the power is taken for normal: Farrington et al. 1996, 3.7. */
export function deltaThreshold({ mu, seEta, phi }: Pick<Prediction, 'mu' | 'seEta' | 'phi'>, y: number, { alpha, power }: { alpha: number; power: PowerTransform }): Threshold {
  const exponent = POWERS[power];
  const standardError = mu * seEta;
  const sd = spread(mu, phi + (standardError * standardError) / mu, power);
  const raised = Math.max(0, mu ** exponent + upperNormalQuantile(alpha) * sd);
  return { upperbound: raised ** (1 / exponent), pValue: upperNormalTail((y ** exponent - mu ** exponent) / sd) };
} // prettier-ignore

/** The count is taken for negative binomial of variance φ μ, or Poisson: Noufaily et al. 2013, 3.4. */
export function countThreshold({ mu, phi }: { mu: number; phi: number }, y: number, alpha: number): Threshold {
  const counts = phi > 1 ? negativeBinomial({ size: mu / (phi - 1), p: 1 / phi, rest: (phi - 1) / phi }) : poisson(mu);
  return { upperbound: upperQuantile(counts, alpha), pValue: counts.above(y - 1) };
}
