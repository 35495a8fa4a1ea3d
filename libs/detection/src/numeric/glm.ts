import { digamma, logGamma, trigamma } from './gamma.js';
import { type Design, leastSquares, type LeastSquares, linear } from './least-squares.js';

/** A distribution of counts with a logarithmic link; variance of a count of mean μ. */
interface Family {
  variance(mu: number): number;
  deviance(y: number, mu: number): number;
}

const logRatio = (y: number, mu: number): number => (y > 0 ? y * Math.log(y / mu) : 0);

const POISSON: Family = { variance: (mu) => mu, deviance: (y, mu) => 2 * (logRatio(y, mu) - (y - mu)) };

const negativeBinomialFamily = (theta: number): Family => ({
  variance: (mu) => mu + (mu * mu) / theta,
  deviance: (y, mu) => 2 * (logRatio(y, mu) - (y + theta) * Math.log((y + theta) / (mu + theta))),
});

/** A fitted regression of counts. */
export interface CountRegression {
  readonly coefficients: Float64Array;
  readonly mu: Float64Array;
  readonly isConverged: boolean;
  /** n − p. */
  readonly df: number;
  readonly solution: LeastSquares;
  /** Size of the negative binomial: variance μ + μ²/θ; Infinity for Poisson. */
  readonly theta: number;
}

const TOLERANCE = 1e-8;
const MOST_ITERATIONS = 25;

/** IRLS with a log link: McCullagh & Nelder 2.5; stops as R's glm.fit. */
function irls(design: Design, y: Float64Array, { family, eta: start, theta }: { family: Family; eta: Float64Array; theta: number }): CountRegression {
  let eta = start;
  let mu = eta.map(Math.exp);
  const n = y.length;
  const devianceOf = (): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += family.deviance(y[i]!, mu[i]!);
    return sum;
  };
  let before = devianceOf();
  const [z, w] = [new Float64Array(n), new Float64Array(n)];
  let solution = leastSquares([], z);
  let isConverged = false;
  for (let iteration = 0; iteration < MOST_ITERATIONS && !isConverged; iteration++) {
    for (let i = 0; i < n; i++) {
      z[i] = eta[i]! + (y[i]! - mu[i]!) / mu[i]!;
      w[i] = (mu[i]! * mu[i]!) / family.variance(mu[i]!);
    }
    solution = leastSquares(design, z, w);
    eta = linear(design, solution.coefficients);
    mu = eta.map(Math.exp);
    const now = devianceOf();
    if (!Number.isFinite(now)) break;
    isConverged = Math.abs(now - before) / (Math.abs(now) + 0.1) < TOLERANCE;
    before = now;
  }
  return { coefficients: solution.coefficients, mu, isConverged, df: n - solution.rank, solution, theta };
} // prettier-ignore

/** Poisson regression with a log link. */
export function poissonRegression(design: Design, y: Float64Array): CountRegression {
  return irls(design, y, { family: POISSON, eta: y.map((count) => Math.log(count + 0.1)), theta: Infinity });
}

/** Maximum likelihood of θ given the means, by Newton's method from the moment estimate: MASS::theta.ml. */
export function fitTheta(y: Float64Array, mu: Float64Array): number {
  const n = y.length;
  let moment = 0;
  for (let i = 0; i < n; i++) moment += (y[i]! / mu[i]! - 1) ** 2;
  let theta = n / moment;
  for (let round = 0; round < 100; round++) {
    theta = Math.abs(theta);
    let [score, information] = [0, 0];
    for (let i = 0; i < n; i++) {
      const [c, m] = [y[i]!, mu[i]!];
      score +=
        digamma(theta + c) - digamma(theta) + Math.log(theta) + 1 - Math.log(theta + m) - (c + theta) / (m + theta);
      information +=
        -trigamma(theta + c) + trigamma(theta) - 1 / theta + 2 / (m + theta) - (c + theta) / (m + theta) ** 2;
    }
    const step = score / information;
    theta += step;
    if (Math.abs(step) < 1e-10 * Math.abs(theta)) break;
    if (!(Math.abs(theta) < 1e8)) return Infinity;
  }
  return theta > 0 ? theta : Infinity;
}

function logLikelihood(y: Float64Array, mu: Float64Array, theta: number): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const [c, m] = [y[i]!, mu[i]!];
    sum += logGamma(theta + c) - logGamma(theta) - logGamma(c + 1) + theta * Math.log(theta) + (c > 0 ? c * Math.log(m) : 0) - (theta + c) * Math.log(theta + m); // prettier-ignore
  }
  return sum;
}

/**
 * Negative binomial regression with a log link, its size θ by maximum likelihood: means and θ in turn until both stand
 * still. Venables & Ripley, "Modern Applied Statistics with S", 7.4; as MASS::glm.nb. Counts that vary no more than
 * Poisson's give θ = Infinity and the Poisson regression.
 */
export function negativeBinomialRegression(design: Design, y: Float64Array): CountRegression {
  let fit = poissonRegression(design, y);
  let theta = fitTheta(y, fit.mu);
  let before = NaN;
  for (let round = 0; round < MOST_ITERATIONS && Number.isFinite(theta); round++) {
    fit = irls(design, y, { family: negativeBinomialFamily(theta), eta: fit.mu.map(Math.log), theta });
    const next = fitTheta(y, fit.mu);
    const now = logLikelihood(y, fit.mu, next);
    const change = Math.abs(before - now) / Math.sqrt(2 * Math.max(1, fit.df)) + Math.abs(theta - next);
    theta = next;
    before = now;
    if (change < TOLERANCE) break;
  }
  return Number.isFinite(theta) ? { ...fit, theta } : poissonRegression(design, y);
}
