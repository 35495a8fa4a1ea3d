import { parseArgs } from 'node:util';
import { FAMILIES } from './families/index.js';
import type { Family, HostileInput } from './input.js';
import { misjudged } from './judge.js';
import { seeded } from '../crash/random.js';
import { type Measured, WatchedReader } from './watch.js';

const HELP = `npm run test:hostile -- [--only family] [--limit n] [--seed n] [--slowness n]

Sends hostile input through the real reading path, in a process that is watched, and compares each verdict with the one
expected. --limit reads about so many inputs, drawn from all families. Ends with 1 when a verdict is wrong, the reader
crashed, or an input took more than 1 s or 256 MiB. --slowness allows a machine that others use too so many times that
time; a machine does not change the memory.`;

const SHOWN = Number(process.env['SHOW'] ?? 20);
const MOST_BYTES = 256 * 2 ** 20;
/** Beyond these an input is read again by itself: other programs, and what came before it, may be to blame. */
const SUSPECT_MS = 500;
const SUSPECT_BYTES = 160 * 2 ** 20;

interface Row {
  readonly family: string;
  inputs: number;
  asExpected: number;
  slowestMs: number;
  largestBytes: number;
  crashes: number;
  excesses: number;
}

interface Run {
  readonly inputs: Iterable<HostileInput>;
  readonly reader: WatchedReader;
  readonly mostMs: number;
}

async function runFamily(id: string, { inputs, reader, mostMs }: Run): Promise<Row> {
  const isWithin = ({ milliseconds, bytes }: Measured): boolean => milliseconds <= mostMs && bytes <= MOST_BYTES;
  const row: Row = { family: id, inputs: 0, asExpected: 0, slowestMs: 0, largestBytes: 0, crashes: 0, excesses: 0 };
  let complaints = 0;
  const complain = (input: HostileInput, what: string): void => {
    if (complaints++ < SHOWN) console.log(`  ${id}: ${input.what} [${input.feed}]: ${what}`);
  };
  for (const input of inputs) {
    let measured: Measured = await reader.read(input);
    const isSuspect = measured.milliseconds > SUSPECT_MS || measured.bytes > SUSPECT_BYTES;
    if (isSuspect && measured.crash === undefined) measured = await WatchedReader.alone(input, isWithin);
    row.inputs++;
    row.slowestMs = Math.max(row.slowestMs, measured.milliseconds);
    row.largestBytes = Math.max(row.largestBytes, measured.bytes);
    const wrong = misjudged(input.expected, measured.verdict);
    if (measured.crash !== undefined) {
      row.crashes++;
      complain(input, `CRASH ${measured.crash.slice(0, 600)}`);
    } else if (wrong !== undefined) complain(input, wrong);
    else row.asExpected++;
    if (!isWithin(measured)) {
      row.excesses++;
      complain(input, `${Math.round(measured.milliseconds)} ms, ${mebi(measured.bytes)} MiB`);
    }
  }
  return row;
}

const mebi = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** About `share` of the inputs; which, the seed decides. The first of a family is always among them. */
function* drawn(inputs: Iterable<HostileInput>, share: number, seed: number): Generator<HostileInput> {
  const random = seeded(seed);
  let first = true;
  for (const input of inputs) {
    if (first || share >= 1 || random.chance(share)) yield input;
    first = false;
  }
}

function sizeOf({ inputs }: Family, seed: number): number {
  let size = 0;
  for (const _ of inputs(seed)) size++;
  return size;
}

const { values: given } = parseArgs({
  options: {
    only: { type: 'string' },
    limit: { type: 'string' },
    seed: { type: 'string', default: '1' },
    slowness: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  console.log(`${HELP}\n\nFamilies:`);
  for (const [id, { title }] of Object.entries(FAMILIES)) console.log(`  ${id.padEnd(16)}${title}`);
} else {
  const seed = Number(given.seed);
  const mostMs = 1_000 * Number(given.slowness);
  const chosen = Object.entries(FAMILIES).filter(([id]) => given.only === undefined || id === given.only);
  if (chosen.length === 0) throw new Error(`no family ${given.only}; see --help`);
  const sizes = new Map(given.limit === undefined ? [] : chosen.map(([id, family]) => [id, sizeOf(family, seed)]));
  const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const share = given.limit === undefined ? 1 : Number(given.limit) / Math.max(1, whole);
  const reader = new WatchedReader();
  const rows: Row[] = [];
  const head = ['family', 'inputs', 'as expected', 'slowest ms', 'largest MiB'];
  const line = ([first = '', ...rest]: readonly string[]): string =>
    first.padEnd(18) + rest.map((cell) => cell.padStart(13)).join('');
  const cells = ({ family, inputs, asExpected, slowestMs, largestBytes }: Row): string[] => [
    family, String(inputs), String(asExpected), slowestMs.toFixed(1), mebi(largestBytes),
  ]; // prettier-ignore
  console.log(line(head));
  for (const [id, family] of chosen) {
    const row = await runFamily(id, { inputs: drawn(family.inputs(seed), share, seed), reader, mostMs });
    rows.push(row);
    console.log(line(cells(row)));
  }
  reader.close();
  const sum = (key: 'inputs' | 'asExpected' | 'crashes' | 'excesses'): number =>
    rows.reduce((all, row) => all + row[key], 0);
  const most = (key: 'slowestMs' | 'largestBytes'): number => Math.max(...rows.map((row) => row[key]));
  const all: Row = {
    family: 'all', inputs: sum('inputs'), asExpected: sum('asExpected'), slowestMs: most('slowestMs'),
    largestBytes: most('largestBytes'), crashes: sum('crashes'), excesses: sum('excesses'),
  }; // prettier-ignore
  console.log(line(cells(all)));
  console.log(JSON.stringify({ test: 'hostile', seed, ...all, families: rows }));
  if (all.asExpected !== all.inputs || all.crashes + all.excesses > 0) process.exitCode = 1;
}
