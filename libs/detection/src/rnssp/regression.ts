import { weekdayOf } from '#vocabulary';
import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { studentTail, upperStudentQuantile } from '../numeric/student.js';
import { type OptionsOf, flag } from '../parameters.js';
import { colourOf, DAILY_PARAMETERS, rounded, scoreOf } from './colours.js';

const PARAMETERS = {
  ...DAILY_PARAMETERS,
  cleanUp: flag({ default: true, says: 'take back alarms of days below the mean of their week (weekends: and of their weekday)' }),
} as const; // prettier-ignore

export type RegressionOptions = OptionsOf<typeof PARAMETERS>;

/** Values of baseline before the first day that is judged. */
const FIRST_BASELINE = 11;
const WEEK = 7;
/** Sums of squares that are smaller than this share of Σy² are rounding: the series is constant. */
const ROUNDING = 1e-20;

/** One least-squares fit: a mean for each weekday, and a common slope. */
interface Fit {
  /** Values it rests on. */
  n: number;
  /** Weekdays among them. */
  weekdays: number;
  expected: number;
  residual: number;
  /** Σ(y − ȳ)². */
  total: number;
  squares: number;
}

/** Sums by weekday, reused from day to day. */
const COUNT = new Float64Array(WEEK);
const SUM_Y = new Float64Array(WEEK);
const SUM_T = new Float64Array(WEEK);

/** The baseline from `from` to before `to`, and the day that is predicted. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly day: number;
  readonly weekday: number;
}

/**
 * Fits the values from `from` to before `to` and predicts `day`. With one indicator a weekday the least-squares line
 * is that of the values and day numbers less the means of their weekday, so that no equations need solving.
 */
function fitWithGaps(values: Float64Array, { from, to, day, weekday }: Span, into: Fit): void {
  COUNT.fill(0);
  SUM_Y.fill(0);
  SUM_T.fill(0);
  // Weekday of `from`, counted so that `day` has its own.
  const offset = (((weekday - (day - from)) % WEEK) + WEEK) % WEEK;
  let [n, sum] = [0, 0];
  for (let at = from, w = offset; at < to; at++, w = w === WEEK - 1 ? 0 : w + 1) {
    const y = values[at]!;
    if (Number.isNaN(y)) continue;
    n++;
    sum += y;
    COUNT[w]! += 1;
    SUM_Y[w]! += y;
    SUM_T[w]! += at - from;
  }
  let weekdays = 0;
  for (let w = 0; w < WEEK; w++) {
    if (COUNT[w]! === 0) continue;
    weekdays++;
    SUM_Y[w]! /= COUNT[w]!;
    SUM_T[w]! /= COUNT[w]!;
  }
  const mean = sum / n;
  let [tt, ty, yy, total, squares] = [0, 0, 0, 0, 0];
  for (let at = from, w = offset; at < to; at++, w = w === WEEK - 1 ? 0 : w + 1) {
    const y = values[at]!;
    if (Number.isNaN(y)) continue;
    const t = at - from - SUM_T[w]!;
    const r = y - SUM_Y[w]!;
    tt += t * t;
    ty += t * r;
    yy += r * r;
    total += (y - mean) * (y - mean);
    squares += y * y;
  }
  const slope = tt > 0 ? ty / tt : 0;
  into.n = n;
  into.weekdays = weekdays;
  into.expected = COUNT[weekday]! > 0 ? SUM_Y[weekday]! + slope * (day - from - SUM_T[weekday]!) : NaN;
  into.residual = Math.max(0, yy - slope * ty);
  into.total = total;
  into.squares = squares;
} // prettier-ignore

/**
 * The same of whole weeks without a gap: each weekday has as many values, at equal steps. False when there is a gap, or
 * weeks are not whole; then nothing is said.
 */
function fitWholeWeeks(values: Float64Array, { from, to, day }: Span, into: Fit): boolean {
  const n = to - from;
  if (n % WEEK !== 0) return false;
  const weeks = n / WEEK;
  const middle = (WEEK * (weeks - 1)) / 2;
  const own = (day - from) % WEEK;
  // Values less the first one: what they have in common would cost digits of what they have not.
  const base = values[from]!;
  let [sum, means, ty, yy, expected] = [0, 0, 0, 0, 0];
  for (let w = 0; w < WEEK; w++) {
    let of = 0;
    for (let at = from + w; at < to; at += WEEK) of += values[at]! - base;
    sum += of;
    const mean = of / weeks;
    means += mean * mean;
    if (w === own) expected = mean;
    let t = -middle;
    for (let at = from + w; at < to; at += WEEK) {
      const r = values[at]! - base - mean;
      ty += t * r;
      yy += r * r;
      t += WEEK;
    }
  }
  if (Number.isNaN(sum)) return false;
  // Σ of the squares of WEEK · (k − (weeks − 1)/2), of seven weekdays.
  const tt = (WEEK * WEEK * WEEK * weeks * (weeks * weeks - 1)) / 12;
  const slope = ty / tt;
  const mean = sum / n;
  into.n = n;
  into.weekdays = WEEK;
  into.expected = base + expected + slope * (day - from - own - middle);
  into.residual = Math.max(0, yy - slope * ty);
  into.total = yy + weeks * (means - WEEK * mean * mean);
  into.squares = yy + weeks * means + base * (2 * sum + n * base);
  return true;
}

