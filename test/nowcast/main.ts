import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { YARDSTICK } from '../yardstick/data.js';
import { latePredictions } from './late.js';
import { callNowcasts, outbreakNowcasts } from './real.js';
import { AS_OF, simulatedNowcasts } from './simulated.js';
import { type Figures, figuresOf, type Tally } from './tally.js';

const HELP = `usage: npm run nowcast:coverage [-- --quick]

How often the final count lies within the 90 % interval of a nowcast (wanted: 85 to 95 of 100), on the partial days of the
detection yardstick and on real delays (../shared). Width, absolute error of the median and weighted interval score are in
percent of the mean final count; of several signals, the mean over signals.

  --signals   every signal of the simulation by itself
  --quick     one replicate of the simulation, every fiftieth nowcast of the others`;

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;

function print(name: string, figures: readonly Figures[]): void {
  const column = (key: keyof Figures, digits = 1): string => mean(figures.map((of) => of[key])).toFixed(digits).padStart(9);
  const n = figures.reduce((sum, of) => sum + of.n, 0);
  const of90 = figures.map(({ covered90 }) => covered90);
  const range = `${Math.min(...of90).toFixed(0)}–${Math.max(...of90).toFixed(0)}`;
  console.log(
    `${name.padEnd(30)}${String(n).padStart(7)}${column('covered50')}${column('covered90')}${(figures.length > 1 ? range : '').padStart(9)}${column('below90')}${column('width90')}${column('error')}${column('wis', 2)}`,
  );
} // prettier-ignore

/** Whether who has not reported does within two hours. */
function printLate(replicates: number): void {
  const head = ['n', 'came', 'Brier', 'of all', 'of own', 'min off'];
  console.log(`\n${'not reported by'.padEnd(30)}${head.map((word) => word.padStart(9)).join('')}`);
  for (const { now, n, came, brier, brierOfAll, brierOfOwn, minutesOff } of latePredictions(
    [6, 8, 10, 12, 14],
    replicates,
  )) {
    const cells = [
      String(n),
      ...[came, brier, brierOfAll, brierOfOwn].map((of) => of.toFixed(4)),
      minutesOff.toFixed(0),
    ];
    console.log(`${`${String(now / 60).padStart(2, '0')}:00`.padEnd(30)}${cells.map((of) => of.padStart(9)).join('')}`);
  }
}

function main(args: string[]): void {
  const { values } = parseArgs({ args, options: { quick: { type: 'boolean' }, signals: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help === true) {
    console.log(HELP);
    return;
  }
  if (!existsSync(YARDSTICK)) {
    console.log(`nothing to measure: there is no ${YARDSTICK}`);
    process.exitCode = 1;
    return;
  }
  const quick = values.quick === true;
  console.log(`${''.padEnd(30)}${['n', 'in 50 %', 'in 90 %', 'signals', 'below', 'width', 'error', 'WIS'].map((word, i) => word.padStart(i === 0 ? 7 : 9)).join('')}`);
  const simulated = simulatedNowcasts(quick ? { replicates: 1, step: 5 } : { replicates: 8, step: 11 });
  const ofKey = (tallies: Map<string, Tally>, method: string, tail: string): Figures[] =>
    [...tallies].filter(([key]) => key.startsWith(`${method}|`) && key.endsWith(`|${tail}`)).map(([, of]) => figuresOf(of));
  for (const method of ['ladder', 'reporters'])
    for (const hour of AS_OF) print(`yardstick ${method} ${String(hour).padStart(2, '0')}:00`, ofKey(simulated, method, String(hour)));
  if (values.signals === true)
    for (const [key, of] of [...simulated].sort()) print(`  ${key.replaceAll('|', ' ')}`, [figuresOf(of)]);
  for (const [key, of] of callNowcasts(quick ? 101 : 23)) print(key.replaceAll('|', ' '), [figuresOf(of)]);
  for (const [key, of] of outbreakNowcasts()) print(key.replaceAll('|', ' '), [figuresOf(of)]);
  printLate(quick ? 1 : 8);
} // prettier-ignore

main(process.argv.slice(2));
