import { detectAsOf, METHODS, type Reporters } from '#detection';
import { type Chains, readArrivals, readSeries, type Simulated } from './data.js';
import type { Keep } from './keep.js';
import { CALIBRATION, EVALUATION, exceededOn } from './metrics.js';

/** A Monday; its first day is the first of the simulation. */
const START = 4;
/** Days before the one that is judged whose counts are known chain by chain; earlier ones are known as totals. */
const KNOWN_DAYS = 56;
type Size = 'medium' | 'large';

/** A method over matched reporters. */
interface Candidate {
  readonly name: string;
  readonly id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether it needs the years before. */
  readonly isLong?: boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'EARS C2, 28 days', id: 'ears-c2', parameters: { baseline: 28, minSigma: 0.5 } },
  { name: 'Adaptive regression', id: 'regression', parameters: {} },
  { name: 'Switch', id: 'switch', parameters: {} },
  { name: 'Seasonal EWMA', id: 'seasonal-ewma', parameters: {}, isLong: true },
];

export interface AsOfRow {
  readonly method: string;
  readonly hour: number;
  /** Share of days on which enough had reported. */
  readonly tested: number;
  /** Of the days that were judged. */
  readonly falseAlarmsPerYear: number;
  readonly pod7: Readonly<Record<Size, number>>;
  readonly delay: Readonly<Record<Size, number>>;
}

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;

/** The score that is exceeded on a hundredth of the complete days of the year of calibration, by signal. */
function thresholdsOf({ name, id, parameters }: Candidate, series: readonly Simulated[], keep: Keep): Map<string, number> {
  const scores = new Map<string, number[]>();
  for (const { id: of, signal, counts } of series) {
    const complete = keep(`complete ${name} ${of}`, () => {
      const { score } = METHODS.get(id)!.run({ start: START, values: counts }, parameters, CALIBRATION);
      return score.slice(CALIBRATION.first, CALIBRATION.end);
    });
    scores.set(signal, [...(scores.get(signal) ?? []), ...complete]);
  }
  return new Map([...scores].map(([signal, of]) => [signal, exceededOn(of, 0.01)]));
} // prettier-ignore

interface World {
  readonly chains: Chains;
  readonly total: Simulated;
  readonly firstDay: number;
  readonly weights: readonly number[];
}

/** What is known at the hour of a day (from 0): today by who has reported, the past as complete. */
function reportersAt({ chains, total, firstDay, weights }: World, { day, hour, counts }: { day: number; hour: number; counts: readonly Float64Array[] }): Reporters {
  const column = day - (firstDay - 1);
  const minutes = chains.minutes[column]!;
  const first = Math.max(0, column - KNOWN_DAYS);
  const known = counts.map((of, chain) => {
    const window = of.slice(first, column + 1);
    if (minutes[chain]! > hour * 60) window[window.length - 1] = NaN;
    return window;
  });
  const start = firstDay - 1 + first;
  return { start: START + start, counts: known, weights, earlier: total.counts.subarray(0, start) };
} // prettier-ignore

/** Undefined while it is too early. */
function scoreAt({ id, parameters, isLong = false }: Candidate, reporters: Reporters): number | undefined {
  const { start, counts, weights = [], earlier } = reporters;
  const short: Reporters = { start, counts, weights };
  const found = detectAsOf(isLong && earlier ? { ...short, earlier } : short, { method: METHODS.get(id)!, parameters });
  return found.judged === 'early' ? undefined : found.score;
}

function withOutbreak({ chains, total, firstDay }: World, size: Size): Float64Array[] {
  const added = chains.outbreaks[size];
  const first = total.outbreaks.start - firstDay;
  return chains.counts.map((of, chain) => {
    const counts = of.slice();
    for (const [i, cases] of added.entries()) if (first + i < counts.length) counts[first + i]! += cases[chain]!;
    return counts;
  });
}

/** What one series came to at an hour. */
interface Tally {
  readonly days: number;
  readonly tested: number;
  readonly alarms: number;
  /** Days from the start to the first alarm; undefined where it was missed. */
  readonly delay: Readonly<Record<Size, number | undefined>>;
}

function tally(candidate: Candidate, world: World, { hour, threshold }: { hour: number; threshold: number }): Tally {
  let [days, tested, alarms] = [0, 0, 0];
  for (let day = EVALUATION.first; day < EVALUATION.end; day++) {
    const score = scoreAt(candidate, reportersAt(world, { day, hour, counts: world.chains.counts }));
    days++;
    if (score === undefined) continue;
    tested++;
    if (score > threshold) alarms++;
  }
  const delayOf = (size: Size): number | undefined => {
    const counts = withOutbreak(world, size);
    const start = world.total.outbreaks.start - 1;
    const delay = world.total.outbreaks[size].findIndex((cases, i) => {
      if (cases === 0 || start + i >= EVALUATION.end) return false;
      return (scoreAt(candidate, reportersAt(world, { day: start + i, hour, counts })) ?? -Infinity) > threshold;
    });
    return delay < 0 ? undefined : delay;
  };
  return { days, tested, alarms, delay: { medium: delayOf('medium'), large: delayOf('large') } };
}

/** The day as it is known at some hours, judged by methods over matched reporters: README of the yardstick, as-of metrics. */
export function measureAsOf({ replicates, hours, only, keep }: { replicates: number; hours: readonly number[]; only: readonly string[]; keep: Keep }): AsOfRow[] {
  const all = readSeries();
  const byId = new Map(all.map((of) => [of.id, of]));
  const { firstDay, storeShare, series } = readArrivals(replicates);
  const worlds = series.map((chains): World => ({ chains, total: byId.get(chains.id)!, firstDay, weights: storeShare }));
  const asked = CANDIDATES.filter(({ name }) => only.length === 0 || only.some((word) => name.toLowerCase().includes(word.toLowerCase())));
  return asked.flatMap((candidate) => {
    const thresholds = thresholdsOf(candidate, all, keep);
    return hours.map((hour): AsOfRow => {
      const tallies = worlds.map((world) =>
        keep(`as of ${candidate.name} ${world.chains.id} ${String(hour)}`, () => tally(candidate, world, { hour, threshold: thresholds.get(world.chains.signal)! })),
      );
      const sum = (of: 'days' | 'tested' | 'alarms'): number => tallies.reduce((total, one) => total + one[of], 0);
      const pod7 = (size: Size): number => mean(tallies.map(({ delay }) => Number((delay[size] ?? Infinity) < 7)));
      const delay = (size: Size): number => mean(tallies.flatMap((one) => one.delay[size] ?? []));
      return {
        method: candidate.name,
        hour,
        tested: sum('tested') / sum('days'),
        falseAlarmsPerYear: (sum('alarms') / sum('tested')) * 365,
        pod7: { medium: pod7('medium'), large: pod7('large') },
        delay: { medium: delay('medium'), large: delay('large') },
      };
    });
  });
} // prettier-ignore
