import { detector } from '../method.js';
import { boundAbove } from './bound.js';
import { EARS_PARAMETERS } from './options.js';

/**
 * EARS C1: a day against the days just before it. Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism
 * preparedness and response Early Aberration Reporting System (EARS)", J Urban Health 80 (2003) i89–i96; as
 * `surveillance::earsC(method = "C1")` computes it, missing values included.
 *
 * Departure: `leastPresent` below 1 lets a baseline have gaps. The reference's is 1.
 */
export const earsC1 = detector({
  id: 'ears-c1',
  title: 'EARS C1: the day against the days just before it',
  parameters: EARS_PARAMETERS,
  reach: ({ baseline }) => baseline,
  detect: (series, options, range = { first: 0, end: series.values.length }) =>
    boundAbove(series, { ...options, guard: 0 }, range),
});
