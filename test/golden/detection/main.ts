import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GOLDEN_FILES, NOT_CHECKED } from './files.js';

const HELP = `usage: npm run golden [-- DIR] [-- --verbose]

Runs every case of every file of reference outputs in DIR (default ../shared/reference/detection/golden), and prints, a
line a file: cases, how many passed, the largest deviation of a number (relative; of numbers below 1, absolute), and the
reason of every exception. Alarms, colours and clusters are compared exactly. A case that is known to miss the tolerance
of the reference's README is "not met": it did not pass, and says by how much. Exit code 1 when a case fails otherwise.

  --verbose    a line a case
`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(0);
}
const isVerbose = args.includes('--verbose');
const folder = resolve(args.find((arg) => !arg.startsWith('--')) ?? '../shared/reference/detection/golden');
if (!existsSync(join(folder, 'series.json'))) {
  process.stderr.write(`no reference outputs in ${folder}\n`);
  process.exit(2);
}
let failed = 0;
let notMet = 0;
let cases = 0;
process.stdout.write(
  `${'file'.padEnd(32)}${'cases'.padStart(6)}${'passed'.padStart(8)}${'not met'.padStart(9)}${'numbers'.padStart(9)}   worst deviation\n`,
);
for (const { file, check } of GOLDEN_FILES) {
  const found = check(folder);
  const agreeing = found.filter(({ failures }) => failures.length === 0);
  const passed = agreeing.filter(({ unmet }) => unmet.length === 0);
  const worst = found.reduce((most, one) => Math.max(most, one.worst), 0);
  const compared = found.reduce((sum, one) => sum + one.compared, 0);
  cases += found.length;
  failed += found.length - agreeing.length;
  notMet += agreeing.length - passed.length;
  process.stdout.write(`${file.padEnd(32)}${String(found.length).padStart(6)}${String(passed.length).padStart(8)}${String(agreeing.length - passed.length).padStart(9)}${String(compared).padStart(9)}   ${worst.toExponential(1)}\n`); // prettier-ignore
  for (const reason of new Set(found.flatMap(({ exceptions }) => exceptions)))
    process.stdout.write(`    exception: ${reason}\n`);
  for (const one of found) {
    if (isVerbose) process.stdout.write(`    ${one.id.padEnd(60)} ${one.worst.toExponential(1)}\n`);
    for (const reason of one.unmet) process.stdout.write(`    NOT MET ${one.id}: ${reason}\n`);
    for (const failure of one.failures) process.stdout.write(`    FAILED ${one.id}: ${failure}\n`);
  }
}
for (const [file, why] of Object.entries(NOT_CHECKED)) process.stdout.write(`${file.padEnd(32)} not here: ${why}\n`);
process.stdout.write(
  `${cases} cases: ${cases - failed - notMet} passed, ${notMet} not met as stated above, ${failed} failed\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
