import { METHODS, VERDICT } from '#detection';
import type { Candidate } from './metrics.js';

/** A Monday; its first day is the first of the simulation. */
const START = 4;

/** A method of the table with parameters; undefined where the table does not have it. */
export function ofTable(name: string, id: string, { reference, ...given }: { readonly reference?: string } & Readonly<Record<string, unknown>> = {}): Candidate | undefined {
  const method = METHODS.get(id);
  if (!method) return undefined;
  return {
    name,
    ...(reference === undefined ? {} : { reference }),
    judge(values, range) {
      const { score, verdict } = method.run({ start: START, values }, given, range);
      return {
        scores: score.slice(range.first, range.end),
        alarms: verdict.slice(range.first, range.end).map((of) => Number(of === VERDICT.alarm)),
      };
    },
  };
} // prettier-ignore

/** What is compared, in the order of the table. */
export const CANDIDATES: readonly Candidate[] = [
  ofTable('EARS C1, 7 days', 'ears-c1', { reference: 'EARS_C1', baseline: 7, minSigma: 0.5, leastPresent: 1 }),
  ofTable('EARS C2, 7 days', 'ears-c2', { reference: 'EARS_C2', baseline: 7, minSigma: 0.5, leastPresent: 1 }),
  ofTable('EARS C2, 28 days', 'ears-c2', { reference: 'EARS_C2_28', baseline: 28, minSigma: 0.5, leastPresent: 1 }),
  ofTable('EARS C3', 'ears-c3', { reference: 'EARS_C3', baseline: 7, minSigma: 0.5, leastPresent: 1 }),
  ofTable('EWMA', 'ewma', { reference: 'Rnssp_EWMA' }),
  ofTable('Adaptive regression', 'regression', { reference: 'Rnssp_Regression' }),
  ofTable('Switch', 'switch', { reference: 'Rnssp_Switch' }),
  ofTable('Haar', 'haar', { reference: 'Haar32' }),
  ofTable('RLS', 'rls', { reference: 'RLS_AR7' }),
  ofTable('Normalised', 'normalised'),
  ofTable('CUSUM', 'cusum'),
  ofTable('Farrington flexible, 7-day sums', 'farrington-flexible', { reference: 'FarringtonFlex7' }),
  ofTable('NB regression', 'negative-binomial', { reference: 'NBGLM' }),
  ofTable('Seasonal EWMA', 'seasonal-ewma'),
].flatMap((one) => one ?? []);
