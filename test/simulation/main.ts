import { parseArgs } from 'node:util';
import { PLANTS } from './plants.js';
import { simulate } from './world.js';

const HELP = `Usage: npm run test:simulation -- [options]

Runs receipts, commits, orders and the ledger of the product on a simulated clock, disk, engine and queue, while
everything that can happen happens; everything is a function of the seed.

  --steps N    altogether (default 200000)
  --world N    steps of one installation; each has the seed after that of the one before (default 10000)
  --seed S     of the first installation (default 1)
  --plant N    with the planted mistake of this number, from 1: it has to be found
  --twice      runs each seed twice, and compares what happened step by step
`;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200000' },
    world: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string' },
    twice: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const [wanted, each] = [Number(values.steps), Number(values.world)];
  const plant = values.plant === undefined ? undefined : PLANTS[Number(values.plant) - 1];
  const began = performance.now();
  const total = new Map<string, number>();
  let [done, worlds] = [0, 0];
  for (let seed = Number(values.seed); done < wanted; seed++) {
    const steps = Math.min(each, wanted - done);
    const run = await simulate({ seed, steps, plant });
    for (const [name, n] of Object.entries(run.tally)) total.set(name, (total.get(name) ?? 0) + n);
    done += run.tally.steps;
    worlds++;
    if (run.violation !== undefined) {
      for (const line of run.trace) process.stdout.write(`  ${line}\n`);
      process.stdout.write(`\nWRONG, seed ${seed}, step ${run.tally.steps}:\n${run.violation}\n`);
      process.stdout.write(`\nreplay: npm run test:simulation -- --seed ${seed} --steps ${steps} --world ${steps}\n`);
      return 1;
    }
    if (values.twice) {
      const again = await simulate({ seed, steps, plant });
      if (again.hash !== run.hash) {
        process.stdout.write(`\nseed ${seed} does not repeat: ${run.hash} and ${again.hash}\n`);
        return 1;
      }
    }
  }
  const seconds = (performance.now() - began) / 1000;
  for (const [name, n] of total) process.stdout.write(`${name.padEnd(18)} ${n}\n`);
  process.stdout.write(
    `${'installations'.padEnd(18)} ${worlds}\n${'steps a second'.padEnd(18)} ${Math.round(done / seconds)}\n${'wrong'.padEnd(18)} 0\n`,
  );
  return 0;
}

if (values.help) process.stdout.write(HELP);
else process.exit(await main());
