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
  /** Days of the baseline with a value. */
  readonly present: Uint16Array;
}

/**
 * Whole numbers whose sums of squares, times the days, stay below 2^53 are added without rounding, so that the sums
 * may run along: a day is added, one taken away. Other numbers are summed anew for each day, around their mean: what
 * a spike of 10^9 loses to rounding would otherwise stay in the sums for ever.
 */
function areExact(values: Float64Array, length: number): boolean {
  const most = Math.floor(Math.sqrt(Number.MAX_SAFE_INTEGER) / length);
  for (const value of values) if (!Number.isNaN(value) && !(Number.isInteger(value) && Math.abs(value) <= most)) return false; // prettier-ignore
  return true;
}

function runAlong(values: Float64Array, window: BaselineWindow & { readonly least: number }, into: Baselines): void {
  const { length, guard, least } = window;
  const { mean, deviation, present } = into;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let day = guard + 1; day < values.length; day++) {
    const entering = values[day - guard - 1]!;
    if (!Number.isNaN(entering)) {
      n++;
      sum += entering;
      squares += entering * entering;
    }
    const leaving = day > guard + length ? values[day - guard - 1 - length]! : NaN;
    if (!Number.isNaN(leaving)) {
      n--;
      sum -= leaving;
      squares -= leaving * leaving;
    }
    present[day] = n;
    if (n < least) continue;
    mean[day] = sum / n;
    deviation[day] = Math.sqrt((n * squares - sum * sum) / (n * (n - 1)));
  }
}

function sumAnew(values: Float64Array, window: BaselineWindow & { readonly least: number }, into: Baselines): void {
  const { length, guard, least } = window;
  const { mean, deviation, present } = into;
  for (let day = guard + 1; day < values.length; day++) {
    const to = day - guard;
    const from = Math.max(0, to - length);
    let n = 0;
    let sum = 0;
    for (let at = from; at < to; at++) {
      if (Number.isNaN(values[at]!)) continue;
      n++;
      sum += values[at]!;
    }
    present[day] = n;
    if (n < least) continue;
    const middle = sum / n;
    let squares = 0;
    for (let at = from; at < to; at++) if (!Number.isNaN(values[at]!)) squares += (values[at]! - middle) ** 2;
    mean[day] = middle;
    deviation[day] = Math.sqrt(squares / (n - 1));
  }
}

/** The baseline of every day, in one pass. Days before the series count as days without a value. */
export function baselines(values: Float64Array, window: BaselineWindow): Baselines {
  const { length, guard, leastPresent } = window;
  if (!Number.isInteger(length) || length < 2) throw new RangeError(`a baseline of ${length} days, expected 2 or more`);
  if (!(leastPresent > 0 && leastPresent <= 1)) throw new RangeError(`a share of ${leastPresent} of the baseline, expected up to 1`); // prettier-ignore
  const mean = new Float64Array(values.length).fill(NaN);
  const deviation = new Float64Array(values.length).fill(NaN);
  const least = Math.max(2, Math.ceil(leastPresent * length));
  const run = areExact(values, length) ? runAlong : sumAnew;
  const into = { mean, deviation, present: new Uint16Array(values.length) };
  run(values, { length, guard, leastPresent, least }, into);
  return into;
}
