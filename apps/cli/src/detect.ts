import { parseArgs } from 'node:util';
import {
  callReference,
  describeParameter,
  detectionOutput,
  type FileSeries,
  METHODS,
  type Method,
  REFERENCE_NAMES,
  readSeriesFile,
} from '#detection';
import { BellwetherError, parseDay } from '#vocabulary';
import { table } from './ask.js';
import type { Command } from './command.js';

const refused = (why: string): BellwetherError => new BellwetherError('REQUEST_INVALID', `detect: ${why}`);

/** `{"baseline": 14}` or `baseline=14,alpha=0.01`. */
function parametersOf(text: string): Record<string, unknown> {
  if (!text.startsWith('{'))
    return Object.fromEntries(text.split(',').filter(Boolean).map((pair) => pair.split('=', 2))); // prettier-ignore
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw refused('--params is JSON, or name=value,…');
  }
}

/** A position from 1, or a day of the series. */
function positionOf(text: string, { start, stepDays = 1 }: FileSeries): number {
  const day = parseDay(text);
  const position = day === undefined || start === undefined ? Number(text) : Math.floor((day - start) / stepDays) + 1;
  if (!Number.isInteger(position) || position < 1) throw refused(`${text}: expected a position from 1, or a date`);
  return position;
}

function listMethods(): string {
  const rows = [...METHODS.values()].flatMap(({ id, title, parameters }) => [
    [id, title],
    ...Object.entries(parameters).map(([name, parameter]) => [
      `  ${name}`,
      `${parameter.says} (${describeParameter(parameter)})`,
    ]),
  ]);
  return table([['method', 'what it does; its parameters'], ...rows]);
}

function methodOf(id: string | undefined): Method {
  const method = METHODS.get(id ?? '');
  if (!method) throw refused(`--method is one of ${[...METHODS.keys(), ...REFERENCE_NAMES].join(', ')}`);
  return method;
}

/** Positions to judge; all where nothing is asked. */
function rangeOf(series: FileSeries, { first, last }: { first?: string | undefined; last?: string | undefined }): { first: number; end: number } {
  const { length } = series.values;
  const from = first === undefined ? 0 : positionOf(first, series) - 1;
  const end = Math.min(length, last === undefined ? length : positionOf(last, series));
  if (from >= end) throw refused('the series has no such positions');
  return { first: from, end };
} // prettier-ignore

/**
 * `detect`: runs a detector over series of a file, with no data folder and nothing running. A function of surveillance or
 * Rnssp may stand in place of a method: then parameters and columns are that function's.
 */
export const detect: Command = (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: {
      method: { type: 'string' },
      params: { type: 'string', default: '' },
      series: { type: 'string' },
      name: { type: 'string', multiple: true },
      first: { type: 'string' },
      last: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  if (values.list) {
    process.stdout.write(listMethods());
    return Promise.resolve();
  }
  if (values.series === undefined) throw refused('expected --series FILE.json');
  const { method: id = '' } = values;
  const params = parametersOf(values.params);
  const known = readSeriesFile(start.readFile(values.series));
  const isReference = REFERENCE_NAMES.includes(id);
  const method = isReference ? undefined : methodOf(id);
  const cases = (values.name ?? [...known.keys()]).map((name) => {
    const series = known.get(name);
    if (!series) throw refused(`the file has no series ${name}`);
    const head = { id: `${id}_${name}`, series: name, params };
    if (!method) return { ...head, output: callReference(id, series, params) };
    const { numerator, ...rest } = series;
    const judged = method.id === 'trend' && numerator ? { ...rest, values: numerator } : rest;
    const range = rangeOf(series, values);
    return { ...head, output: detectionOutput(method.run(judged, params, range), range) };
  });
  process.stdout.write(`${JSON.stringify({ algorithm: id, cases })}\n`);
  return Promise.resolve();
};
