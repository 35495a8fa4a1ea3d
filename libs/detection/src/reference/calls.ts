import { BellwetherError, parseDay } from '#vocabulary';
import { type Column, type Detection, type Range, VERDICT } from '../detector.js';
import type { Observed } from '../method.js';
import { METHODS } from '../methods.js';
import { coded, colours, pValues, type Told, toldColumn } from './columns.js';

type Given = Readonly<Record<string, unknown>>;

/** A series of a file: `numerator`, where it has one, is what `population` is the whole of. */
export interface FileSeries extends Observed {
  readonly numerator?: Float64Array;
}

/** What a function of R is here. */
interface ReferenceCall {
  /** The method, its parameters, and where it departs from what the name says. */
  readonly method: (params: Given) => string;
  readonly given: (params: Given, series: FileSeries) => Given;
  /** What the function is handed: the whole series and positions to judge, or rows of it alone. */
  readonly takes: 'range' | 'rows';
  /** Dates are not looked at: years are `perYear` values. */
  readonly isUndated?: boolean;
  /** Values a point is expected to have, known beforehand. */
  readonly means?: (params: Given) => unknown;
  readonly columns: (found: Detection, range: Range, params: Given) => Readonly<Record<string, Told>>;
}

const refused = (why: string): BellwetherError => new BellwetherError('REQUEST_INVALID', why);

const same = (params: Given): Given => params;

function without(params: Given, ...names: readonly string[]): Given {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}

/** Columns of ours under the names of the reference; `alarm` in all of them. */
function named(names: Readonly<Record<string, (found: Detection) => Column | undefined>>): ReferenceCall['columns'] {
  return (found, range) => {
    const columns = Object.entries(names).map(([name, of]) => [name, of(found)] as const);
    const known = columns.flatMap(([name, column]) => (column ? [[name, toldColumn(column, range)] as const] : []));
    return { ...Object.fromEntries(known), alarm: coded(found, range, VERDICT.alarm) };
  };
}

const detail = (name: string) => (found: Detection) => found.details?.[name];
const upperbound = (found: Detection): Column => found.upperbound;
const expected = (found: Detection): Column => found.expected;
const statistic = (found: Detection): Column => found.statistic;

const rnssp =
  (names: readonly string[]): ReferenceCall['columns'] =>
  (found, range) => ({
    baseline_expected: toldColumn(found.expected, range),
    test_statistic: toldColumn(found.statistic, range),
    p_value: pValues(found, range),
    ...Object.fromEntries(names.map((name) => [name, toldColumn(found.details?.[name] ?? [], range)])),
    alert: colours(found, range),
  });

/** Points of the baseline, from the day of its last one. */
function baselineOf({ baseline_end: last, include_time: includeTime }: Given, { start, stepDays = 1 }: FileSeries): Given {
  const day = typeof last === 'string' ? parseDay(last) : undefined;
  if (day === undefined || start === undefined) throw refused('baseline_end is a date, of a series with dates');
  const baseline = Math.floor((day - start) / stepDays) + 1;
  return includeTime === undefined ? { baseline } : { baseline, includeTime };
} // prettier-ignore

const seasonal = (found: Detection, range: Range): Readonly<Record<string, Told>> => ({
  estimate: toldColumn(found.expected, range),
  threshold: toldColumn(found.upperbound, range),
  split: toldColumn(found.details?.['split'] ?? [], range),
  alarm: coded(found, range, VERDICT.alarm).map((raised) => raised === 1),
});

function flexible(params: Given): Given {
  const { limit54, ...rest } = params;
  const [limitCases, limitPoints] = Array.isArray(limit54) ? limit54.map(Number) : [];
  return {
    ...rest,
    ...(limitCases !== undefined && { limitCases }),
    ...(limitPoints !== undefined && { limitPoints }),
  };
}

/** Likelihood ratio charts: a rise of the intercept is the only one that is looked for. */
function ratio(params: Given): Given {
  if (params['change'] !== undefined && params['change'] !== 'intercept') throw refused('change: intercept alone');
  const { 'c.ARL': cARL, ...rest } = without(params, 'mu0', 'change', 'ret');
  return cARL === undefined ? rest : { ...rest, cARL };
}

