import { detector } from '../method.js';
import { boundAbove } from './bound.js';
import { EARS_PARAMETERS, type EarsOptions, GUARD } from './options.js';

/**
 * EARS C2: as C1, but the two days before the day do not enter its baseline, so that the first days of an outbreak do
 * not hide the next. Hutwagner et al. 2003 (see C1); as `surveillance::earsC(method = "C2")` computes it, missing
 * values included.
 *
 * Departure: `leastPresent` below 1 lets a baseline have gaps. The reference's is 1.
 */
export const earsC2 = detector({
  id: 'ears-c2',
  title: 'EARS C2: the day against the days before it, the last two left out',
  parameters: EARS_PARAMETERS,
  reach: ({ baseline }) => baseline + GUARD,
  detect: (series, options, range = { first: 0, end: series.values.length }) =>
    boundAbove(series, { ...options, guard: GUARD }, range),
});

/**
 * C2 for daily counts of facilities and regions. Four weeks of baseline hold every weekday four times and find small
 * outbreaks that seven days miss, at half the false alarms; half a count of deviation keeps the single case after weeks
 * of zeros quiet; a baseline may lack eight of its days, as that of a facility that is closed at weekends.
 */
export const DAILY_C2: EarsOptions = { baseline: 28, minSigma: 0.5, alpha: 0.001, leastPresent: 0.7 };
