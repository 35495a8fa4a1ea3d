import { baselinesInto, type BaselineWindow, checkWindow, mostExact } from '../baseline.js';
import { cutColumns } from '../columns.js';
import { type Detection, type Range, type Series, VERDICT } from '../detector.js';
import { upperNormalQuantile, upperNormalTail } from '../normal.js';
import { checkMinSigma, type EarsOptions } from './options.js';

/** A verdict for every day of the range from its value and its bound. */
export function judge(values: Float64Array, upperbound: Float64Array, { first, end, verdict }: Range & { verdict: Uint8Array }): void {
  for (let day = first; day < end; day++) {
    const value = values[day]!;
    const bound = upperbound[day]!;
    // Neither holds when one of them is NaN.
    verdict[day] = value > bound ? VERDICT.alarm : value <= bound ? VERDICT.none : VERDICT.unknown;
  }
} // prettier-ignore

/** A baseline, what makes a bound of it, and the days whose bounds are wanted. */
interface Asked extends BaselineWindow, Range {
  /** Of those days, the first whose whole baseline lies in the series. */
  readonly whole: number;
  readonly z: number;
  readonly minSigma: number;
}

/**
 * One pass from values to bounds and verdicts, where every day of the baselines has a value: no column in between. The
 * sums run along, which is exact for whole numbers that are small enough; false when it met another value, and what
 * was written has to be written anew.
 */
function boundComplete({ values, history = values }: Series, { length, guard, whole, end, z, minSigma }: Asked, { upperbound, verdict }: Bounds): boolean {
  const most = mostExact(length);
  const perPair = 1 / (length * (length - 1));
  const perDay = 1 / length;
  const { none, alarm, unknown } = VERDICT;
  let [sum, squares] = [0, 0];
  for (let at = whole - guard - length; at < whole - guard; at++) {
    const value = history[at]!;
    if (!(value >= 0 && value <= most) || Math.floor(value) !== value) return false;
    sum += value;
    squares += value * value;
  }
  for (let day = whole; day < end; day++) {
    const spread = Math.sqrt((length * squares - sum * sum) * perPair);
    const bound = sum * perDay + z * (spread < minSigma ? minSigma : spread);
    const value = values[day]!;
    upperbound[day] = bound;
    verdict[day] = value > bound ? alarm : value <= bound ? none : unknown;
    const entering = history[day - guard]!;
    const leaving = history[day - guard - length]!;
    const change = entering - leaving;
    if (!(entering >= 0 && entering <= most) || Math.floor(entering) !== entering) return false;
    sum += change;
    squares += change * (entering + leaving);
  }
  return true;
} // prettier-ignore

/** The same from columns of baselines, which may have gaps. */
function boundOfBaselines(
  { values, history = values }: Series,
  asked: Omit<Asked, 'whole'>,
  { upperbound, verdict }: Bounds,
): void {
  const { first, end, z, minSigma } = asked;
  if (first >= end) return;
  if (end <= asked.guard + asked.leastPresent * asked.length) {
    // No baseline of the range can have values enough.
    upperbound.fill(NaN, first, end);
    verdict.fill(VERDICT.unknown, first, end);
    return;
  }
  const [mean, deviation] = [new Float64Array(end), new Float64Array(end)];
  baselinesInto(history, asked, { mean, deviation });
  for (let day = first; day < end; day++) upperbound[day] = mean[day]! + z * Math.max(deviation[day]!, minSigma);
  judge(values, upperbound, { first, end, verdict });
}

/** Columns that are made when they are first asked for. */
interface Made {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly statistic: Float64Array;
}

/** Columns of each day: those that are always made, and those that are made when they are first asked for. */
class Bounds implements Detection {
  readonly upperbound: Float64Array;
  readonly verdict: Uint8Array;
  #reason: Uint8Array | undefined;
  #made: Made | undefined;

  constructor(
    private readonly series: Series,
    private readonly asked: Asked,
  ) {
    const days = series.values.length;
    const { numbers, codes } = cutColumns(days);
    this.upperbound = numbers;
    this.verdict = codes;
    this.#leaveOut(0, asked.first);
    this.#leaveOut(asked.end, days);
  }

  #leaveOut(from: number, to: number): void {
    if (from >= to) return;
    this.upperbound.fill(NaN, from, to);
    this.verdict.fill(VERDICT.unknown, from, to);
  }

  #columns(): Made {
    return (this.#made ??= this.#make());
  }

  #make(): Made {
    const { values, history = values } = this.series;
    const { first, end, minSigma } = this.asked;
    const column = (): Float64Array => new Float64Array(values.length).fill(NaN);
    const [mean, deviation, statistic] = [column(), column(), column()];
    baselinesInto(history, this.asked, { mean, deviation });
    for (let day = first; day < end; day++) {
      const excess = values[day]! - mean[day]!;
      statistic[day] = excess === 0 ? 0 : excess / Math.max(deviation[day]!, minSigma);
    }
    return { mean, deviation, statistic };
  }

  get reason(): Uint8Array {
    return (this.#reason ??= new Uint8Array(this.verdict.length));
  }

  get expected(): Float64Array {
    return this.#columns().mean;
  }

  get statistic(): Float64Array {
    return this.#columns().statistic;
  }

  get score(): Float64Array {
    return this.#columns().statistic;
  }

  get details(): { readonly baselineMean: Float64Array; readonly baselineSd: Float64Array } {
    const { mean, deviation } = this.#columns();
    return { baselineMean: mean, baselineSd: deviation };
  }

  pValueAt(at: number): number {
    return upperNormalTail(this.statistic[at]!);
  }
}

/**
 * C1 and C2, which differ in the guard alone: mean m and standard deviation s of the baseline; an alarm where the
 * value is above U = m + z₁₋α · max(s, minSigma). The statistic is (value − m) ÷ max(s, minSigma): 0 where nothing
 * varied and the day does not depart from it, else infinite. The p-value is that of a normal variable.
 */
export function boundAbove(
  series: Series,
  { guard, baseline: length, minSigma, alpha, leastPresent }: EarsOptions & { guard: number },
  { first, end }: Range,
): Detection {
  checkMinSigma(minSigma);
  const whole = Math.min(end, Math.max(first, guard + length));
  const asked = { length, guard, leastPresent, first, whole, end, z: upperNormalQuantile(alpha), minSigma };
  checkWindow(asked);
  const bounds = new Bounds(series, asked);
  if (whole === end || !boundComplete(series, asked, bounds)) boundOfBaselines(series, asked, bounds);
  else if (first < whole) boundOfBaselines(series, { ...asked, end: whole }, bounds);
  return bounds;
}
