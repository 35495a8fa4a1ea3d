import { nowcast, nowcastOfReporters, type Predictive } from '#detection';
import { type Chains, readArrivals } from '../yardstick/data.js';
import { judge, tally, type Tally } from './tally.js';

/** Ends of the delays of the triangle, in hours after midnight of the reporting day; what comes later never came. */
const HOURS = [6, 8, 10, 12, 15, 24] as const;
/** Hours at which the day is nowcast. */
export const AS_OF = [8, 10, 12] as const;
/** Eight weeks of delays, and as many earlier nowcasts. */
const OPTIONS = { history: 56, retrospective: 56, leastKnown: 0.2 };

const cell = (minutes: number): number => HOURS.findIndex((hour) => minutes <= hour * 60);

/** Days in rows, hours in columns: counts of the chains by when they came, up to the hour of the last day. */
function triangleOf({ counts, minutes }: Chains, { day, hour }: { day: number; hour: number }): Float64Array[] {
  const first = day - OPTIONS.history - OPTIONS.retrospective;
  return Array.from({ length: day - first + 1 }, (_, i) => {
    const row = new Float64Array(HOURS.length);
    for (const [chain, of] of counts.entries()) {
      const at = cell(minutes[first + i]![chain]!);
      if (at >= 0) row[at]! += of[first + i]!;
    }
    if (first + i === day) row.fill(NaN, HOURS.indexOf(hour as 6) + 1);
    return row;
  });
}

/** The same as reporters, NaN for who never came, or not yet. */
function reportersOf({ counts, minutes }: Chains, { day, hour }: { day: number; hour: number }): Float64Array[] {
  const first = day - OPTIONS.history;
  return counts.map((of, chain) =>
    Float64Array.from({ length: OPTIONS.history + 1 }, (_, i) => {
      const until = first + i === day ? hour * 60 : 24 * 60;
      return minutes[first + i]![chain]! <= until ? of[first + i]! : NaN;
    }),
  );
}

/** Nowcasts of partial days of the yardstick: per method, signal and hour. */
export function simulatedNowcasts({ replicates, step }: { replicates: number; step: number }): Map<string, Tally> {
  const { series } = readArrivals(replicates);
  const tallies = new Map<string, Tally>();
  const into = (key: string): Tally => {
    const found = tallies.get(key) ?? tally();
    tallies.set(key, found);
    return found;
  };
  for (const [i, chains] of series.entries()) {
    const days = chains.counts[0]!.length;
    for (let day = OPTIONS.history + OPTIONS.retrospective + (i % step); day < days; day += step) {
      const arrived = chains.minutes[day]!;
      const truth = chains.counts.reduce((sum, of, chain) => sum + (arrived[chain]! <= 24 * 60 ? of[day]! : 0), 0);
      for (const hour of AS_OF) {
        const judged = (method: string, predictive: Predictive | undefined): void => {
          if (predictive) judge(into(`${method}|${chains.signal}|${hour}`), predictive, truth);
        };
        judged('ladder', nowcast(triangleOf(chains, { day, hour }), OPTIONS)[0]);
        const byWhom = nowcastOfReporters({ start: day - OPTIONS.history, counts: reportersOf(chains, { day, hour }) });
        judged('reporters', byWhom && byWhom.completeness >= OPTIONS.leastKnown ? byWhom : undefined);
      }
    }
  }
  return tallies;
}
