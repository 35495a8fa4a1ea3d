import { type Column, type Detection, REASON, VERDICT } from './detector.js';

/** The columns of a detection, to be filled in. */
export interface Sheet {
  readonly verdict: Uint8Array;
  readonly reason: Uint8Array;
  readonly upperbound: Float64Array;
  readonly expected: Float64Array;
  readonly statistic: Float64Array;
  readonly score: Float64Array;
  readonly pValue: Float64Array;
}

export const blankColumn = (length: number): Float64Array => new Float64Array(length).fill(NaN);

/** Every day unknown for want of a baseline; no numbers. */
export function blankSheet(length: number): Sheet {
  return {
    verdict: new Uint8Array(length).fill(VERDICT.unknown),
    reason: new Uint8Array(length).fill(REASON.shortBaseline),
    upperbound: blankColumn(length),
    expected: blankColumn(length),
    statistic: blankColumn(length),
    score: blankColumn(length),
    pValue: blankColumn(length),
  };
}

/** Days with a verdict lose the reason for having none. */
export function detectionOf({ pValue, ...columns }: Sheet, details?: Readonly<Record<string, Column>>): Detection {
  const { verdict, reason } = columns;
  for (let at = 0; at < verdict.length; at++) if (verdict[at] !== VERDICT.unknown) reason[at] = REASON.none;
  return { ...columns, pValueAt: (at) => pValue[at]!, ...(details && { details }) };
}

/** −log₁₀ p: rises with how unusual a day is. A p-value too small for a double counts as the smallest there is. */
export const scoreOf = (p: number): number => (Number.isNaN(p) ? NaN : -Math.log10(Math.max(p, Number.MIN_VALUE)));
