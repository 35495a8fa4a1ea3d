/** A forecast that is to be judged: its median, and intervals by level. */
export interface Forecast {
  readonly median: number;
  readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
}

/** Whether each interval encloses what came to be, ends included. */
export function isCovered(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  truth: number,
): boolean {
  return lower <= truth && truth <= upper;
}

/**
 * Interval score: width, and 2/α times how far the truth lies outside of it; lower is better. Gneiting & Raftery,
 * "Strictly proper scoring rules, prediction, and estimation", JASA 102 (2007) 359–378, eq. 43.
 */
export function intervalScore({ level, lower, upper }: Forecast['intervals'][number], truth: number): number {
  return upper - lower + (2 / (1 - level)) * (Math.max(0, lower - truth) + Math.max(0, truth - upper));
}

/**
 * Weighted interval score, in counts; lower is better, and a median alone has its absolute error. Bracher, Ray, Gneiting,
 * Reich, "Evaluating epidemic forecasts in an interval format", PLoS Computational Biology 17 (2021) e1008618, eq. 1:
 * weights 1/2 for the median and α/2 for each interval.
 */
export function weightedIntervalScore({ median, intervals }: Forecast, truth: number): number {
  let score = Math.abs(truth - median) / 2;
  for (const interval of intervals) score += ((1 - interval.level) / 2) * intervalScore(interval, truth);
  return score / (intervals.length + 0.5);
}
