/**
 * Rows of a regression on groups (one intercept each) and one covariate (a common slope). Such a design needs no matrix:
 * the weighted least-squares slope is that of what is left after each group's weighted means are taken away.
 */
export interface GroupedRows {
  /** Rows in use; the arrays may be longer. */
  readonly n: number;
  readonly groups: number;
  /** Of each row, from 0. */
  readonly group: Uint8Array;
  readonly x: Float64Array;
}

/** One fit: at x, group g has intercept[g] + slope · (x − centre[g]). Arrays are reused by the next fit into it. */
export interface GroupedLine {
  slope: number;
  /** Σ w (x − centre)²; 0: no slope was fitted. */
  spread: number;
  /** Intercepts and slope that could be fitted. */
  coefficients: number;
  readonly intercept: Float64Array;
  readonly centre: Float64Array;
  /** Sum of the weights of each group; 0: the group has no row, and no intercept. */
  readonly weight: Float64Array;
}

export function groupedLine(groups: number): GroupedLine {
  const column = (): Float64Array => new Float64Array(groups);
  return { slope: 0, spread: 0, coefficients: 0, intercept: column(), centre: column(), weight: column() };
}

/** Weighted least squares of z; without `withSlope`, the means of the groups. */
export function fitGroupedLine(rows: GroupedRows, { z, w, withSlope }: { z: Float64Array; w: Float64Array; withSlope: boolean }, into: GroupedLine): void {
  const { n, groups, group, x } = rows;
  const { intercept, centre, weight } = into;
  intercept.fill(0);
  centre.fill(0);
  weight.fill(0);
  for (let i = 0; i < n; i++) {
    const g = group[i]!;
    weight[g]! += w[i]!;
    intercept[g]! += w[i]! * z[i]!;
    centre[g]! += w[i]! * x[i]!;
  }
  into.coefficients = 0;
  for (let g = 0; g < groups; g++) {
    if (weight[g]! > 0) into.coefficients++;
    intercept[g]! /= weight[g]!;
    centre[g]! /= weight[g]!;
  }
  into.slope = into.spread = 0;
  if (!withSlope) return;
  let [xx, xz, size] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - centre[group[i]!]!;
    xx += w[i]! * dx * dx;
    xz += w[i]! * dx * (z[i]! - intercept[group[i]!]!);
    size += w[i]! * x[i]! * x[i]!;
  }
  // A covariate that does not vary within the groups has no slope.
  if (!(xx > 1e-14 * size)) return;
  into.slope = xz / xx;
  into.spread = xx;
  into.coefficients++;
} // prettier-ignore

export const lineAt = ({ intercept, centre, slope }: GroupedLine, group: number, x: number): number =>
  intercept[group]! + slope * (x - centre[group]!);

/** x'(X'WX)⁻¹x at a point: its leverage is this times its weight, its variance this times the dispersion. */
export function varianceFactor({ weight, centre, spread }: GroupedLine, group: number, x: number): number {
  const dx = x - centre[group]!;
  return 1 / weight[group]! + (spread > 0 ? (dx * dx) / spread : 0);
}