function fit(values: Float64Array, span: Span, into: Fit): void {
  if (!fitWholeWeeks(values, span, into)) fitWithGaps(values, span, into);
}

/**
 * Whether a day is below the mean of its week, itself included: no outbreak looks so. At weekends it must also be below
 * the mean of the last seven of its weekday.
 */
function isLow(values: Float64Array, day: number, isWeekend: boolean): boolean {
  let week = 0;
  for (let at = day - WEEK + 1; at <= day; at++) week += values[at] ?? NaN;
  if (!(values[day]! < week / WEEK)) return false;
  if (!isWeekend) return true;
  let weekdays = 0;
  for (let at = day - WEEK * (WEEK - 1); at <= day; at += WEEK) weekdays += values[at] ?? NaN;
  return values[day]! < weekdays / WEEK;
}

/** The columns of a regression, for the switch too. */
export interface RegressionDetection extends Detection {
  readonly pValue: Float64Array;
  readonly adjustedRSquared: Float64Array;
}

export function regress(series: Series, options: RegressionOptions, { first, end }: Range): RegressionDetection {
  const { values, history = values, start = 0 } = series;
  const { B, g, leastPresent } = options;
  const column = (): Float64Array => new Float64Array(values.length).fill(NaN);
  const [upperbound, expected, statistic, score] = [column(), column(), column(), column()];
  const [pValue, sigmas, adjustedRSquared] = [column(), column(), column()];
  const verdict = new Uint8Array(values.length).fill(VERDICT.unknown);
  const reason = new Uint8Array(values.length);
  const found: Fit = { n: 0, weekdays: 0, expected: 0, residual: 0, total: 0, squares: 0 };
  const bounds: ({ floor: number; bound: number } | undefined)[] = [];
  for (let day = first; day < end; day++) {
    const weekday = weekdayOf(start + day);
    const to = day - g;
    const from = Math.max(0, to - B);
    if (to - from >= FIRST_BASELINE && !Number.isNaN(values[day]!)) {
      fit(history, { from, to, day, weekday }, found);
      const { n, weekdays } = found;
      const df = n - weekdays - 1;
      if (n >= FIRST_BASELINE && n >= leastPresent * (to - from) && !Number.isNaN(found.expected)) {
        const known = (bounds[df] ??= { floor: 0.01 / rounded(upperStudentQuantile(0.05, df)), bound: upperStudentQuantile(options.alpha, df) });
        const spread = Math.sqrt(found.residual / df) * Math.sqrt(((n + 7) * (n - 4)) / (n * (n - 7)));
        const sigma = Math.max(spread, known.floor);
        const predicted = Math.max(0, found.expected);
        const p = studentTail((values[day]! - predicted) / sigma, df);
        expected[day] = predicted;
        sigmas[day] = sigma;
        statistic[day] = (values[day]! - predicted) / sigma;
        upperbound[day] = predicted + known.bound * sigma;
        pValue[day] = p;
        score[day] = scoreOf(p);
        const share = found.total > ROUNDING * found.squares ? 1 - found.residual / found.total : 0;
        adjustedRSquared[day] = found.total > ROUNDING * found.squares ? 1 - ((1 - share) * (n - 1)) / df : 0;
        verdict[day] = colourOf(p, options);
      }
    }
    const isNotBlue = verdict[day] !== VERDICT.none && (options.compat === true || verdict[day] !== VERDICT.unknown);
    if (isNotBlue && options.cleanUp && isLow(values, day, weekday === 0 || weekday === 6)) verdict[day] = VERDICT.none;
    if (verdict[day] === VERDICT.unknown) reason[day] = REASON.shortBaseline;
  }
  const details = { sigma: sigmas, adjusted_r_squared: adjustedRSquared };
  return { verdict, upperbound, expected, statistic, score, reason, pValueAt: (at) => pValue[at]!, details, pValue, adjustedRSquared };
} // prettier-ignore

/**
 * Adaptive multiple regression of ESSENCE: weekday and trend of the last four weeks, one fit a day, the day by a t
 * test. As `Rnssp::alert_regression`; Burkom, Murphy, Shmueli, "Automated time series forecasting for biosurveillance",
 * Stat Med 26 (2007) 4202–4218.
 *
 * The upper bound is that of the test; the clean-up may take back an alarm above it. Departures: a baseline may have
 * gaps; degrees of freedom are those of the values and weekdays that are there, and a day whose weekday is not among
 * them is unknown. The clean-up leaves days alone that are unknown (the reference makes some of them blue), and those
 * of a week with a gap.
 */
export const regression = detector({
  id: 'regression',
  title: 'Adaptive regression: weekday and trend of four weeks',
  parameters: PARAMETERS,
  reach: ({ B, g }) => Math.max(B + g, WEEK * (WEEK - 1)),
  detect: (series, options, range = { first: 0, end: series.values.length }) => regress(series, options, range),
});
