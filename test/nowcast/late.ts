import { latenessOf, type PastArrival } from '#completeness';
import { readArrivals } from '../yardstick/data.js';

/** Days that a prediction rests on. */
const HISTORY = 56;
/** Monday is the first day of the simulation; 0 is Sunday. */
const weekdayOf = (day: number): number => day % 7;

export interface LateFigures {
  readonly now: number;
  readonly n: number;
  /** Share that came within the two hours. */
  readonly came: number;
  /** Mean squared error of the probability: this method, the rate of all who were as late, and the facility's own rate. */
  readonly brier: number;
  readonly brierOfAll: number;
  readonly brierOfOwn: number;
  /** Mean absolute error of the expected time, of those that came, in minutes. */
  readonly minutesOff: number;
}

/**
 * Arrivals of the yardstick: at each hour, of every chain that has not reported, whether it does within two hours. Base
 * rates are those of the same eight weeks: of all chains that were as late, and of the chain itself on such days.
 */
export function latePredictions(hours: readonly number[], replicates: number): LateFigures[] {
  const { series, firstDay } = readArrivals(replicates);
  const worlds = new Map(series.map(({ id, minutes }) => [id.slice(3), minutes]));
  return hours.map((hour) => {
    const [now, until] = [hour * 60, hour * 60 + 120];
    const isIn = (minutes: number): boolean => minutes > now && minutes <= until;
    let [n, came, brier, ofAll, ofOwn, off, arrived] = [0, 0, 0, 0, 0, 0, 0];
    for (const days of worlds.values()) {
      for (let day = HISTORY; day < days.length; day++) {
        const past = days.slice(day - HISTORY, day);
        const late = past.flat().filter((minutes) => minutes > now);
        const rate = late.filter(isIn).length / Math.max(1, late.length);
        for (const [chain, minutes] of days[day]!.entries()) {
          if (minutes <= now) continue;
          const own = past.map((of) => of[chain]!).filter((of) => of > now);
          const ownRate = own.length === 0 ? rate : own.filter(isIn).length / own.length;
          const arrivals = past.map((of, i): PastArrival => ({ weekday: weekdayOf(firstDay + day - HISTORY + i), minutes: of[chain]! }));
          const lateness = latenessOf(arrivals, weekdayOf(firstDay + day));
          const truth = Number(isIn(minutes));
          n++;
          came += truth;
          brier += (lateness.reportedByGiven(until, now) - truth) ** 2;
          ofAll += (rate - truth) ** 2;
          ofOwn += (ownRate - truth) ** 2;
          if (minutes === Infinity || day % 7 !== 3) continue;
          arrived++;
          off += Math.abs(lateness.expectedGiven(now) - minutes);
        }
      }
    }
    return { now, n, came: came / n, brier: brier / n, brierOfAll: ofAll / n, brierOfOwn: ofOwn / n, minutesOff: off / arrived };
  });
} // prettier-ignore
