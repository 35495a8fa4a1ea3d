import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFarrington, type FarringtonFit, readSeriesFile } from '#detection';
import { comparison, type GoldenFile, readGolden, type Wanted } from './golden.js';

const FIT = { tolerance: 1e-6 };

interface TracedFit extends Readonly<Record<string, Wanted | number | null>> {
  readonly coefNames: readonly string[];
  readonly coef1: readonly number[];
  readonly coef2: readonly number[];
}

interface Trace {
  readonly series: string;
  /** Position from 1. */
  readonly k: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly rowsUsed: readonly number[];
  readonly wtime: readonly number[];
  readonly seasgroup: readonly (number | null)[];
  readonly response: readonly number[];
  readonly withTrend: TracedFit;
  readonly withoutTrend: TracedFit;
}

/** Coefficients as R has them: the first level at time 0, the slope, and the other levels less the first. */
function coefficients(levels: readonly number[], slope: number, { names, origin }: { names: readonly string[]; origin: number }): number[] {
  // Level 0 is R's last; the others are in order.
  const level = (number: number): number => levels[number === levels.length ? 0 : number]! + slope * origin;
  const first = level(levels.length === 1 ? levels.length : 1);
  return names.map((name) => (name === '(Intercept)' ? first : name === 'wtime' ? slope : level(Number(name.replace('seasgroups', ''))) - first));
} // prettier-ignore

const list = (told: Wanted | number | null | undefined): Wanted =>
  typeof told === 'object' && told !== null ? told : [told ?? null];

function checkFit(compare: ReturnType<typeof comparison>, label: string, { found, wanted, origin }: { found: FarringtonFit; wanted: TracedFit; origin: number }): void {
  const { coefNames: names } = wanted;
  const numbers = (column: string, own: readonly number[]): void =>
    compare.numbers(`${label} ${column}`, own, list(wanted[column]), FIT);
  numbers('coef1', coefficients(found.firstLevels, found.firstSlope, { names, origin }));
  numbers('coef2', coefficients(found.levels, found.slope, { names, origin }));
  numbers('fitted1', found.fitted);
  numbers('phi1', [found.firstPhi]);
  numbers('hat1', found.leverage);
  numbers('anscombe', found.anscombe);
  numbers('omega', found.weights);
  numbers('iter2', [found.iterations]);
  numbers('phi2_pearson', [found.phi]);
  numbers('dispersionUsedForSe', [found.errorDispersion]);
  numbers('trendP', [found.trendP]);
  numbers('predLink', [found.eta]);
  numbers('seLink', [found.seEta]);
  numbers('predResponse', [found.mu]);
  numbers('seResponse', [found.seMu]);
} // prettier-ignore

export const farringtonTrace: GoldenFile = {
  file: 'farringtonFlexible_trace.json',
  check: (folder) =>
    readGolden<readonly Trace[]>(folder, 'farringtonFlexible_trace.json').map((one) => {
      const input = readSeriesFile(readFileSync(join(folder, 'series.json'), 'utf8')).get(one.series);
      const found = input && explainFarrington(input, one.k - 1, { ...one.params, compat: true });
      const compare = comparison(`${one.series} at ${one.k}`);
      if (!found?.withTrend || !found.withoutTrend) throw new Error('no baseline');
      compare.words('rowsUsed', found.rows.map((at) => at + 1), one.rowsUsed);
      const levels = Number(one.params['noPeriods']);
      compare.words('seasgroup', found.group.map((g) => (g === 0 ? levels : g)), one.seasgroup);
      compare.words('response', found.response, one.response);
      const origin = one.rowsUsed[0]! - 1 - one.wtime[0]!;
      checkFit(compare, 'with trend', { found: found.withTrend, wanted: one.withTrend, origin });
      checkFit(compare, 'without trend', { found: found.withoutTrend, wanted: one.withoutTrend, origin });
      return compare.done();
    }),
}; // prettier-ignore
