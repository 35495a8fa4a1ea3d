/** Options of the EARS detectors, under the names of `surveillance::earsC`. */
export interface EarsOptions {
  /** Days of the baseline. */
  readonly baseline: number;
  /** Least standard deviation that is believed, in counts. With 0, any increase over a constant baseline is an alarm. */
  readonly minSigma: number;
  /** How often a normal variable would raise a false alarm, a day. */
  readonly alpha: number;
  /** Share of the baseline's days that must have a value; 1 in the reference, where one missing day silences the detector. */
  readonly leastPresent: number;
}

/** Days between baseline and day in C2 and C3. */
export const GUARD = 2;

export function checkMinSigma(minSigma: number): void {
  if (!(minSigma >= 0)) throw new RangeError(`a standard deviation of at least ${minSigma}, expected 0 or more`);
}
