import type { Predictive } from './predictive.js';
import { reportsOf, reverseCounts } from './reverse-counts.js';
import { checkTriangle, knownOf, type ReportingTriangle } from './triangle.js';

export interface LawlessRow extends Predictive {
  /** Share of the reports within the longest delay that has arrived: product of 1 − g over longer delays. */
  readonly arrived: number;
  /** Expected final count, known ÷ arrived; 0 where nothing is known, as the estimator has it. */
  readonly expected: number;
  /** Of the final count given what is known: Lawless, eq. 2.16. */
  readonly variance: number;
}

/**
 * Lawless, "Adjustments for reporting delays and the prediction of occurred but not reported events", Canadian Journal of
 * Statistics 22 (1994) 15–31: reverse hazards g(x) = n(x) ÷ N(x), with n(x) the reports of delay x and N(x) those of at most
 * x, both of rows that know delay x; then Var = N (N+1) ÷ F⁴ · Var F + N (1−F) ÷ F², Var F = F² Σ g ÷ (N(x) (1−g)).
 *
 * `surveillance::nowcast(method = "lawless")` loses the first of the two terms to a line break, so that its intervals know
 * nothing of the error of the delays; this has both. And it takes a truncated normal where this has the negative binomial
 * of the same mean and variance for what is missing. One row of the result a row of the triangle; `hazards` by delay.
 */
export function lawless(triangle: ReportingTriangle): { readonly hazards: Float64Array; readonly rows: readonly LawlessRow[] } {
  checkTriangle(triangle);
  const delays = triangle[0]!.length;
  const known = triangle.map(knownOf);
  const { exactly, atMost } = reverseCounts(triangle);
  const hazards = exactly.map((reports, delay) => (atMost[delay] === 0 ? 0 : reports / atMost[delay]!));
  const rows = triangle.map((row, at) => {
    let arrived = 1;
    let relative = 0;
    for (let delay = known[at]!; delay < delays; delay++) {
      const g = hazards[delay]!;
      arrived *= 1 - g;
      if (g > 0) relative += g / (atMost[delay]! * (1 - g));
    }
    const counted = reportsOf(row);
    const expected = counted === 0 ? 0 : counted / arrived;
    const variance = (counted * (counted + 1) * relative) / arrived ** 2 + (counted * (1 - arrived)) / arrived ** 2;
    const missing = expected - counted;
    const size = variance > missing ? (missing * missing) / (variance - missing) : Infinity;
    return { arrived, expected, variance, known: counted, missing, size: missing === 0 ? Infinity : size };
  });
  return { hazards, rows };
} // prettier-ignore
