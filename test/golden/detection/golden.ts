import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Detection, type Observed, type Range, VERDICT } from '#detection';
import { parseDay } from '#vocabulary';

/** A number as the files write it; null is a missing one. */
type Told = number | boolean | 'NaN' | 'Inf' | '-Inf' | null;
/** A column of an output: numbers, or words. */
export type Wanted = readonly (Told | string)[];

/** One of series.json. */
interface GoldenSeries {
  readonly freq: number;
  readonly firstDate: string | null;
  readonly stepDays: number | null;
  readonly epochAsDate: boolean;
  readonly observed: readonly (number | null)[];
  readonly numerator?: readonly number[];
  readonly denominator?: readonly number[];
}

/** One call of a reference implementation. Positions are from 1. */
export interface Case {
  readonly id: string;
  readonly series: string;
  readonly params: Readonly<Record<string, unknown>> & {
    readonly rangeFirst?: number | null;
    readonly rangeLast?: number | null;
    readonly firstIndex?: number;
    readonly lastIndex?: number;
  };
  readonly error?: string;
  /** Columns, and in `first` the position of their first entry. */
  readonly output: Readonly<Record<string, Wanted | number>>;
}

/** What the comparison of one case found. */
export interface Checked {
  readonly id: string;
  /** The largest deviation of a number. */
  readonly worst: number;
  /** Numbers and words compared. */
  readonly compared: number;
  /** What deviates by more than the tolerance, for people; empty: passed. */
  readonly failures: readonly string[];
  /** Why something was not compared, or may deviate: stated in the code of the file's check. */
  readonly exceptions: readonly string[];
}

/** How one file is checked. A new golden file is one of these, and a line in files.ts. */
export interface GoldenFile {
  readonly file: string;
  check(folder: string): readonly Checked[];
}

export const readGolden = <T>(folder: string, file: string): T =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;

/** `series` of series.json, or its positions `from` to `to` (from 1, both included). */
export function readSeries(folder: string, name: string, part?: { from: number; to: number }): Observed & { numerator?: Float64Array; population?: Float64Array } {
  const entry = readGolden<Record<string, GoldenSeries>>(folder, 'series.json')[name];
  if (!entry) throw new Error(`no series ${name}`);
  const { from, to } = part ?? { from: 1, to: entry.observed.length };
  const { firstDate, freq, stepDays } = entry;
  const start = firstDate === null ? undefined : parseDay(firstDate);
  const cut = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values.slice(from - 1, to), (value) => value ?? NaN); // prettier-ignore
  return {
    start: start === undefined ? undefined : start + (from - 1) * (stepDays ?? 1),
    stepDays: stepDays ?? (freq === 52 ? 7 : 1),
    perYear: freq,
    values: cut(entry.observed),
    ...(entry.numerator && { numerator: cut(entry.numerator) }),
    ...(entry.denominator && { population: cut(entry.denominator) }),
  };
} // prettier-ignore

/** The numbers of R: null and NaN are both none. */
function numberOf(told: Told | string | undefined): number {
  if (told === 'Inf') return Infinity;
  if (told === '-Inf') return -Infinity;
  return typeof told === 'number' ? told : typeof told === 'boolean' ? Number(told) : NaN;
}

export interface Tolerance {
  readonly tolerance: number;
  /** Numbers below this in size are compared as if they were of this size. */
  readonly floor?: number;
}

/** Collects what a case finds. */
export function comparison(id: string): {
  numbers(column: string, found: ArrayLike<number>, wanted: Wanted, options: Tolerance & { readonly skip?: (at: number) => boolean }): void;
  words(column: string, found: readonly (string | number | boolean | null)[], wanted: Wanted): void;
  except(reason: string): void;
  done(): Checked;
} {
  const failures: string[] = [];
  const exceptions: string[] = [];
  let [worst, compared] = [0, 0];
  const fail = (text: string): void => {
    if (failures.length < 5) failures.push(text);
    else if (failures.length === 5) failures.push('…');
  };
  return {
    numbers(column, found, wanted, { tolerance, floor = 1, skip }) {
      for (let at = 0; at < wanted.length; at++) {
        if (skip?.(at)) continue;
        const [is, should] = [found[at]!, numberOf(wanted[at])];
        compared++;
        if (Object.is(is, should) || is === should) continue;
        const deviation = Math.abs(is - should) / Math.max(Math.abs(should), floor);
        if (!(deviation <= tolerance)) fail(`${column}[${at}] is ${is}, wanted ${should}`);
        if (deviation > worst) worst = deviation;
      }
    },
    words(column, found, wanted) {
      for (let at = 0; at < wanted.length; at++) {
        compared++;
        if (found[at] !== wanted[at]) fail(`${column}[${at}] is ${String(found[at])}, wanted ${String(wanted[at])}`);
      }
    },
    except: (reason) => void exceptions.push(reason),
    done: () => ({ id, worst, compared, failures, exceptions }),
  };
} // prettier-ignore

/** The positions that a case judges, in the series it is given. */
export function caseInput(folder: string, { series, params, output }: Case): { input: ReturnType<typeof readSeries>; range: Range } {
  const { firstIndex, lastIndex, rangeFirst, rangeLast } = params;
  if (firstIndex !== undefined && lastIndex !== undefined) {
    const input = readSeries(folder, series, { from: firstIndex, to: lastIndex });
    return { input, range: { first: 0, end: input.values.length } };
  }
  const input = readSeries(folder, series);
  return { input, range: { first: (rangeFirst ?? Number(output['first'])) - 1, end: rangeLast ?? input.values.length } };
} // prettier-ignore

/** A column of an output that must have it. */
export function wantedOf({ id, output }: Case, name: string): Wanted {
  const column = output[name];
  if (typeof column !== 'object') throw new Error(`${id} has no column ${name}`);
  return column;
}

/** The detection's own column, or the one that all methods have. */
export function columnOf(found: Detection, name: string, { first, end }: Range): ArrayLike<number> {
  const own = found.details?.[name];
  if (own instanceof Float64Array) return own.subarray(first, end);
  const uniform = new Map([
    ['upperbound', found.upperbound],
    ['expected', found.expected],
    ['statistic', found.statistic],
    ['score', found.score],
  ]).get(name);
  if (!uniform) throw new Error(`no column ${name}`);
  return uniform.subarray(first, end);
}

/** 1, 0, or null where it cannot be told. */
export const alarmsOf = ({ verdict }: Detection, { first, end }: Range): (number | null)[] =>
  Array.from(verdict.subarray(first, end), (of) => (of === VERDICT.unknown ? null : Number(of === VERDICT.alarm)));

const COLOURS: Readonly<Record<number, string>> = {
  [VERDICT.none]: 'blue',
  [VERDICT.alarm]: 'red',
  [VERDICT.warning]: 'yellow',
  [VERDICT.unknown]: 'grey',
};

/** As Rnssp names them. */
export const coloursOf = ({ verdict }: Detection, { first, end }: Range): string[] =>
  Array.from(verdict.subarray(first, end), (of) => COLOURS[of] ?? 'unknown');

export const pValuesOf = (found: Detection, { first, end }: Range): number[] =>
  Array.from({ length: end - first }, (_, i) => found.pValueAt(first + i));
