import { type OptionsOf, real, whole } from '../parameters.js';

/** Parameters of C1 and C2, under the names of `surveillance::earsC`. */
export const EARS_PARAMETERS = {
  baseline: whole({ default: 28, reference: 7, least: 2, most: 3660, says: 'steps of the baseline' }),
  minSigma: real({
    default: 0.5, reference: 0, least: 0, most: 1e9,
    says: 'least standard deviation that is believed, in counts; with 0, any increase over a constant baseline is an alarm',
  }),
  alpha: real({ default: 0.001, least: 1e-12, most: 0.5, says: 'how often a normal variable would raise a false alarm, a step' }),
  leastPresent: real({
    default: 0.75, reference: 1, least: 0.01, most: 1,
    says: 'share of the baseline that must have values; in the reference one missing day silences the detector',
  }),
} as const; // prettier-ignore

export type EarsOptions = OptionsOf<typeof EARS_PARAMETERS>;

/** Days between baseline and day in C2 and C3. */
export const GUARD = 2;

export function checkMinSigma(minSigma: number): void {
  if (!(minSigma >= 0)) throw new RangeError(`a standard deviation of at least ${minSigma}, expected 0 or more`);
}
