import { BellwetherError, parseDay } from '#vocabulary';
import { type Detection, type Range, VERDICT } from './detector.js';
import type { FileSeries } from './reference/calls.js';
import { coded, pValues, toldColumn } from './reference/columns.js';

const refused = (name: string, why: string): BellwetherError => new BellwetherError('REQUEST_INVALID', `series ${name}: ${why}`); // prettier-ignore

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers and null, which becomes NaN; undefined where the field is absent. */
function numbersOf(entry: Readonly<Record<string, unknown>>, field: string, name: string): Float64Array | undefined {
  const list = entry[field];
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) throw refused(name, `${field} is a list of numbers and null`);
  return Float64Array.from(list, (value: unknown) => {
    if (value === null) return NaN;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(name, `${field} is a list of numbers and null`); // prettier-ignore
    return value;
  });
}

function readSeries(entry: Readonly<Record<string, unknown>>, name: string): FileSeries {
  const numerator = numbersOf(entry, 'numerator', name);
  const values = numbersOf(entry, 'observed', name) ?? numerator;
  if (!values) throw refused(name, 'has no list "observed"');
  const { firstDate, stepDays, freq } = entry;
  const start = typeof firstDate === 'string' ? parseDay(firstDate) : undefined;
  if (typeof firstDate === 'string' && start === undefined) throw refused(name, 'firstDate is a date, YYYY-MM-DD');
  const population = numbersOf(entry, 'denominator', name) ?? numbersOf(entry, 'population', name);
  const completeness = numbersOf(entry, 'completeness', name);
  const excluded = numbersOf(entry, 'excluded', name);
  for (const [field, column] of Object.entries({ population, numerator, completeness, excluded }))
    if (column && column.length !== values.length) throw refused(name, `${field} has another length than the counts`);
  const perYear = typeof freq === 'number' ? freq : undefined;
  const step = typeof stepDays === 'number' ? stepDays : perYear === 52 ? 7 : 1;
  return {
    start,
    stepDays: step,
    values,
    ...(perYear !== undefined && { perYear }),
    ...(population && { population }),
    ...(numerator && { numerator }),
    ...(completeness && { completeness }),
    ...(excluded && { excluded: Uint8Array.from(excluded) }),
  };
}

/**
 * Series of a JSON text: one object, or an object of them by name. Each has `observed` (numbers, null for missing), and
 * may have `numerator` and `denominator`, `firstDate`, `stepDays` (1 or 7), `freq` (values a year), `population`,
 * `completeness` (0 to 1) and `excluded` (0 or 1). REQUEST_INVALID for anything else.
 */
export function readSeriesFile(text: string): ReadonlyMap<string, FileSeries> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new BellwetherError('REQUEST_INVALID', 'the file of series is not JSON');
  }
  if (!isObject(content)) throw new BellwetherError('REQUEST_INVALID', 'the file of series is an object of series');
  if ('observed' in content || 'numerator' in content) {
    const name = typeof content['id'] === 'string' ? content['id'] : 'series';
    return new Map([[name, readSeries(content, name)]]);
  }
  return new Map(
    Object.entries(content).map(([name, entry]) => {
      if (!isObject(entry)) throw refused(name, 'is an object');
      return [name, readSeries(entry, name)];
    }),
  );
}

/**
 * A detection as JSON: `first`, the position of the first entry from 1, and the columns. `alarm` is 1, 0, or null where
 * it cannot be told; `warning` likewise. Then what the reference implementation of the method puts out, under its names.
 */
export function detectionOutput(found: Detection, range: Range): Readonly<Record<string, unknown>> {
  const { upperbound, expected, statistic, score, details } = found;
  const columns = { upperbound, expected, statistic, anomaly: score, ...details };
  return {
    first: range.first + 1,
    alarm: coded(found, range, VERDICT.alarm),
    warning: coded(found, range, VERDICT.warning),
    pvalue: pValues(found, range),
    ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, toldColumn(column, range)])),
  };
}
