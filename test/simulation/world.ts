import { join } from 'node:path';
import { gives, reads, sends } from './actors.js';
import type { Cells } from './engine/row-binary-reader.js';
import {
  type Api,
  type Installation,
  ROOT,
  type Tally,
  type Worker,
  freshInstallation,
  running,
} from './installation.js';
import { type Observed, type Verdict, judgeAtRest, judgeLevels, judgeMidway } from './judge.js';
import { Observer } from './observe.js';
import type { Plant } from './plants.js';
import { startApi, startWorker } from './processes.js';

/** Steps of a round with faults, before everything comes to rest. */
const STORM_STEPS = 3000;
/** By then everything has come to rest, or never will. */
const REST_STEPS = 60_000;
const MOST_LINES = 12;

/** What must hold did not. */
export class Violation extends Error {}

export interface Run {
  readonly tally: Tally & Installation['engine']['tally'];
  readonly hash: string;
  /** Undefined: everything held. */
  readonly violation: string | undefined;
  readonly trace: readonly string[];
}

/** Rounds of storm and rest in one installation, until so many steps are done or something is wrong. */
export async function simulate(options: { seed: number; steps: number; plant?: Plant | undefined }): Promise<Run> {
  const world = new World(freshInstallation(options.seed, options.plant));
  // What asks for the time or for chance behind our back would make runs differ: it gets ours.
  const { now } = Date;
  const { random } = Math;
  Date.now = () => world.schedule.now;
  Math.random = () => {
    throw new Error('chance that does not come from the seed');
  };
  let violation: string | undefined;
  try {
    await world.run(options.steps);
  } catch (error) {
    violation = error instanceof Violation ? error.message : `the simulation failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`; // prettier-ignore
  } finally {
    Date.now = now;
    Math.random = random;
  }
  const { schedule } = world;
  return { tally: world.tally(), hash: schedule.hash, violation, trace: schedule.trace() };
}

class World {
  readonly #observer: Observer;
  #underway = 0;

  constructor(private readonly installation: Installation) {
    this.#observer = new Observer(installation);
    installation.engine.landed = (table, rows) => this.#landed(table, rows);
  }

  get schedule(): Installation['schedule'] {
    return this.installation.schedule;
  }

  tally(): Run['tally'] {
    const { tally, engine } = this.installation;
    return { ...tally, ...engine.tally, steps: this.schedule.steps };
  }

  async run(steps: number): Promise<void> {
    while (this.schedule.steps < steps) {
      await this.#storm(Math.min(STORM_STEPS, Math.max(500, steps - this.schedule.steps)));
      await this.#rest();
    }
  }

