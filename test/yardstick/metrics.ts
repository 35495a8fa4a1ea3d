import { type Simulated, type Size } from './data.js';
import { type Keep, keepNothing } from './keep.js';

/** Days, from 0, as the README of the yardstick has them. */
export const CALIBRATION = { first: 1862, end: 2205 } as const;
export const EVALUATION = { first: 2205, end: 2548 } as const;

/** Scores and alarms of the days of a range; position 0 is its first day. */
export interface Judged {
  readonly scores: Float64Array;
  /** By the method's own rule. */
  readonly alarms: Uint8Array;
}

/** What is measured: a function of counts, for days of a range. */
export interface Candidate {
  readonly name: string;
  /** Its name in the tables of the R reference, where it is there. */
  readonly reference?: string;
  judge(counts: Float64Array, range: { readonly first: number; readonly end: number }, of: Simulated): Judged;
}

export interface Metrics {
  readonly specificity: number;
  readonly falseAlarmsPerYear: number;
  readonly pod: number;
  readonly pod3: number;
  readonly pod7: number;
  readonly sensitivity: number;
  readonly delay: number;
  readonly relTimeliness: number;
}

/** What one outbreak came to. */
interface Outcome {
  /** Days from its start to the first alarm on a day with added cases; undefined where it was missed. */
  readonly delay: number | undefined;
  readonly alarmed: number;
  readonly days: number;
  readonly length: number;
}

/** Threshold by name: the method's own rule, or a share of days. */
export type Threshold = 'native' | '0.01' | '0.00274';
const SHARES = { '0.01': 1 / 100, '0.00274': 1 / 365 } as const;

/** The value exceeded on a share of the days: element floor(n a) + 1 of the scores in descending order. */
export function exceededOn(scores: readonly number[], share: number): number {
  const descending = scores.map((score) => (Number.isNaN(score) ? -Infinity : score)).sort((a, b) => b - a);
  return descending[Math.floor(descending.length * share)]!;
}

interface Pieces {
  readonly calibration: Judged;
  readonly quiet: Judged;
  readonly outbreaks: Readonly<Record<Size, Judged>>;
}

interface Run extends Pieces {
  readonly of: Simulated;
}

function runOne(candidate: Candidate, of: Simulated): Pieces {
  const { start } = of.outbreaks;
  const withCases = (size: Size): Judged => {
    const counts = of.counts.slice();
    const added = of.outbreaks[size];
    for (const [i, cases] of added.entries()) if (start - 1 + i < counts.length) counts[start - 1 + i]! += cases;
    const end = Math.min(EVALUATION.end, start - 1 + added.length);
    return candidate.judge(counts, { first: start - 1, end }, of);
  };
  return {
    calibration: candidate.judge(of.counts, CALIBRATION, of),
    quiet: candidate.judge(of.counts, EVALUATION, of),
    outbreaks: { small: withCases('small'), medium: withCases('medium'), large: withCases('large') },
  };
}

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;

function outcome({ of, outbreaks }: Run, size: Size, isAlarm: (judged: Judged, day: number) => boolean): Outcome {
  const added = of.outbreaks[size];
  const judged = outbreaks[size];
  let delay: number | undefined;
  let [alarmed, days] = [0, 0];
  for (let day = 0; day < judged.scores.length; day++) {
    if (added[day] === 0) continue;
    days++;
    if (!isAlarm(judged, day)) continue;
    alarmed++;
    delay ??= day;
  }
  return { delay, alarmed, days, length: added.length };
}

/** Metrics of one candidate over all series, by threshold and size. */
export function measure(
  candidate: Candidate,
  series: readonly Simulated[],
  keep: Keep = keepNothing,
): Record<Threshold, Record<Size, Metrics>> {
  const runs = series.map((of): Run => ({ of, ...keep(`${candidate.name} ${of.id}`, () => runOne(candidate, of)) }));
  const bySignal = new Map<string, Run[]>();
  for (const run of runs) bySignal.set(run.of.signal, [...(bySignal.get(run.of.signal) ?? []), run]);
  const thresholds = new Map(
    [...bySignal].map(([signal, of]) => {
      const scores = of.flatMap(({ calibration }) => [...calibration.scores]);
      return [signal, { '0.01': exceededOn(scores, SHARES['0.01']), '0.00274': exceededOn(scores, SHARES['0.00274']) }];
    }),
  );
  const at = (name: Threshold): Record<Size, Metrics> => {
    const alarmOf = (run: Run) => (judged: Judged, day: number) =>
      name === 'native' ? judged.alarms[day] === 1 : judged.scores[day]! > thresholds.get(run.of.signal)![name];
    const falseShare = mean(
      runs.map((run) => mean([...run.quiet.scores.keys()].map((day) => Number(alarmOf(run)(run.quiet, day))))),
    );
    const bySize = (size: Size): Metrics => {
      const outcomes = runs.map((run) => outcome(run, size, alarmOf(run)));
      const within = (days: number): number =>
        mean(outcomes.map(({ delay }) => Number(delay !== undefined && delay < days)));
      return {
        specificity: 1 - falseShare,
        falseAlarmsPerYear: falseShare * 365,
        pod: within(Infinity),
        pod3: within(3),
        pod7: within(7),
        sensitivity: mean(outcomes.map(({ alarmed, days }) => alarmed / days)),
        delay: mean(outcomes.flatMap(({ delay }) => delay ?? [])),
        relTimeliness: mean(outcomes.map(({ delay, length }) => (delay === undefined ? 1 : delay / length))),
      };
    };
    return { small: bySize('small'), medium: bySize('medium'), large: bySize('large') };
  };
  return { native: at('native'), '0.01': at('0.01'), '0.00274': at('0.00274') };
}
