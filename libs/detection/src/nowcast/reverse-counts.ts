import { knownOf, type ReportingTriangle } from './triangle.js';

/** Reports by delay x, and those of at most that delay, both of rows that know delay x: n(x) and N(x) of Lawless 1994. */
export interface ReverseCounts {
  readonly exactly: Float64Array;
  readonly atMost: Float64Array;
}

export function reverseCounts(triangle: ReportingTriangle): ReverseCounts {
  const delays = triangle[0]!.length;
  const exactly = new Float64Array(delays);
  const atMost = new Float64Array(delays);
  for (const row of triangle) {
    const known = knownOf(row);
    let sum = 0;
    for (let delay = 0; delay < known; delay++) {
      sum += row[delay]!;
      exactly[delay]! += row[delay]!;
      atMost[delay]! += sum;
    }
  }
  return { exactly, atMost };
}

/** Reports that are known of a row. */
export const reportsOf = (row: Float64Array): number =>
  row.subarray(0, knownOf(row)).reduce((sum, count) => sum + count, 0);
