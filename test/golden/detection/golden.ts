import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection, Range } from '#detection';

/** An entry as the files write it; null is a missing one. */
type Told = number | boolean | string | null;
export type Wanted = readonly Told[];

/** One call of a reference implementation. */
export interface Case {
  readonly id: string;
  readonly series: string;
  /** The call, as R reads it, and its parameters as data. */
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Columns, and in `first` the position of their first entry, from 1. */
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
  /** Why something was not compared, or is copied though it is wrong: stated where the file is listed. */
  readonly exceptions: readonly string[];
  /** Where the tolerance of the reference's README is not kept, by how much and why; a case that has any did not pass. */
  readonly unmet: readonly string[];
}

/** How one file is checked. */
export interface GoldenFile {
  readonly file: string;
  /** Takes long: checked by `npm run golden`, and by the tests where GOLDEN_LONG is set. */
  readonly isLong?: boolean;
  check(folder: string): readonly Checked[];
}

export const readGolden = <T>(folder: string, file: string): T =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;

/** The numbers of R: null and NaN are both none. */
function numberOf(told: Told | undefined): number {
  if (told === 'Inf') return Infinity;
  if (told === '-Inf') return -Infinity;
  return typeof told === 'number' ? told : NaN;
}

export interface Tolerance {
  readonly tolerance: number;
  /** Numbers below this in size are compared as if they were of this size; 1 where it is left out. */
  readonly floor?: number;
}

/** Failures of a case that are told. */
const MOST_TOLD = 5;

/** Collects what a case finds. */
export function comparison(id: string): {
  numbers(column: string, found: ArrayLike<Told>, wanted: Wanted, options: Tolerance & { readonly skip?: (at: number) => boolean }): void;
  words(column: string, found: ArrayLike<Told>, wanted: Wanted): void;
  except(reason: string): void;
  missTolerance(reason: string): void;
  done(): Checked;
} {
  const failures: string[] = [];
  const exceptions: string[] = [];
  const unmet: string[] = [];
  let [worst, compared] = [0, 0];
  const fail = (text: string): void => {
    if (failures.length <= MOST_TOLD) failures.push(failures.length === MOST_TOLD ? '…' : text);
  };
  return {
    numbers(column, found, wanted, { tolerance, floor = 1, skip }) {
      for (let at = 0; at < wanted.length; at++) {
        if (skip?.(at)) continue;
        const [is, should] = [numberOf(found[at]), numberOf(wanted[at])];
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
    missTolerance: (reason) => void unmet.push(reason),
    done: () => ({ id, worst, compared, failures, exceptions, unmet }),
  };
} // prettier-ignore

/** A column of a detection's own. */
export function columnOf({ details }: Detection, name: string, { first, end }: Range): ArrayLike<Told> {
  const own = details?.[name];
  if (!own) throw new Error(`no column ${name}`);
  return own instanceof Float64Array ? own.subarray(first, end) : own.slice(first, end);
}