const algo = (method: string, names: Parameters<typeof named>[0], rest: Partial<ReferenceCall> = {}): ReferenceCall => ({
  method: () => method, given: same, takes: 'range', isUndated: true, columns: named(names), ...rest,
}); // prettier-ignore

const glr = algo('glr', { statistic }, { given: ratio, means: ({ mu0 }) => mu0 });

const alert = (method: string, rest: Partial<ReferenceCall> = {}): ReferenceCall => ({
  method: () => method, given: same, takes: 'rows', columns: rnssp([]), ...rest,
}); // prettier-ignore

/** The functions of surveillance and Rnssp that are copied, under their names. */
const REFERENCE_CALLS: Readonly<Record<string, ReferenceCall>> = {
  earsC: {
    method: ({ method = 'C1' }) => `ears-${String(method).toLowerCase()}`,
    given: (params) => without(params, 'method'),
    takes: 'range',
    columns: (found, range) => ({
      ...named({ upperbound, baselineMean: detail('baselineMean'), baselineSd: detail('baselineSd') })(found, range, {}),
      ...(found.details?.['classicC3'] && { classicC3: toldColumn(found.details['classicC3'], range) }),
    }),
  },
  farringtonFlexible: algo('farrington-flexible', {}, {
    given: flexible,
    isUndated: false,
    columns: (found, range) => ({
      ...named({
        upperbound, expected, score: detail('exceedance'), mu0: detail('mu0'), phi: detail('phi'),
        trendCoef: detail('trendCoef'), trend: detail('trend'),
      })(found, range, {}),
      pvalue: pValues(found, range),
    }),
  }),
  'algo.farrington': algo('farrington-1996', {
    upperbound, trend: detail('trend'), pd_score: detail('pd_score'), pd_pred: detail('pd_pred'),
  }, { given: flexible }),
  'algo.cusum': algo('cusum', {}, {
    columns: (found, range, { m }) => {
      const columns = named({ upperbound, cusum: detail('cusum'), m: detail('m') })(found, range, {});
      // One mean is told once.
      return m === 'glm' || Array.isArray(m) ? columns : { ...columns, m: columns['m']?.slice(0, 1) ?? [] };
    },
    given: ({ m, ...rest }) => (m === 'glm' ? { ...rest, model: 'glm' } : typeof m === 'number' ? { ...rest, m } : rest),
    means: ({ m }) => (Array.isArray(m) ? m : undefined),
  }),
  'algo.glrpois': glr,
  'algo.glrnb': glr,
  'algo.bayes': algo('bayes', { upperbound }),
  'algo.rki1': algo('rki-1', { upperbound }),
  'algo.rki2': algo('rki-2', { upperbound }),
  'algo.rki3': algo('rki-3', { upperbound }),
  'algo.cdc': algo('cdc', { upperbound }),
  'algo.outbreakP': algo('outbreak-p', { upperbound: statistic }, { given: (params) => without(params, 'ret') }),
  alert_ewma: alert('ewma'),
  alert_regression: alert('regression', { columns: rnssp(['sigma', 'adjusted_r_squared']) }),
  alert_switch: alert('switch', { columns: rnssp(['detector']) }),
  alert_farrington: alert('rnssp-farrington', {
    columns: (found, range) => ({
      predicted: toldColumn(found.expected, range),
      time_coefficient: toldColumn(found.details?.['time_coefficient'] ?? [], range),
      include_time_term: toldColumn(found.details?.['include_time_term'] ?? [], range).map((is) => (is === null ? null : is === 'true')),
      upper: toldColumn(found.upperbound, range),
      alert_score: toldColumn(found.details?.['alert_score'] ?? [], range),
      alert: colours(found, range),
    }),
  }),
  alert_nbinom: alert('rnssp-nbinom', {
    given: (params, series) => baselineOf({ include_time: true, ...params }, series),
    columns: (found, range, { include_time: is = true }) => {
      const columns = seasonal(found, range);
      return { ...columns, time_term: Array.from(columns['split'] ?? [], () => is === true) };
    },
  }),
  alert_serfling: alert('serfling', { given: ({ baseline_end }, series) => baselineOf({ baseline_end }, series), columns: seasonal }),
  classify_trend: alert('trend', {
    given: (params) => without(params, 'numerator', 'denominator'),
    columns: (found, range) => ({
      statistic: toldColumn(found.statistic, range),
      p_value: toldColumn(found.details?.['p_value'] ?? [], range),
      trend_classification: toldColumn(found.details?.['trend_classification'] ?? [], range),
    }),
  }),
}; // prettier-ignore

