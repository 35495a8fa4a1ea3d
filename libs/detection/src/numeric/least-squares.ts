/** Columns of a regression, each as long as the response. */
export type Design = readonly Float64Array[];

/** A weighted least-squares fit. */
export interface LeastSquares {
  /** A coefficient a column; 0 for columns that are combinations of earlier ones. */
  readonly coefficients: Float64Array;
  /** Columns with a coefficient. */
  readonly rank: number;
  /** x'(X'WX)⁻¹x of a row x: its variance when times the dispersion. */
  varianceFactor(row: ArrayLike<number>): number;
}

/** What a column must have left of its length, to be told from those before it: R's tolerance. */
const TOLERANCE = 1e-7;

/** Sums of squares below this have lost their digits, and their reciprocals are infinite: such a column is 0. */
const LEAST_SQUARES = 1e-290;

/**
 * Least squares by Householder reflections (Golub & Van Loan, "Matrix Computations", 5.3.2): minimises Σ w (z − Xβ)².
 * A column that the earlier ones make up gets no coefficient, as in R's lm.
 */
export function leastSquares(design: Design, z: Float64Array, w?: Float64Array): LeastSquares {
  const n = z.length;
  const p = design.length;
  const scale = w?.map(Math.sqrt);
  const scaled = (column: Float64Array): Float64Array =>
    scale ? column.map((value, i) => value * scale[i]!) : column.slice();
  const q = design.map(scaled);
  const y = scaled(z);
  const kept: number[] = [];
  // Upper triangle, a column of it for each column kept.
  const triangle: Float64Array[] = [];
  for (let j = 0; j < p; j++) {
    const column = q[j]!;
    const row = kept.length;
    let [rest, all] = [0, 0];
    for (let i = 0; i < n; i++) {
      const square = column[i]! * column[i]!;
      all += square;
      if (i >= row) rest += square;
    }
    const length = Math.sqrt(rest);
    if (row >= n || !(length > TOLERANCE * Math.sqrt(all)) || rest < LEAST_SQUARES) continue;
    const diagonal = column[row]! > 0 ? -length : length;
    // The reflection's vector is the column below the diagonal with this first entry; β is 1 ÷ (its half square).
    const head = column[row]! - diagonal;
    const factor = 1 / (length * (length + Math.abs(column[row]!)));
    const vector = column.subarray(row).slice();
    vector[0] = head;
    const reflect = (target: Float64Array): void => {
      let sum = 0;
      for (let i = 0; i < vector.length; i++) sum += vector[i]! * target[row + i]!;
      sum *= factor;
      for (let i = 0; i < vector.length; i++) target[row + i]! -= sum * vector[i]!;
    };
    for (let other = j + 1; other < p; other++) reflect(q[other]!);
    reflect(y);
    const above = column.slice(0, row + 1);
    above[row] = diagonal;
    triangle.push(above);
    kept.push(j);
  }
  const rank = kept.length;
  const coefficients = new Float64Array(p);
  for (let k = rank - 1; k >= 0; k--) {
    let value = y[k]!;
    for (let later = k + 1; later < rank; later++) value -= triangle[later]![k]! * coefficients[kept[later]!]!;
    coefficients[kept[k]!] = value / triangle[k]![k]!;
  }
  const varianceFactor = (row: ArrayLike<number>): number => {
    const solved = new Float64Array(rank);
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      let value = row[kept[k]!]!;
      for (let earlier = 0; earlier < k; earlier++) value -= triangle[k]![earlier]! * solved[earlier]!;
      solved[k] = value / triangle[k]![k]!;
      sum += solved[k]! * solved[k]!;
    }
    return sum;
  };
  return { coefficients, rank, varianceFactor };
}

/** β·x for every row of the design. */
export function linear(design: Design, coefficients: Float64Array): Float64Array {
  const found = new Float64Array(design[0]?.length ?? 0);
  for (let j = 0; j < design.length; j++) {
    const [column, beta] = [design[j]!, coefficients[j]!];
    for (let i = 0; i < found.length; i++) found[i]! += beta * column[i]!;
  }
  return found;
}
