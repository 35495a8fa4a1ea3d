import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callReference, readSeriesFile } from '#detection';
import { type Case, comparison, type GoldenFile, readGolden, type Tolerance, type Wanted } from './golden.js';

/** Columns where the outputs part on purpose. */
interface Exception {
  readonly column: string;
  readonly reason: string;
  /** Whether an entry of ours is one of them. */
  readonly applies: (own: unknown) => boolean;
}

interface CallFile {
  readonly file: string;
  readonly tolerance: number;
  /** Of some columns another. */
  readonly columns?: Readonly<Record<string, Tolerance>>;
  readonly exception?: Exception;
  /** Of every case, and only worth saying. */
  readonly remark?: string;
}

/** `surveillance::earsC(…` → earsC */
const functionOf = ({ id, call }: Case): string => {
  const name = /^(?:\w+::)?([\w.]+)\(/.exec(call)?.[1];
  if (name === undefined) throw new Error(`${id} has no call`);
  return name;
};

const isNumeric = (wanted: Wanted): boolean =>
  wanted.every((one) => one === null || typeof one === 'number' || one === 'NaN' || one === 'Inf' || one === '-Inf');

/** Alarms, classes and counts are compared exactly. */
const EXACT = new Set(['alarm', 'index', 'trend']);

function check({ tolerance, columns = {}, exception, remark }: Omit<CallFile, 'file'>, one: Case, known: ReturnType<typeof readSeriesFile>): ReturnType<GoldenFile['check']>[number] {
  const series = known.get(one.series);
  if (!series) throw new Error(`no series ${one.series}`);
  const found = callReference(functionOf(one), series, one.params);
  const compare = comparison(one.id);
  for (const [column, wanted] of Object.entries(one.output)) {
    const own = found[column];
    if (typeof wanted === 'number' || typeof own === 'number' || own === undefined) {
      compare.words(column, [typeof own === 'number' ? own : null], typeof wanted === 'number' ? [wanted] : wanted);
      continue;
    }
    compare.words(`length of ${column}`, [own.length], [wanted.length]);
    const skip = exception?.column === column ? (at: number) => exception.applies(own[at]) : undefined;
    if (exception && skip && own.some((_, at) => skip(at))) compare.except(exception.reason);
    if (EXACT.has(column) || !isNumeric(wanted)) compare.words(column, own, wanted);
    else compare.numbers(column, own, wanted, { tolerance, ...columns[column], ...(skip && { skip }) });
  }
  if (remark !== undefined) compare.except(remark);
  return compare.done();
} // prettier-ignore

/** A file of calls of R functions, about series of series.json. */
export function calls({ file, ...options }: CallFile): GoldenFile {
  return {
    file,
    check: (folder) => {
      const known = readSeriesFile(readFileSync(join(folder, 'series.json'), 'utf8'));
      return readGolden<{ cases: readonly Case[] }>(folder, file).cases.map((one) => check(options, one, known));
    },
  };
}

/** The same of a file that brings its series with it. */
export function ownCalls({ file, ...options }: CallFile): GoldenFile {
  return {
    file,
    check: (folder) => {
      const { cases, series } = readGolden<{ cases: readonly Case[]; series: unknown }>(folder, file);
      const known = readSeriesFile(JSON.stringify(series));
      return cases.map((one) => check(options, one, known));
    },
  };
}
