import { type Column, type Detection, type Range, VERDICT } from '../detector.js';

/** A column as JSON has it: numbers, words, and null for what cannot be told. */
export type Told = readonly (number | string | boolean | null)[];

/** Infinities as R writes them, for JSON has none. */
const told = (value: number): number | string | null =>
  Number.isNaN(value) ? null : Number.isFinite(value) ? value : value > 0 ? 'Inf' : '-Inf';

export const toldColumn = (column: Column, { first, end }: Range): Told =>
  column instanceof Float64Array ? Array.from(column.subarray(first, end), told) : column.slice(first, end);

export const pValues = (found: Detection, { first, end }: Range): Told =>
  Array.from({ length: end - first }, (_, i) => told(found.pValueAt(first + i)));

/** 1 for days with the verdict, 0 for others, null where it cannot be told. */
export const coded = ({ verdict }: Detection, { first, end }: Range, code: number): Told =>
  Array.from(verdict.subarray(first, end), (of) => (of === VERDICT.unknown ? null : Number(of === code)));

const COLOURS = new Map<number, string>([
  [VERDICT.none, 'blue'],
  [VERDICT.alarm, 'red'],
  [VERDICT.warning, 'yellow'],
  [VERDICT.unknown, 'grey'],
]);

/** As Rnssp names the verdicts. */
export const colours = ({ verdict }: Detection, { first, end }: Range): Told =>
  Array.from(verdict.subarray(first, end), (of) => COLOURS.get(of) ?? null);
