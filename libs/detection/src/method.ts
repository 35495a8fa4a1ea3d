import { type Detection, type Detector, type Range, REASON, type Series, VERDICT } from './detector.js';
import { type OptionsOf, type Parameters, readOptions, referenceOf } from './parameters.js';

/** A detector with its defaults. */
export function detector<const P extends Parameters>(given: Omit<Detector<P>, 'defaults'>): Detector<P> {
  return { ...given, defaults: referenceOf(given.parameters) };
}

/** A series with what is known of its days. */
export interface Observed extends Omit<Series, 'history'> {
  /** Share of what takes part that has reported, 0 to 1, a day; NaN where nobody was to. Absent: all days are complete. */
  readonly completeness?: Float64Array;
  /** Not 0 on days that must not enter a baseline: a confirmed outbreak, a promotion, a holiday. */
  readonly excluded?: Uint8Array;
}

/** A day less complete than this enters no baseline, and is unknown unless what there is of it raises an alarm. */
export const LEAST_COMPLETE = 0.95;

/** What a day was found to be, in full. */
export interface Row {
  readonly at: number;
  readonly value: number;
  readonly expected: number;
  readonly statistic: number;
  readonly score: number;
  readonly pValue: number;
  readonly upperbound: number;
  readonly verdict: keyof typeof VERDICT;
  readonly reason: keyof typeof REASON;
}

const nameOf = <T extends string>(table: Readonly<Record<T, number>>, code: number): T =>
  (Object.keys(table) as T[]).find((name) => table[name] === code)!;

/** A method with its parameters: see {@link Method.run}. */
export type Judge = (series: Observed, range?: Range) => Detection;

/** One method of the table: a detector whose parameters have not been read yet. */
export interface Method {
  readonly id: string;
  readonly title: string;
  readonly parameters: Parameters;
  /** Steps before a day that its verdict depends on, to twelve digits; Infinity where it depends on all. */
  reach(given?: Readonly<Record<string, unknown>>): number;
  /**
   * Judges the days of the range, by default all. `given` may have any of the parameters, and `compat: true`, which
   * copies the reference implementation: its defaults, its quirks, no rule of the product. REQUEST_INVALID for
   * parameters that do not exist or are out of bounds.
   *
   * Rules of the product: a day without a value is unknown; a day of zero is never an alarm; a day that is excluded or
   * less complete than {@link LEAST_COMPLETE} enters no baseline; a day that is less complete is unknown unless it
   * already is an alarm.
   */
  run(series: Observed, given?: Readonly<Record<string, unknown>>, range?: Range): Detection;
  /** The same with the parameters read once, for many series. */
  prepare(given?: Readonly<Record<string, unknown>>): Judge;
}

/** Values that may enter a baseline; the values themselves when all may. */
function historyOf({ values, completeness, excluded }: Observed): Float64Array {
  if (!completeness && !excluded) return values;
  return values.map((value, at) => {
    const isIncomplete = completeness !== undefined && completeness[at]! < LEAST_COMPLETE;
    return isIncomplete || (excluded?.[at] ?? 0) !== 0 ? NaN : value;
  });
}

function applyRules({ verdict, reason }: Detection, { values, completeness }: Observed, { first, end }: Range): void {
  for (let at = first; at < end; at++) {
    if (Number.isNaN(values[at]!)) {
      verdict[at] = VERDICT.unknown;
      reason[at] = REASON.noValue;
      continue;
    }
    const isRaised = verdict[at] === VERDICT.alarm || verdict[at] === VERDICT.warning;
    if (isRaised && values[at] === 0) verdict[at] = VERDICT.none;
    if (verdict[at] === VERDICT.none && completeness !== undefined && completeness[at]! < LEAST_COMPLETE) {
      verdict[at] = VERDICT.unknown;
      reason[at] = REASON.incomplete;
    }
    if (verdict[at] === VERDICT.unknown && reason[at] === REASON.none) reason[at] = REASON.shortBaseline;
  }
}

/** The method of a detector. */
export function methodOf<P extends Parameters>(of: Detector<P>): Method {
  const optionsOf = (given: Readonly<Record<string, unknown>> = {}): OptionsOf<P> => readOptions(of.parameters, given);
  const method: Method = {
    id: of.id,
    title: of.title,
    parameters: of.parameters,
    reach: (given) => of.reach(optionsOf(given)),
    prepare(given) {
      const options = optionsOf(given);
      return (series, range = { first: 0, end: series.values.length }) => {
        if (options.compat === true) return of.detect(series, options, range);
        const found = of.detect({ ...series, history: historyOf(series) }, options, range);
        applyRules(found, series, range);
        return found;
      };
    },
    run: (series, given, range) => method.prepare(given)(series, range),
  };
  return method;
}

/** One day of a detection. */
export function rowAt(found: Detection, { values }: Observed, at: number): Row {
  return {
    at,
    value: values[at]!,
    expected: found.expected[at]!,
    statistic: found.statistic[at]!,
    score: found.score[at]!,
    pValue: found.pValueAt(at),
    upperbound: found.upperbound[at]!,
    verdict: nameOf(VERDICT, found.verdict[at]!),
    reason: nameOf(REASON, found.reason[at]!),
  };
}
