import type { Range } from './detector.js';

/** Days before a day with which it is compared. */
export interface BaselineWindow {
  /** Days of the baseline. */
  readonly length: number;
  /** Days between its last and the day itself: what grows slowly does not raise its own baseline. */
  readonly guard: number;
  /** Share of its days that must have a value, up to 1. */
  readonly leastPresent: number;
}

/** Mean and sample standard deviation (n − 1) of the baseline of each day; NaN where too few of its days have a value. */
export interface Baselines {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Days of the baseline with a value; those who do not ask for it leave it out. */
  readonly present?: Uint16Array | undefined;
}

/** A window, and the days whose baselines are wanted. */
interface Asked extends BaselineWindow, Range {
  readonly least: number;
}

/**
 * Whole numbers whose sums of squares, times the days, stay below 2^53 are added without rounding, so that the sums
 * may run along: a day is added, one taken away. Other numbers are summed anew for each day, around their mean: what
 * a spike of 10^9 loses to rounding would otherwise stay in the sums for ever.
 */
export const mostExact = (length: number): number => Math.floor(Math.sqrt(Number.MAX_SAFE_INTEGER) / length);

function howExact(values: Float64Array, { length, guard, first, end }: Asked): 'complete' | 'exact' | 'rounded' {
  const most = mostExact(length);
  let isComplete = true;
  for (let at = Math.max(0, first - guard - length); at < end - guard; at++) {
    const value = values[at]!;
    if (value >= -most && value <= most && value === Math.floor(value)) continue;
    if (!Number.isNaN(value)) return 'rounded';
    isComplete = false;
  }
  return isComplete ? 'complete' : 'exact';
}

/** Every day of every baseline has a value, and sums are exact. */
function runComplete(values: Float64Array, { length, guard, first, end }: Asked, into: Baselines): void {
  const { mean, deviation, present } = into;
  if (first >= end) return;
  const pairs = length * (length - 1);
  let [sum, squares] = [0, 0];
  for (let at = first - guard - length; at < first - guard; at++) {
    const value = values[at]!;
    sum += value;
    squares += value * value;
  }
  present?.fill(length, first, end);
  for (let day = first; day < end; day++) {
    mean[day] = sum / length;
    deviation[day] = Math.sqrt((length * squares - sum * sum) / pairs);
    const [entering, leaving] = [values[day - guard]!, values[day - guard - length]!];
    sum += entering - leaving;
    squares += entering * entering - leaving * leaving;
  }
}

function runAlong(values: Float64Array, { length, guard, least, first, end }: Asked, into: Baselines): void {
  const { mean, deviation, present } = into;
  let [n, sum, squares] = [0, 0, 0];
  const begin = Math.max(guard + 1, first - length + 1);
  mean.fill(NaN, first, Math.min(begin, end));
  deviation.fill(NaN, first, Math.min(begin, end));
  for (let day = begin; day < end; day++) {
    const entering = values[day - guard - 1]!;
    if (!Number.isNaN(entering)) {
      n++;
      sum += entering;
      squares += entering * entering;
    }
    // What lies before `begin` never entered.
    const leaving = day - guard - 1 - length >= begin - guard - 1 ? values[day - guard - 1 - length]! : NaN;
    if (!Number.isNaN(leaving)) {
      n--;
      sum -= leaving;
      squares -= leaving * leaving;
    }
    if (day < first) continue;
    if (present) present[day] = n;
    mean[day] = n < least ? NaN : sum / n;
    deviation[day] = n < least ? NaN : Math.sqrt((n * squares - sum * sum) / (n * (n - 1)));
  }
}

function sumAnew(values: Float64Array, { length, guard, least, first, end }: Asked, into: Baselines): void {
  const { mean, deviation, present } = into;
  mean.fill(NaN, first, Math.min(guard + 1, end));
  deviation.fill(NaN, first, Math.min(guard + 1, end));
  for (let day = Math.max(first, guard + 1); day < end; day++) {
    const to = day - guard;
    const from = Math.max(0, to - length);
    let n = 0;
    let sum = 0;
    for (let at = from; at < to; at++) {
      if (Number.isNaN(values[at]!)) continue;
      n++;
      sum += values[at]!;
    }
    if (present) present[day] = n;
    const middle = n < least ? NaN : sum / n;
    let squares = 0;
    for (let at = from; at < to; at++) if (!Number.isNaN(values[at]!)) squares += (values[at]! - middle) ** 2;
    mean[day] = middle;
    deviation[day] = Math.sqrt(squares / (n - 1));
  }
}

/** Throws a RangeError. */
export function checkWindow({ length, leastPresent }: BaselineWindow): void {
  if (!Number.isInteger(length) || length < 2) throw new RangeError(`a baseline of ${length} days, expected 2 or more`);
  if (!(leastPresent > 0 && leastPresent <= 1))
    throw new RangeError(`a share of ${leastPresent} of the baseline, expected up to 1`);
}

/**
 * Writes the baseline of every day of the range into arrays as long as the values, in one pass; other days are left as
 * they are. Days before the series count as days without a value.
 */
export function baselinesInto(values: Float64Array, window: BaselineWindow & Range, into: Baselines): void {
  const { length, guard, leastPresent, first, end } = window;
  checkWindow(window);
  const asked = { length, guard, leastPresent, least: Math.max(2, Math.ceil(leastPresent * length)), first, end };
  // From here on whole baselines lie in the series; the days before cannot be complete.
  const whole = Math.min(end, Math.max(first, guard + length));
  const how = howExact(values, asked);
  if (how === 'rounded') sumAnew(values, asked, into);
  else if (how === 'exact') runAlong(values, asked, into);
  else {
    runAlong(values, { ...asked, end: whole }, into);
    runComplete(values, { ...asked, first: whole }, into);
  }
} // prettier-ignore

/** The baseline of every day. */
export function baselines(values: Float64Array, window: BaselineWindow): Baselines & { readonly present: Uint16Array } {
  const { length } = values;
  const into = { mean: new Float64Array(length), deviation: new Float64Array(length), present: new Uint16Array(length) };
  baselinesInto(values, { ...window, first: 0, end: length }, into);
  return into;
} // prettier-ignore
