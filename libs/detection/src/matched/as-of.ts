import { type Method, rowAt } from '../method.js';
import { MATCHING, type MatchingOptions, matchedSeries, type Reporters } from './matched-series.js';

/** How far today can be judged. `early`: too few have reported. `unknown`: they have, but lack a past to judge by. */
export type Judged = 'early' | 'unknown' | 'quiet' | 'warning' | 'alarm';

/** Today, from those who have reported. Counts are of the matched reporters alone, NaN where there is nothing to say. */
export interface AsOfVerdict {
  readonly judged: Judged;
  /** Share of the participating reporters, by weight, that today's verdict rests on or waits for, 0 to 1. */
  readonly completeness: number;
  /** Share of a usual day's count that the matched reporters make, 0 to 1. */
  readonly usualShare: number;
  /** How many reporters are compared with their own past. */
  readonly matched: number;
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
  readonly statistic: number;
  readonly score: number;
  readonly pValue: number;
}

export interface AsOfOptions {
  /** Any of the table: it sees one series, and does not know of partial days. */
  readonly method: Method;
  /** Its parameters, the defaults where they are left out. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** {@link MATCHING} where this is left out. */
  readonly matching?: MatchingOptions;
}

/**
 * Judges an incomplete day: whoever has reported today is compared with its own past, by any method, and the answer
 * states its completeness. To be asked again whenever a report arrives; the last answer of a day is the complete one.
 * Hand over `method.reach(parameters)` days before today, or more: what is older counts for who is matched.
 */
export function detectAsOf(reporters: Reporters, asked: AsOfOptions): AsOfVerdict {
  const { method, parameters, matching = MATCHING } = asked;
  const { completeness, usualShare, matched, series } = matchedSeries(reporters, matching);
  const stated = { completeness, usualShare, matched: matched.length };
  const nothing = { value: NaN, expected: NaN, upperbound: NaN, statistic: NaN, score: NaN, pValue: NaN };
  if (completeness < matching.leastShare) return { judged: 'early', ...stated, ...nothing };
  if (matched.length === 0) return { judged: 'unknown', ...stated, ...nothing };
  const today = series.values.length - 1;
  const found = rowAt(method.run(series, parameters, { first: today, end: today + 1 }), series, today);
  const { verdict, value, expected, upperbound, statistic, score, pValue } = found;
  return {
    judged: verdict === 'none' ? 'quiet' : verdict,
    ...stated,
    value,
    expected,
    upperbound,
    statistic,
    score,
    pValue,
  };
}
