import { checkTriangle, knownOf, type ReportingTriangle } from './triangle.js';

const sum = (row: Float64Array, end: number): number => {
  let total = 0;
  for (let delay = 0; delay < end; delay++) total += row[delay]!;
  return total;
};

/**
 * Share of reports with each delay, by the chain ladder: a cell that is not known is its column's ratio to what lies left
 * of it in the rows that know both, times what lies left of it; then columns over the total. NaN where nothing was reported.
 * Mack, "Distribution-free calculation of the standard error of chain ladder reserve estimates", ASTIN Bulletin 23 (1993)
 * 213–225; as `baselinenowcast::estimate_delay` computes it.
 */
export function delayShares(triangle: ReportingTriangle): Float64Array {
  checkTriangle(triangle);
  const delays = triangle[0]!.length;
  const known = triangle.map(knownOf);
  const left = new Float64Array(triangle.length);
  const columns = new Float64Array(delays);
  for (let delay = 0; delay < delays; delay++) {
    let [reported, before] = [0, 0];
    // Rows above the first that does not know this delay.
    for (let at = 0; at < triangle.length && known[at]! > delay; at++) {
      reported += triangle[at]![delay]!;
      before += left[at]!;
    }
    const factor = reported / Math.max(before, 1);
    for (const [at, row] of triangle.entries()) {
      const cell = known[at]! > delay ? row[delay]! : factor * left[at]!;
      columns[delay]! += cell;
      left[at]! += cell;
    }
  }
  const total = sum(columns, delays);
  return columns.map((column) => column / total);
}

/**
 * The triangle with a number in every cell: what is not known of a row follows from what is, x of a share F of the
 * delays: the next is its share × (x + 1 − F) ÷ F, above 0 where x is 0; and so on. As `baselinenowcast::apply_delay`.
 */
export function completed(triangle: ReportingTriangle, shares: Float64Array): Float64Array[] {
  return triangle.map((row) => {
    const whole = Float64Array.from(row);
    for (let delay = knownOf(row); delay < row.length; delay++) {
      const share = sum(shares, delay);
      whole[delay] = (shares[delay]! * (sum(whole, delay) + 1 - share)) / share;
    }
    return whole;
  });
}
