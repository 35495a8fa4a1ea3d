import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CANDIDATES } from './candidates.js';
import { readSeries, type Size, SIZES, YARDSTICK } from './data.js';
import { measureAsOf } from './as-of.js';
import { type Keep, keepIn, keepNothing } from './keep.js';
import { measure, type Metrics, type Threshold } from './metrics.js';

const HELP = `usage: npm run yardstick [-- --replicates N] [--only WORD] [--threshold 0.01] [--as-of]

How well each detector finds the outbreaks of the seeded simulation of ../shared/reference/detection/yardstick, beside the
results of R there. Thresholds are set on a year of their own, so that all raise about as many false alarms.

  --replicates N   of 20 a signal (default 20); fewer is quicker, and thresholds are then those of fewer days
  --only WORD      candidates whose name has it; several may be given
  --threshold T    0.01 (default), 0.00274 (one a year), or native (the method's own rule)
  --as-of          the day as it is known at some hour, judged by matched reporters, instead
  --hours 8,24     which hours (default 8,15,24; 24 is the complete day)
  --keep FOLDER    what each series came to is kept there and not computed again: a long run may be stopped and go on.
                   Empty it after a change of a detector`;

const digits: Readonly<Record<keyof Metrics, number>> = {
  specificity: 3, falseAlarmsPerYear: 1, pod: 3, pod3: 3, pod7: 3, sensitivity: 3, delay: 2, relTimeliness: 2,
}; // prettier-ignore
const R_COLUMNS: Readonly<Record<keyof Metrics, string>> = {
  specificity: 'specificity', falseAlarmsPerYear: 'falseAlarmsPerYear', pod: 'POD', pod3: 'POD3', pod7: 'POD7',
  sensitivity: 'sensitivity', delay: 'delayDaysDetected', relTimeliness: 'relTimeliness',
}; // prettier-ignore

/** The table of R: detector|threshold|outbreak → metrics. */
function readReference(): Map<string, Metrics> {
  const [head = '', ...lines] = readFileSync(join(YARDSTICK, 'results_R_reference.csv'), 'utf8').trim().split('\n');
  const names = head.replaceAll('"', '').split(',');
  return new Map(
    lines.map((line) => {
      const cells = line.replaceAll('"', '').split(',');
      const cell = (key: keyof Metrics): number => Number(cells[names.indexOf(R_COLUMNS[key])]);
      const keys = Object.keys(digits) as (keyof Metrics)[];
      const metrics = Object.fromEntries(keys.map((key) => [key, cell(key)])) as Record<keyof Metrics, number>;
      return [cells.slice(0, 3).join('|'), metrics];
    }),
  );
}

function line(name: string, metrics: Metrics): string {
  const cells = (Object.keys(digits) as (keyof Metrics)[]).map((key) => metrics[key].toFixed(digits[key]).padStart(9));
  return `${name.padEnd(34)}${cells.join('')}`;
}

interface Asked {
  readonly replicates: number;
  readonly only: readonly string[];
  readonly keep: Keep;
}

function compare({ replicates, only, threshold, sizes, keep }: Asked & { threshold: Threshold; sizes: readonly Size[] }): void {
  const series = readSeries(replicates);
  const reference = readReference();
  const lines = new Map<Size, string[]>(sizes.map((size) => [size, []]));
  for (const candidate of CANDIDATES) {
    if (only.length > 0 && !only.some((word) => candidate.name.toLowerCase().includes(word.toLowerCase()))) continue;
    const before = process.cpuUsage();
    const found = measure(candidate, series, keep);
    const { user } = process.cpuUsage(before);
    console.error(`${candidate.name}: ${(user / 1e6).toFixed(1)} s`);
    for (const size of sizes) {
      lines.get(size)!.push(line(candidate.name, found[threshold][size]));
      const ofR = reference.get(`${candidate.reference ?? ''}|${threshold}|${size}`);
      if (ofR) lines.get(size)!.push(line(`  in R`, ofR));
    }
  }
  const head = ['specif.', 'false/yr', 'POD', 'POD3', 'POD7', 'sensit.', 'delay d', 'rel.time'];
  for (const [size, of] of lines)
    console.log(`\n${`${size} outbreaks, ${threshold}`.padEnd(34)}${head.map((word) => word.padStart(9)).join('')}\n${of.join('\n')}`);
} // prettier-ignore

/** POD of medium outbreaks within a week, false alarms and delay of R's matched chains, by hour. */
function readAsOfReference(): Map<number, { falseAlarmsPerYear: number; pod7: number; delay: number }> {
  const [head = '', ...lines] = readFileSync(join(YARDSTICK, 'results_asof_R_baseline.csv'), 'utf8').trim().split('\n');
  const names = head.replaceAll('"', '').split(',');
  const rows = lines.map((one) => one.replaceAll('"', '').split(',')).filter(([method]) => method === 'matchedChains');
  const cell = (cells: readonly string[], name: string): number => Number(cells[names.indexOf(name)]);
  return new Map(
    rows.map((cells) => [
      cell(cells, 'hour'),
      {
        falseAlarmsPerYear: cell(cells, 'falseAlarmsPerYear'),
        pod7: cell(cells, 'POD7_medium'),
        delay: cell(cells, 'delay_medium'),
      },
    ]),
  );
}

function compareAsOf(asked: Asked & { hours: readonly number[] }): void {
  const reference = readAsOfReference();
  const columns = ['tested', 'false/yr', 'POD7 med', 'POD7 lrg', 'delay d'].map((word) => word.padStart(10)).join('');
  console.log(`${'as of, matched reporters'.padEnd(34)}${columns}`);
  for (const { method, hour, tested, falseAlarmsPerYear, pod7, delay } of measureAsOf(asked)) {
    const cells = [
      tested.toFixed(3),
      falseAlarmsPerYear.toFixed(2),
      pod7.medium.toFixed(3),
      pod7.large.toFixed(3),
      delay.medium.toFixed(2),
    ];
    console.log(
      `${`${String(hour).padStart(2, '0')}:00 ${method}`.padEnd(34)}${cells.map((of) => of.padStart(10)).join('')}`,
    );
    const ofR = method.startsWith('EARS C2') ? reference.get(hour) : undefined;
    if (ofR)
      console.log(
        `${'  in R'.padEnd(44)}${[ofR.falseAlarmsPerYear.toFixed(2), ofR.pod7.toFixed(3), '', ofR.delay.toFixed(2)].map((of) => of.padStart(10)).join('')}`,
      );
  }
}

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      replicates: { type: 'string', default: '20' },
      only: { type: 'string', multiple: true, default: [] },
      threshold: { type: 'string', default: '0.01' },
      'as-of': { type: 'boolean' },
      hours: { type: 'string', default: '8,15,24' },
      keep: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const keep = values.keep === undefined ? keepNothing : keepIn(values.keep);
  if (values.help === true) console.log(HELP);
  else if (!existsSync(YARDSTICK)) {
    console.log(`nothing to measure: there is no ${YARDSTICK}`);
    process.exitCode = 1;
  } else if (values['as-of'] === true) {
    const hours = values.hours.split(',').map(Number);
    compareAsOf({ replicates: Math.min(8, Number(values.replicates)), hours, only: values.only, keep });
  } else {
    const threshold = (['native', '0.01', '0.00274'] as const).find((one) => one === values.threshold) ?? '0.01';
    compare({ replicates: Number(values.replicates), only: values.only, threshold, sizes: SIZES, keep });
  }
}

main(process.argv.slice(2));