  async #storm(steps: number): Promise<void> {
    const { installation } = this;
    const { random } = this.schedule;
    installation.isStormy = true;
    installation.engine.mood.failing = random.of([0, 0.01, 0.04]);
    installation.diskMood.failing = random.of([0, 0, 0.01]);
    installation.listenerFails = random.of([0, 0.1, 0.5]);
    const striking = random.of([0.001, 0.004, 0.01]);
    for (let senders = 1 + random.below(3); senders > 0; senders--) this.#begin(sends(installation));
    this.#begin(gives(installation));
    this.#begin(reads(installation));
    for (let i = 0; i < steps; i++) {
      this.#startMissing(0.02);
      if (random.chance(striking)) await this.#strike();
      await this.#step();
    }
  }

  async #rest(): Promise<void> {
    const { installation } = this;
    installation.isStormy = false;
    installation.engine.mood.failing = 0;
    installation.diskMood.failing = 0;
    installation.listenerFails = 0;
    for (let i = 0; i % 16 !== 0 || !this.#isAtRest(); i++) {
      this.#startMissing(1);
      await this.#step();
      if (i > REST_STEPS)
        throw new Violation(`it does not come to rest: ${this.#underway} actors, ${this.#pending()} pending`);
    }
    if (this.schedule.random.chance(0.5)) installation.engine.tables.merge();
    await this.#judge('at rest', judgeAtRest);
    this.#judgeLevels('at rest');
  }

  #pending(): number {
    const { disk } = this.installation;
    const marked = disk.isFolder(join(ROOT, 'pending')) ? disk.names(join(ROOT, 'pending')) : [];
    // A mark without its object is a receipt that was never given.
    return marked.filter((name) => disk.has(join(ROOT, 'objects', name.slice(0, 2), name))).length;
  }

  #isAtRest(): boolean {
    const { engine, workers, apis } = this.installation;
    return (
      this.#underway === 0 &&
      engine.mood.isUp &&
      apis.every((api) => api?.store !== undefined) &&
      workers.every((worker) => worker?.ingestor?.depth() === 0) &&
      this.#pending() === 0 &&
      !this.schedule.isBusy(engine.server)
    );
  }

  async #step(): Promise<void> {
    await this.schedule.step();
    const { wrong } = this.installation;
    if (wrong.length > 0) throw new Violation(wrong.slice(0, MOST_LINES).join('\n'));
  }

  /** Someone outside who is at it for a while; rest waits for them. */
  #begin(work: Promise<void>): void {
    this.#underway++;
    work.then(
      () => this.#underway--,
      (error: unknown) => this.installation.wrong.push(`someone outside failed: ${String(error)}`),
    );
  }

  #startMissing(chance: number): void {
    const { workers, apis, schedule } = this.installation;
    const begin = (list: (Worker | Api | undefined)[], starts: typeof startApi): void => {
      for (const [at, one] of list.entries()) {
        if (one !== undefined || !schedule.random.chance(chance)) continue;
        // One that cannot start ends, and is started again.
        starts(this.installation, at).catch(() => this.#kill(list[at]));
      }
    };
    begin(workers, startWorker);
    begin(apis, startApi);
  }

  async #strike(): Promise<void> {
    const { random } = this.schedule;
    const { workers, apis, engine } = this.installation;
    const kind = random.below(20);
    if (kind < 10) this.#kill(random.of(workers));
    else if (kind < 12) this.#kill(random.of(apis));
    else if (kind < 14) this.#cutPower();
    else if (kind < 18) this.#stopEngine();
    else {
      this.schedule.note('parts are merged');
      engine.tables.merge();
    }
    if (random.chance(0.4)) await this.#judge('midway', judgeMidway);
  }

  #kill(victim: Worker | Api | undefined): void {
    if (!victim) return;
    const { tally, workers, apis } = this.installation;
    const { process } = victim;
    this.schedule.note(`${process.name} is killed`);
    tally.crashes++;
    this.schedule.kill(process);
    process.die();
    for (const list of [workers, apis])
      for (const [at, one] of list.entries()) if (one === victim) list[at] = undefined;
  }

  /** Everything on the machine dies, and the disk forgets what was not synced. What the engine answered is safe. */
  #cutPower(): void {
    const { tally, workers, apis, disk } = this.installation;
    this.schedule.note('the power is cut');
    tally.powerCuts++;
    for (const process of [...workers, ...apis]) this.#kill(process);
    this.#killServer();
    disk.cutPower(this.schedule.random);
    this.#observer.forget();
  }

  /** With the statements it had not come to. */
  #killServer(): void {
    const { engine } = this.installation;
    this.schedule.kill(engine.server);
    engine.server = running('server');
  }

  #stopEngine(): void {
    const { engine, tally } = this.installation;
    if (!engine.mood.isUp) return;
    this.schedule.note('the engine is killed');
    tally.outages++;
    engine.mood.isUp = false;
    this.#killServer();
    const delay = 1 + this.schedule.random.below(3000);
    this.schedule.plan({ label: 'the engine is back', delay, act: () => void (engine.mood.isUp = true) });
  }

  /** Who sees the ledger say `loaded` is never shown what was before: so all of that is there when it says so. */
  #landed(table: string, rows: readonly Cells[]): void {
    if (table !== 'ledger') return;
    const { wrong, told } = this.installation;
    for (const row of rows) {
      const rev = row.number('rev');
      if (rev > 0 && ![...told.values()].some((revs) => revs.has(rev)))
        wrong.push(`the ledger says ${row.text('state')} of ${row.text('name')} as of ${rev}, and nobody was told`);
    }
  }

  async #judge(when: string, judge: (observed: Observed) => Verdict): Promise<void> {
    const { tally } = this.installation;
    const { compared, wrong } = judge(await this.#observer.look());
    tally.checks++;
    tally.compared += compared;
    if (wrong.length > 0)
      throw new Violation([`${when}: ${wrong.length} wrong`, ...wrong.slice(0, MOST_LINES)].join('\n'));
  }

  #judgeLevels(when: string): void {
    const wrong = judgeLevels(this.installation.engine.tables);
    if (wrong.length > 0) throw new Violation([`levels ${when}`, ...wrong.slice(0, MOST_LINES)].join('\n'));
  }
}
