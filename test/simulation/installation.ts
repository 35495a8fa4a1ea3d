import { join } from 'node:path';
import type { Ingestor } from '#intake';
import { type RawStore, givenKeyring, openRawStore } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { type Made, Sender } from '../crash/load.js';
import { type DiskMood, diskOf } from './disk-port.js';
import { SimulatedDisk } from './disk.js';
import type { SimulatedEngine } from './engine/port.js';
import { Tables } from './engine/tables.js';
import type { Plant } from './plants.js';
import { type Process, Schedule } from './schedule.js';

/** Of the raw store. */
export const ROOT = '/raw';
export const KEYS = givenKeyring(`simulation:${Buffer.alloc(32, 7).toString('base64')}`);
export const MAX_BYTES = 1 << 20;
export const RECORD_KEY = Buffer.from('a key for the simulation');
/** After every day that the senders report about. */
const BEGIN = Date.UTC(2025, 0, 8);

let loaded: Configuration | undefined;
export const configuration = (): Configuration =>
  (loaded ??= loadConfiguration(join(import.meta.dirname, '../crash/config')));

/** A process with a promise of its death. */
export interface Running extends Process {
  readonly died: Promise<'died'>;
  die(): void;
}

export function running(name: string): Running {
  let die: () => void = () => undefined;
  const died = new Promise<'died'>((resolve) => (die = () => resolve('died')));
  return { name, isAlive: true, died, die };
}

/** Takes submissions and orders in. */
export interface Api {
  readonly process: Running;
  /** Undefined while it starts. */
  store: RawStore | undefined;
}

export interface Worker {
  readonly process: Running;
  /** Undefined while it starts. */
  ingestor: Ingestor | undefined;
}

export interface Tally {
  steps: number;
  crashes: number;
  powerCuts: number;
  outages: number;
  /** Messages of the queue that were lost, and that came twice. */
  messagesLost: number;
  messagesDoubled: number;
  submissions: number;
  orders: number;
  checks: number;
  compared: number;
  reads: number;
}

/** One installation and all that is known about it; a function of the seed and of what was planted. */
export interface Installation {
  readonly schedule: Schedule;
  readonly plant: Plant | undefined;
  readonly disk: SimulatedDisk;
  readonly diskMood: DiskMood;
  readonly engine: SimulatedEngine;
  readonly sender: Sender;
  /** Whoever is no process of ours. */
  readonly outside: Running;
  readonly apis: (Api | undefined)[];
  readonly workers: (Worker | undefined)[];
  /** Each submission has one worker that is responsible; otherwise any takes it, and several may. */
  readonly isPartitioned: boolean;
  readonly reconcileMs: number;
  /** Part of the notices that caches refuse. */
  listenerFails: number;
  isStormy: boolean;
  /** Everything handed over, by what it states and holds. */
  readonly sent: Map<string, Made>;
  readonly receipts: Set<string>;
  /** Revisions that everybody was told of, by dataset. */
  readonly told: Map<string, Set<number>>;
  readonly tally: Tally;
  /** What must not be. */
  readonly wrong: string[];
}

export function freshInstallation(seed: number, plant: Plant | undefined): Installation {
  const schedule = new Schedule(seed, BEGIN);
  const { random } = schedule;
  return {
    schedule,
    plant,
    disk: new SimulatedDisk(ROOT, () => schedule.now),
    diskMood: { failing: 0, lies: plant?.diskLies === true },
    engine: {
      tables: new Tables(random),
      mood: { isUp: true, failing: 0 },
      tally: { lost: 0, late: 0, failed: 0 },
      schedule,
      server: running('server'),
      newestRev: 0,
      landed: () => undefined,
    },
    sender: new Sender(seed + 1),
    outside: running('outside'),
    apis: Array.from({ length: 1 + random.below(2) }, () => undefined),
    workers: Array.from({ length: 1 + random.below(3) }, () => undefined),
    isPartitioned: random.chance(0.4),
    reconcileMs: 500 + random.below(8000),
    listenerFails: 0,
    isStormy: false,
    sent: new Map(),
    receipts: new Set(),
    told: new Map(),
    tally: {
      steps: 0, crashes: 0, powerCuts: 0, outages: 0, messagesLost: 0, messagesDoubled: 0, submissions: 0, orders: 0,
      checks: 0, compared: 0, reads: 0,
    }, // prettier-ignore
    wrong: [],
  };
}

export function storeOf({ disk, schedule, diskMood: mood }: Installation, process: Process): Promise<RawStore> {
  const its = diskOf(process, { disk, schedule, mood });
  return openRawStore({ folder: ROOT, keys: KEYS, maxBytes: MAX_BYTES, disk: its });
}
