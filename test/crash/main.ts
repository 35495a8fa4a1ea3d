import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FAILPOINTS, type Failpoint, leadTo } from './failpoints.js';
import { type Truth, type Verdict, freshTruth, judgeAfter, judgeBefore, remember } from './judge.js';
import { type Made, Sender } from './load.js';
import type { FromWorker } from './messages.js';
import { ObjectReader, type Observed, type Warehouse, observe, warehouseAt } from './observe.js';
import { type RunningWorker, openProcesses } from './processes.js';
import { type Random, seeded } from './random.js';

const HELP = `Usage: npm run test:crash -- [options]

Kills the ingest worker and the engine with SIGKILL, at named points and at random moments, while submissions of every
kind come in; compares everything on disk with an independent model at each restart, before and after the replay.

  --kills N       how many (default 1000)
  --seed S        of load and moments (default 1)
  --only NAME     this failpoint alone; names are listed in the summary
  --fresh N       a new data folder after so many kills (default 100)
  --keep          keep the last data folder
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    fresh: { type: 'string', default: '100' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const CONFIG = join(import.meta.dirname, 'config');
/** A statement that a killed worker has sent may end after it: what is seen in between has to last this long. */
const LASTING_MS = 200;
const TIMEOUT_MS = 60_000;

type Moment = { readonly failpoint: Failpoint } | { readonly random: 'worker' | 'engine' | 'both' };

const tally = { kills: 0, atRandom: 0, notReached: 0, inReplay: 0, restarts: 0, compared: 0, wrong: 0, ended: 0 };
const hits = new Map<string, number>(FAILPOINTS.map(({ name }) => [name, 0]));
const logged: string[] = [];

/** Fails loudly rather than waiting for ever. */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${what} took more than ${TIMEOUT_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([work, late]).finally(() => timer.abort());
}

class Crashes {
  #folder = '';
  #truth: Truth = freshTruth();
  #objects = new ObjectReader('');
  #warehouse: Warehouse = warehouseAt('');
  #url = '';
  #worker!: RunningWorker;
  #reached: string | undefined;
  #dropped = 0;

  constructor(
    private readonly processes: Awaited<ReturnType<typeof openProcesses>>,
    private readonly random: Random,
    private readonly sender: Sender,
  ) {}

  get folder(): string {
    return this.#folder;
  }

  async fresh(): Promise<void> {
    await this.close();
    this.#folder = mkdtempSync(join(tmpdir(), 'bellwether-crash-'));
    this.#truth = freshTruth();
    this.#objects = new ObjectReader(join(this.#folder, 'raw'));
    this.#url = await this.processes.startEngine(join(this.#folder, 'engine'));
    this.#warehouse = warehouseAt(this.#url);
    await this.#startWorker(undefined);
  }

  async close(keep = false): Promise<void> {
    if (this.#folder === '') return;
    await this.#worker.kill();
    await this.processes.killEngine();
    if (!keep) rmSync(this.#folder, { recursive: true, force: true });
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'receipt') this.#truth.receipts.add(message.submission);
    if (message.kind === 'at') this.#reached = message.step;
    if (message.kind === 'log') logged.push(message.line);
    if (message.kind === 'notice') {
      const known = this.#truth.notices.get(message.dataset) ?? 0;
      this.#truth.notices.set(message.dataset, Math.max(known, message.rev));
    }
  }

  /** With a failpoint, the worker may not come to `started`. */
  async #startWorker(failpoint: Failpoint | undefined): Promise<void> {
    this.#worker = this.processes.startWorker((message) => this.#hear(message));
    if (failpoint) this.#order(failpoint);
    this.#worker.send({ kind: 'start', data: this.#folder, config: CONFIG, url: this.#url });
    if (failpoint) return;
    const came = await within('the start of a worker', this.#worker.next('started'));
    if (came === 'exit') throw new Error('a worker does not start');
  }

  #order({ victim, step }: Failpoint): void {
    this.#reached = undefined;
    const occurrence = 1 + (this.random.chance(0.75) ? 0 : this.random.below(3));
    const delay = this.random.below(6);
    this.#worker.send({ kind: 'order', order: { victim, step, occurrence, delay } });
  }

  #observe(): Promise<Observed> {
    return within(
      'an observation',
      observe({ warehouse: this.#warehouse, objects: this.#objects, raw: join(this.#folder, 'raw') }),
    );
  }

  #give(made: Made, byDrop: boolean): void {
    if (!this.#truth.sent.has(made.identity)) this.#truth.sent.set(made.identity, made);
    const { feed, name, content } = made;
    if (!byDrop) return this.#worker.send({ kind: 'put', feed, name, content: content.toString('base64') });
    // Folders of their own: two files of the same name must not replace each other before they are taken.
    const folder = join(this.#folder, 'inbox', feed, `${++this.#dropped}`);
    mkdirSync(folder, { recursive: true });
    const beside = join(this.#folder, 'inbox', '.being-written.part');
    writeFileSync(beside, content);
    renameSync(beside, join(folder, name));
  }

  async #compare(what: string, judge: (seen: Observed, truth: Truth) => Verdict): Promise<void> {
    let seen = await this.#observe();
    let verdict = judge(seen, this.#truth);
    for (let again = 0; judge === judgeBefore && verdict.wrong.length > 0 && again < 3; again++) {
      await pause(LASTING_MS);
      seen = await this.#observe();
      verdict = judge(seen, this.#truth);
    }
    remember(seen, this.#truth);
    tally.compared += verdict.compared;
    if (judge === judgeBefore) tally.restarts++;
    if (verdict.wrong.length === 0) return;
    tally.wrong += verdict.wrong.length;
    process.stdout.write(`\nWRONG ${what}, kill ${tally.kills}: ${verdict.wrong.length}\n`);
    for (const line of verdict.wrong.slice(0, 20)) process.stdout.write(`  ${line}\n`);
    for (const line of logged.slice(-5)) process.stdout.write(`  log: ${line.slice(0, 1000)}\n`);
  }

  /** Load, a kill, a comparison, a replay, a comparison. */
  async kill(moment: Moment): Promise<void> {
    const failpoint = 'failpoint' in moment ? moment.failpoint : undefined;
    const isDropped = failpoint?.step.startsWith('drop.') === true;
    // A worker that dies again while it replays finds what the one before left behind.
    const isReplay = failpoint?.victim === 'worker' && this.random.chance(0.15) && !isDropped;
    if (failpoint && !isReplay) this.#order(failpoint);
    const files = this.sender.round(leadTo(failpoint?.step));
    for (const [i, made] of files.entries()) this.#give(made, i < 2 && (isDropped || this.random.chance(0.05)));
    const name = failpoint?.name ?? ('random' in moment ? moment.random : '');
    if (isReplay) await this.#dieTwice(failpoint);
    else if (failpoint) await this.#dieAt(failpoint);
    else if ('random' in moment) {
      await pause(this.random.below(350));
      await this.#die(moment.random);
      tally.atRandom++;
    }
    this.#worker.send({ kind: 'quiesce' });
    if ((await within('the replay', this.#worker.next('idle'))) === 'exit') return this.#ended(name);
    await this.#compare(`after the replay (${name})`, judgeAfter);
  }

  /** A worker that gives up is started again by the launcher; it counts, for it should not. */
  async #ended(name: string): Promise<void> {
    tally.ended++;
    process.stdout.write(`a worker ended by itself (${name})\n`);
    await this.#startWorker(undefined);
    this.#worker.send({ kind: 'quiesce' });
    await within('the replay', this.#worker.next('idle'));
    await this.#compare(`after a worker ended by itself (${name})`, judgeAfter);
  }

  async #dieAt(failpoint: Failpoint): Promise<void> {
    this.#worker.send({ kind: 'quiesce' });
    await within(`the way to ${failpoint.name}`, this.#worker.next('at', 'idle'));
    if (this.#reached === undefined) {
      tally.notReached++;
      return this.#die(failpoint.victim);
    }
    hits.set(failpoint.name, hits.get(failpoint.name)! + 1);
    await this.#die(failpoint.victim);
  }

  async #dieTwice(failpoint: Failpoint): Promise<void> {
    await pause(this.random.below(60));
    await this.#worker.kill();
    tally.kills++;
    tally.atRandom++;
    await this.#compare(`before the replay that is killed (${failpoint.name})`, judgeBefore);
    await this.#startWorker(failpoint);
    this.#worker.send({ kind: 'quiesce' });
    await within(`the way to ${failpoint.name}`, this.#worker.next('at', 'idle'));
    if (this.#reached === undefined) tally.notReached++;
    else {
      tally.inReplay++;
      hits.set(failpoint.name, hits.get(failpoint.name)! + 1);
    }
    await this.#die('worker');
  }

  async #die(victim: 'worker' | 'engine' | 'both'): Promise<void> {
    tally.kills++;
    if (victim === 'engine') this.#worker.pause();
    else await this.#worker.kill();
    if (victim !== 'worker') {
      await this.processes.killEngine();
      await this.processes.startEngine(join(this.#folder, 'engine'));
    }
    await this.#compare('at the restart', judgeBefore);
    if (victim !== 'engine') return this.#startWorker(undefined);
    this.#worker.send({ kind: 'order', order: undefined });
    this.#worker.continue();
    this.#worker.send({ kind: 'continue' });
  }
}

function nextMoment(random: Random): Moment {
  const only = FAILPOINTS.find(({ name }) => name === values.only);
  if (only) return { failpoint: only };
  if (random.chance(0.2)) return { random: random.of(['worker', 'worker', 'worker', 'engine', 'both'] as const) };
  const least = Math.min(...hits.values());
  const rare = FAILPOINTS.filter(({ name }) => hits.get(name) === least);
  return { failpoint: random.of(random.chance(0.7) ? rare : FAILPOINTS) };
}

async function main(): Promise<number> {
  const wanted = Number(values.kills);
  const random = seeded(Number(values.seed));
  const processes = await openProcesses();
  const crashes = new Crashes(processes, random, new Sender(Number(values.seed) + 1));
  const began = performance.now();
  try {
    let nextFolder = 0;
    while (tally.kills < wanted && tally.wrong === 0) {
      if (tally.kills >= nextFolder) {
        await crashes.fresh();
        nextFolder = tally.kills + Number(values.fresh);
      }
      await crashes.kill(nextMoment(random));
      if (tally.kills % 50 === 0) process.stderr.write(`${tally.kills} kills\n`);
    }
  } finally {
    const keep = values.keep || tally.wrong > 0;
    await crashes.close(keep);
    if (keep) process.stdout.write(`kept ${crashes.folder}\n`);
    await processes.stop();
  }
  const seconds = (performance.now() - began) / 1000;
  const unhit = [...hits].filter(([, n]) => n === 0).map(([name]) => name);
  for (const [name, n] of hits) process.stdout.write(`  ${name.padEnd(30)} ${n}\n`);
  process.stdout.write(
    [
      `\nkills               ${tally.kills} (${(tally.kills / seconds).toFixed(1)} a second)`,
      `  at random moments ${tally.atRandom}`,
      `  at rest           ${tally.notReached} (the load did not lead to the failpoint)`,
      `  during a replay   ${tally.inReplay}`,
      `failpoints hit      ${hits.size - unhit.length} of ${hits.size}`,
      `restarts compared   ${tally.restarts}`,
      `workers that ended  ${tally.ended}`,
      `keys compared       ${tally.compared}`,
      `wrong               ${tally.wrong}\n`,
    ].join('\n'),
  );
  const mustHitAll = values.only === undefined && wanted >= 3 * hits.size;
  if (mustHitAll && unhit.length > 0) process.stdout.write(`never hit: ${unhit.join(', ')}\n`);
  return tally.wrong > 0 || (mustHitAll && unhit.length > 0) ? 1 : 0;
}

if (values.help) process.stdout.write(HELP);
else process.exit(await main());
