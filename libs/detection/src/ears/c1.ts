import type { Detector } from '../detector.js';
import { boundAbove } from './bound.js';
import type { EarsOptions } from './options.js';

/**
 * EARS C1: a day against the days just before it. Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism
 * preparedness and response Early Aberration Reporting System (EARS)", J Urban Health 80 (2003) i89–i96; as
 * `surveillance::earsC(method = "C1")` computes it, missing values included.
 *
 * Departure: `leastPresent` below 1 lets a baseline have gaps. Its default is the reference's 1.
 */
export const earsC1: Detector<EarsOptions> = {
  id: 'ears-c1',
  defaults: { baseline: 7, minSigma: 0, alpha: 0.001, leastPresent: 1 },
  reach: ({ baseline }) => baseline,
  detect: (series, options) => boundAbove(series, { ...options, guard: 0 }),
};
