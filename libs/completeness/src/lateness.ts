/** When a facility's report of one past day came. */
export interface PastArrival {
  /** Of the reporting day; 0 is Sunday. */
  readonly weekday: number;
  /** Minutes of the wall clock after local midnight of the reporting day, see wallMinutes; Infinity where it never came. */
  readonly minutes: number;
}

/** What the past of one facility says of the report of a day. Times are minutes after local midnight of that day. */
export interface Lateness {
  /** Probability that it comes by then, 0 to 1. */
  reportedBy(minutes: number): number;
  /** The same, when it has not come by `now`. */
  reportedByGiven(minutes: number, now: number): number;
  /** When it is expected, if it comes at all and has not come by `now`: the mean. NaN where that is out of the question. */
  expectedGiven(now: number): number;
}

/** Another weekday tells a quarter of what the same one does: many facilities send at other times on weekends. */
const OTHER_WEEKDAY = 0.25;
/** Days after which an arrival weighs half. */
const HALF_LIFE = 56;
/** What is known of any facility: half a day's worth of evidence that it comes at any time of the day, or (1 in 20) never. */
const PRIOR = { weight: 0.5, never: 0.05, end: 1440 } as const;
/** Least and largest spread of an arrival, in minutes: nobody is that punctual, and a few outliers are not a habit. */
const [SHARPEST, BLUNTEST] = [6, 90];
/** Reports that are expected later than this are not. */
const HORIZON = 3 * 1440;

/** ln(1 + eˣ): the integral of a logistic distribution, in its scale. */
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)));

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Silverman's rule on the interquartile range ("Density Estimation", 1986, eq. 3.30), within bounds. */
function spreadOf(minutes: readonly number[]): number {
  const sorted = minutes.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 4) return BLUNTEST;
  const range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  return Math.min(BLUNTEST, Math.max(SHARPEST, 0.9 * range * sorted.length ** -0.2));
}

/**
 * When the report of a day is to be expected, from when those of earlier days came, oldest first: a distribution with a
 * logistic kernel around each, recent days and the same weekday weighing more, over a faint uniform one, so that nothing
 * is impossible. That a report never came is part of it.
 */
export function latenessOf(past: readonly PastArrival[], weekday: number): Lateness {
  const weights = past.map((of, i) => (of.weekday === weekday ? 1 : OTHER_WEEKDAY) * 2 ** ((i + 1 - past.length) / HALF_LIFE)); // prettier-ignore
  const total = weights.reduce((sum, weight) => sum + weight, PRIOR.weight);
  const same = past.filter((of) => of.weekday === weekday).map(({ minutes }) => minutes);
  const spread = spreadOf(same.length >= 8 ? same : past.map(({ minutes }) => minutes));
  // A logistic distribution has π/√3 times the standard deviation of its scale.
  const scale = (spread * Math.sqrt(3)) / Math.PI;

  const reportedBy = (minutes: number): number => {
    let sum = PRIOR.weight * (1 - PRIOR.never) * Math.min(1, Math.max(0, minutes / PRIOR.end));
    for (const [i, of] of past.entries())
      if (of.minutes < Infinity) sum += weights[i]! / (1 + Math.exp((of.minutes - minutes) / scale));
    return sum / total;
  };
  /** Integral of `reportedBy` until then. */
  const area = (minutes: number): number => {
    const within = Math.min(PRIOR.end, Math.max(0, minutes));
    const after = Math.max(0, minutes - PRIOR.end);
    let sum = PRIOR.weight * (1 - PRIOR.never) * (within ** 2 / (2 * PRIOR.end) + after);
    for (const [i, of] of past.entries())
      if (of.minutes < Infinity) sum += weights[i]! * scale * softplus((minutes - of.minutes) / scale);
    return sum / total;
  };
  return {
    reportedBy,
    reportedByGiven(minutes, now) {
      const before = reportedBy(now);
      return minutes <= now || before >= 1 ? 0 : (reportedBy(minutes) - before) / (1 - before);
    },
    expectedGiven(now) {
      const [before, ever] = [reportedBy(now), reportedBy(HORIZON)];
      if (!(ever - before > 1e-6)) return NaN;
      // The mean of what is left is the integral of what has not come yet.
      const waiting = ever * (HORIZON - now) - (area(HORIZON) - area(now));
      return now + waiting / (ever - before);
    },
  };
}