export const REFERENCE_NAMES: readonly string[] = Object.keys(REFERENCE_CALLS);

/** Rows `from` to `to` of a series, as a series of its own. */
function rowsOf(series: FileSeries, from: number, to: number): FileSeries {
  const { start, stepDays = 1, values, population, numerator } = series;
  return {
    ...series,
    start: start === undefined ? undefined : start + from * stepDays,
    values: values.slice(from, to),
    ...(population && { population: population.slice(from, to) }),
    ...(numerator && { numerator: numerator.slice(from, to) }),
  };
}

const positionOf = (told: unknown, otherwise: number): number => (typeof told === 'number' ? told : otherwise);

/** The first position, from 1, that the function judges when it is not told. */
function firstOf(name: string, { method = 'C1', baseline = 7, rangeFirst }: Given): number {
  const lag = name !== 'earsC' ? 0 : { C1: 1, C2: 3, C3: 5 }[String(method)] ?? 1;
  return positionOf(rangeFirst, name === 'earsC' ? Number(baseline) + lag : 1);
} // prettier-ignore

/**
 * Calls a function of R: the same parameters (`rangeFirst` and `rangeLast`, or `firstIndex` and `lastIndex`, say which
 * positions, from 1), the same columns, the same quirks; `first` is the position of their first entry. REQUEST_INVALID
 * for functions that are not copied and parameters that they do not have.
 */
export function callReference(name: string, series: FileSeries, params: Given): Readonly<Record<string, Told | number>> {
  const call = REFERENCE_CALLS[name];
  if (!call) throw refused(`${name} is not copied; there are ${REFERENCE_NAMES.join(', ')}`);
  const { rangeFirst: _first, rangeLast, firstIndex, lastIndex, ...rest } = params;
  const own = { ...call.given(rest, series), compat: true };
  const method = METHODS.get(call.method(rest));
  if (!method) throw refused(`${name} has no such method`);
  if (call.takes === 'rows') {
    const from = positionOf(firstIndex, 1);
    const { numerator, ...rows } = rowsOf(series, from - 1, positionOf(lastIndex, series.values.length));
    const judged = name === 'classify_trend' && numerator ? { ...rows, values: numerator } : rows;
    const range = { first: name === 'classify_trend' ? positionOf(rest['B'], 12) - 1 : 0, end: rows.values.length };
    const columns = call.columns(method.run(judged, own, range), range, rest);
    if (name !== 'classify_trend') return { first: from, ...columns };
    return { first: from, index: Array.from({ length: range.end - range.first }, (_, i) => from + range.first + i), ...columns };
  }
  const range = { first: firstOf(name, params) - 1, end: positionOf(rangeLast, series.values.length) };
  const means = call.means?.(rest);
  const judged = {
    ...series,
    ...(call.isUndated === true && { start: undefined }),
    ...(Array.isArray(means) && { means: meansAt(means, range, series.values.length) }),
  };
  return { first: range.first + 1, ...call.columns(method.run(judged, own, range), range, rest) };
} // prettier-ignore

/** The means of the range, at their positions. */
function meansAt(given: readonly unknown[], { first, end }: Range, length: number): Float64Array {
  if (given.length !== end - first) throw refused(`expected ${end - first} means, of the positions that are judged`);
  const means = new Float64Array(length).fill(NaN);
  means.set(given.map(Number), first);
  return means;
}
