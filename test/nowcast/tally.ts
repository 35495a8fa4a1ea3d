import { intervalOf, isCovered, type Predictive, quantileOf, weightedIntervalScore } from '#detection';

/** Levels of the weighted interval score, as forecast hubs have them; the table shows two. */
const LEVELS = [0.2, 0.5, 0.8, 0.9, 0.95] as const;

/** What came of the nowcasts of one kind. */
export interface Tally {
  n: number;
  covered50: number;
  covered90: number;
  below90: number;
  width90: number;
  wis: number;
  error: number;
  truth: number;
}

export function tally(): Tally {
  return { n: 0, covered50: 0, covered90: 0, below90: 0, width90: 0, wis: 0, error: 0, truth: 0 };
}

/** Judges one nowcast by what came to be. */
export function judge(into: Tally, predictive: Predictive, truth: number): void {
  const median = quantileOf(predictive, 0.5);
  const [fifty, ninety] = [intervalOf(predictive, 0.5), intervalOf(predictive, 0.9)];
  // The score is proper of quantiles alone.
  const at = (level: number): number => quantileOf(predictive, level);
  const intervals = LEVELS.map((level) => ({ level, lower: at((1 - level) / 2), upper: at((1 + level) / 2) }));
  into.n++;
  if (isCovered(fifty, truth)) into.covered50++;
  if (isCovered(ninety, truth)) into.covered90++;
  if (truth < ninety.lower) into.below90++;
  into.width90 += ninety.upper - ninety.lower;
  into.wis += weightedIntervalScore({ median, intervals }, truth);
  into.error += Math.abs(median - truth);
  into.truth += truth;
}

export interface Figures {
  readonly n: number;
  /** Percent of the truths within the interval. */
  readonly covered50: number;
  readonly covered90: number;
  /** Percent of the truths below it. */
  readonly below90: number;
  /** In percent of the mean truth. */
  readonly width90: number;
  readonly error: number;
  readonly wis: number;
}

export function figuresOf({ n, covered50, covered90, below90, width90, wis, error, truth }: Tally): Figures {
  return {
    n,
    covered50: (100 * covered50) / n,
    covered90: (100 * covered90) / n,
    below90: (100 * below90) / n,
    width90: (100 * width90) / truth,
    error: (100 * error) / truth,
    wis: (100 * wis) / truth,
  };
}
