import { parseArgs } from 'node:util';
import { type Observed, VERDICT } from '#detection';
import type { Benchmark } from './benchmark.js';
import { surveillanceVersion, timeR } from './detect/r.js';
import { judgeOf, type Task, TASKS } from './detect/tasks.js';

const HELP = `Detectors over many series on one core, against R: the package surveillance, and the daily methods of Rnssp.

  ours       CPU milliseconds a series: the median of the runs, each over all series; bounds and alarms of every point, as R gives; the last one is looked at
  R quoted   the figure of reference/detection/ALGORITHMS.md (R 4.2.2, surveillance, Rnssp; an Intel Xeon VM, one core)
  R here     the same call by Rscript on this machine, in this run, over fewer series: CPU milliseconds a series, without
             starting R or reading the series; "-" where R has not the package. Their last bound is compared with ours
  times      R ÷ ours

Series are made with a seed: overdispersed counts of levels 3 to 150 with weekdays and a yearly wave.

  --series N     series a task (default 3000)
  --runs N       runs of ours (default 5)
  --r-series N   series that R is given (default 60; 0: do not run R)`;

interface Figure {
  readonly task: string;
  readonly cpuMs: number;
  readonly quotedMs: number;
  readonly timesQuoted: number;
  readonly rMs?: number;
  readonly timesHere?: number;
  readonly worstDeviation?: number;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function timeOurs(task: Task, series: readonly Observed[], runs: number): number {
  const judge = judgeOf(task);
  for (const one of series.slice(0, 200)) judge(one);
  const times = Array.from({ length: runs }, () =>
    cpuMs(() => {
      let known = 0;
      for (const one of series) if (judge(one).verdict.at(-1) !== VERDICT.unknown) known++;
      if (known < series.length * 0.9) throw new Error(`${task.name}: only ${known} of ${series.length} were judged`);
    }),
  );
  return median(times) / series.length;
}

function compareR(task: Task, series: readonly Observed[]): Pick<Figure, 'rMs' | 'worstDeviation'> {
  const { cpuMs: rMs, upperbounds } = timeR(task, series.map(({ values }) => values)); // prettier-ignore
  const judge = judgeOf(task);
  const deviations = series.map((one, i) => {
    const [own, theirs] = [judge(one).upperbound.at(-1) ?? NaN, upperbounds[i] ?? NaN];
    if (Number.isNaN(own) && Number.isNaN(theirs)) return 0;
    return Math.abs(own - theirs) / Math.max(1, Math.abs(theirs));
  });
  return { rMs, worstDeviation: Math.max(...deviations) };
}

const digits = (value: number | undefined, places: number): string => value === undefined ? '-' : value.toFixed(places); // prettier-ignore

export const benchmark: Benchmark = {
  summary: 'CPU of the detectors of outbreaks over many series, beside R',
  help: HELP,
  run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        series: { type: 'string', default: '3000' },
        runs: { type: 'string', default: '5' },
        'r-series': { type: 'string', default: '60' },
      },
    });
    const [count, runs, rCount] = [Number(values.series), Number(values.runs), Number(values['r-series'])];
    const version = rCount > 0 ? surveillanceVersion() : undefined;
    console.log(`${count} series; R: ${version === undefined ? 'not run' : `surveillance ${version}, ${rCount} series`}\n`);
    console.log(`${'task'.padEnd(50)}${'ours ms'.padStart(10)}${'R quoted'.padStart(10)}${'times'.padStart(8)}${'R here'.padStart(9)}${'times'.padStart(8)}${'deviation'.padStart(11)}`);
    const figures = TASKS.map((task): Figure => {
      const series = Array.from({ length: count }, (_, seed) => task.series(seed + 1));
      const own = timeOurs(task, series, runs);
      const r = version !== undefined && task.r !== undefined ? compareR(task, series.slice(0, rCount)) : {};
      const figure: Figure = {
        task: task.name, cpuMs: own, quotedMs: task.quotedMs, timesQuoted: task.quotedMs / own, ...r,
        ...(r.rMs !== undefined && { timesHere: r.rMs / own }),
      };
      console.log(`${task.name.padEnd(50)}${own.toFixed(4).padStart(10)}${digits(task.quotedMs, 1).padStart(10)}${digits(figure.timesQuoted, 0).padStart(8)}${digits(r.rMs, 2).padStart(9)}${digits(figure.timesHere, 0).padStart(8)}${(r.worstDeviation?.toExponential(1) ?? '-').padStart(11)}`);
      return figure;
    });
    return Promise.resolve({ series: count, runs, surveillance: version ?? null, figures });
  },
}; // prettier-ignore
