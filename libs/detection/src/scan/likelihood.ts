/**
 * Log likelihood ratio of `observed` cases in a window where `expected` are, of `all`: c ln(c/µ) + (C−c) ln((C−c)/(C−µ)),
 * with 0 ln 0 = 0. Kulldorff, "A spatial scan statistic", Communications in Statistics 26 (1997) 1481–1496, eq. for the
 * Poisson model; the space-time permutation model uses the same function of its own µ. It says nothing of the direction.
 */
export function logLikelihoodRatio(observed: number, expected: number, all: number): number {
  const outside = all - observed;
  return (
    (observed === 0 ? 0 : observed * Math.log(observed / expected)) +
    (outside === 0 ? 0 : outside * Math.log(outside / (all - expected)))
  );
}

/**
 * For c above µ the ratio is at most (c − µ)² times this: (1+x) ln(1+x) − x is at most x²/2 for x ≥ 0, and at most x²
 * for −1 ≤ x < 0. A product in place of two logarithms settles most windows.
 */
export function boundFactor(expected: number, all: number): number {
  return 1 / (2 * expected) + 1 / (all - expected);
}
