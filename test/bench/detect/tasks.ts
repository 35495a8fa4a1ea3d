import { type Detection, METHODS, type Observed, type Range } from '#detection';
import { dailyCounts, weeklyCounts } from './series.js';

/** One thing that is timed, here and in R. */
export interface Task {
  readonly name: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly series: (seed: number) => Observed;
  readonly range: (length: number) => Range;
  /** CPU milliseconds a series in R 4.2.2 on one pinned core of an Intel Xeon VM: reference/detection/ALGORITHMS.md, 3. */
  readonly quotedMs: number;
  /** What R runs: `x` are the counts, `r` the positions to judge; it leaves an `sts` in `s`. */
  readonly r: string | undefined;
}

const START = 19_723;
const daily = (seed: number): Observed => ({ start: START, values: dailyCounts({ seed, days: 730 }) });
const weekly =
  (weeks: number) =>
  (seed: number): Observed => ({ start: START, stepDays: 7, perYear: 52, values: weeklyCounts({ seed, weeks }) });
const all = (length: number): Range => ({ first: 0, end: length });
const latest = (length: number): Range => ({ first: length - 1, end: length });

const sts = (freq: number, step: string): string =>
  `sts(x, epoch=seq(as.Date("2024-01-01"), by="${step}", length.out=length(x)), frequency=${freq})`;

/** The weekly sums begin on a Monday, as 2024-01-01 is. */
export const TASKS: readonly Task[] = [
  {
    name: 'EARS C2, every day of 730',
    method: 'ears-c2',
    params: { compat: true },
    series: daily,
    range: all,
    quotedMs: 11.3,
    r: `earsC(${sts(365, 'day')}, control=list(method="C2", baseline=7, minSigma=0, alpha=0.001))`,
  },
  {
    name: 'EARS C2, latest day',
    method: 'ears-c2',
    params: { compat: true },
    series: daily,
    range: latest,
    quotedMs: 2,
    r: `earsC(${sts(365, 'day')}, control=list(method="C2", baseline=7, minSigma=0, alpha=0.001, range=length(x)))`,
  },
  {
    name: 'Farrington flexible, daily, b=1, w=7, latest',
    method: 'farrington-flexible',
    params: { compat: true, b: 1, w: 7 },
    series: daily,
    range: latest,
    quotedMs: 7.3,
    r: `farringtonFlexible(${sts(365, 'day')}, control=list(range=length(x), b=1, w=7, glmWarnings=FALSE))`,
  },
  {
    name: 'Farrington flexible, 104 weeks, b=1, 10 periods',
    method: 'farrington-flexible',
    params: { compat: true, b: 1, noPeriods: 10, pastWeeksNotIncluded: 26, thresholdMethod: 'nbPlugin', alpha: 0.01 },
    series: weekly(104),
    range: latest,
    quotedMs: 9.2,
    r: `farringtonFlexible(${sts(52, 'week')}, control=list(range=length(x), b=1, w=3, noPeriods=10, pastWeeksNotIncluded=26, thresholdMethod="nbPlugin", alpha=0.01, glmWarnings=FALSE))`,
  },
  {
    name: 'Farrington flexible, 7 years of weeks, b=5',
    method: 'farrington-flexible',
    params: { compat: true, b: 5, noPeriods: 10, pastWeeksNotIncluded: 26, thresholdMethod: 'nbPlugin', alpha: 0.01 },
    series: weekly(365),
    range: latest,
    quotedMs: 8.7,
    r: `farringtonFlexible(${sts(52, 'week')}, control=list(range=length(x), b=5, w=3, noPeriods=10, pastWeeksNotIncluded=26, thresholdMethod="nbPlugin", alpha=0.01, glmWarnings=FALSE))`,
  },
  { name: 'EWMA, every day of 730', method: 'ewma', params: {}, series: daily, range: all, quotedMs: 32, r: undefined },
  { name: 'Adaptive regression, every day of 730', method: 'regression', params: {}, series: daily, range: all, quotedMs: 687, r: undefined },
  { name: 'Switch, every day of 730', method: 'switch', params: {}, series: daily, range: all, quotedMs: 753, r: undefined },
]; // prettier-ignore

/** What judges one series after another. */
export function judgeOf({ method, params, range }: Task): (series: Observed) => Detection {
  const judge = METHODS.get(method)?.prepare(params);
  if (!judge) throw new Error(`no method ${method}`);
  return (series) => judge(series, range(series.values.length));
}
