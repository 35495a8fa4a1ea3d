import { baselines } from '../baseline.js';
import { type Detection, type Range, REASON, type Series, VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { studentTail, upperStudentQuantile } from '../numeric/student.js';
import { type OptionsOf, real } from '../parameters.js';
import { colourOf, DAILY_PARAMETERS, rounded, scoreOf } from './colours.js';

const PARAMETERS = {
  ...DAILY_PARAMETERS,
  w1: real({ default: 0.4, least: 0.01, most: 0.99, says: 'weight of the day in the slow average' }),
  w2: real({ default: 0.9, least: 0.01, most: 0.99, says: 'weight of the day in the fast average' }),
} as const;

export type EwmaOptions = OptionsOf<typeof PARAMETERS>;

/** Days of baseline before the first day that is judged. */
const FIRST_BASELINE = 7;

/** What is left of a day in the averages when it counts as forgotten. */
const FORGOTTEN = 1e-12;

/** What the standard error of an average needs, of a baseline of one length. */
interface Spread {
  readonly k: number;
  readonly c: number;
  readonly floor: number;
  /** Averages further out than this many standard errors are drawn back to it. */
  readonly clamp: number;
  /** An alarm is above this many standard errors. */
  readonly bound: number;
}

function spreadOf(w: number, { length, g, alpha }: { length: number; g: number; alpha: number }): Spread {
  const df = length - 1;
  const warned = rounded(upperStudentQuantile(0.05, df));
  const rest = 1 - w;
  return {
    k: Math.sqrt(w / (2 - w) + 1 / length - (2 * rest ** (g + 1) * (1 - rest ** length)) / length),
    c: (w / warned) * (0.1289 - (0.2414 - 0.1826 * rest ** 4) * Math.log(0.5)),
    floor: (w / warned) * (0.01 + 0.05 * rest ** 2),
    clamp: rounded(upperStudentQuantile(0.01, df)),
    bound: upperStudentQuantile(alpha, df),
  };
}

/** Series of shares (all below 1) are made of the size of counts: by the median of the positive values, else 1. */
function scaleOf(values: Float64Array): number {
  const known = values.filter((value) => value > 0);
  if (known.length === 0 || known.some((value) => value >= 1)) return 1;
  const sorted = known.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Beyond these many standard errors R's 1 − F is 0 or 1 for both averages, and it takes the fast one. */
const SATURATED = 8;

/** The t of the smaller p-value; of two that are equal the second. */
function moreUnusual(slow: number, fast: number, { df, compat }: { df: number; compat: boolean | undefined }): number {
  if (compat === true && Math.min(Math.abs(slow), Math.abs(fast)) > SATURATED) {
    const [p, q] = [1 - (1 - studentTail(slow, df)), 1 - (1 - studentTail(fast, df))];
    return p < q ? slow : fast;
  }
  return slow > fast ? slow : fast;
}

function judge(series: Series, options: EwmaOptions, { first, end }: Range): Detection {
  const scale = scaleOf(series.values);
  const values = scale === 1 ? series.values : series.values.map((value) => value / scale);
  const given = series.history ?? series.values;
  const history = given === series.values ? values : scale === 1 ? given : given.map((value) => value / scale);
  const { B, g, w1, w2, leastPresent } = options;
  const days = values.length;
  const { mean, deviation, present } = baselines(history, { length: B, guard: g, leastPresent: FIRST_BASELINE / B });
  const [upperbound, expected, statistic, score, pValue] = Array.from({ length: 5 }, () => new Float64Array(days).fill(NaN)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]; // prettier-ignore
  const verdict = new Uint8Array(days).fill(VERDICT.unknown);
  const reason = new Uint8Array(days);
  const spreads: (Spread | undefined)[][] = [[], []];
  const averages = [NaN, NaN];
  const found = [NaN, NaN];
  for (let day = 0; day < end; day++) {
    const value = values[day]!;
    if (Number.isNaN(value)) continue;
    const enters = !Number.isNaN(history[day]!);
    const length = present[day]!;
    const isJudged = day >= FIRST_BASELINE + g && length >= Math.max(FIRST_BASELINE, leastPresent * Math.min(B, day - g));
    const [middle, spread] = [mean[day]!, deviation[day]!];
    let bound = Infinity;
    for (let which = 0; which < 2; which++) {
      const w = which === 0 ? w1 : w2;
      const before = averages[which]!;
      let average = Number.isNaN(before) ? value : w * value + (1 - w) * before;
      if (isJudged) {
        const known = (spreads[which]![length] ??= spreadOf(w, { length, g, alpha: options.alpha }));
        const sigma = Math.max(known.floor, spread * known.k + known.c);
        const t = (average - middle) / sigma;
        found[which] = t;
        bound = Math.min(bound, (middle + known.bound * sigma - (1 - w) * before) / w);
        if (t > known.clamp) average = middle + known.clamp * sigma;
        else if (t < -known.clamp) average = middle - known.clamp * sigma;
      }
      if (enters) averages[which] = average;
    }
    if (!isJudged || day < first) continue;
    const t = moreUnusual(found[0]!, found[1]!, { df: length - 1, compat: options.compat });
    const p = studentTail(t, length - 1);
    statistic[day] = t;
    expected[day] = middle * scale;
    upperbound[day] = bound * scale;
    pValue[day] = p;
    score[day] = scoreOf(p);
    verdict[day] = colourOf(p, options);
  }
  for (let day = first; day < end; day++) if (verdict[day] === VERDICT.unknown) reason[day] = REASON.shortBaseline;
  return { verdict, upperbound, expected, statistic, score, reason, pValueAt: (at) => pValue[at]! };
} // prettier-ignore

/**
 * EWMA of ESSENCE: a slow and a fast exponentially weighted average, each against the mean and standard deviation of
 * the baseline, by a t test; the more unusual one counts. As `Rnssp::alert_ewma`; Burkom, "Development, adaptation, and
 * assessment of alerting algorithms for biosurveillance", Johns Hopkins APL Technical Digest 24 (2003) 335–342.
 *
 * Departures: a day without a value leaves the averages as they are; a baseline may have gaps, its standard error is
 * that of the values that are there. The reference stops at both, and at series of zeros.
 */
export const ewma = detector({
  id: 'ewma',
  title: 'EWMA: a slow and a fast moving average against four weeks',
  parameters: PARAMETERS,
  reach: ({ B, g, w1, w2 }) => B + g + Math.ceil(Math.log(FORGOTTEN) / Math.log(1 - Math.min(w1, w2))),
  detect: (series, options, range = { first: 0, end: series.values.length }) => judge(series, options, range),
});
