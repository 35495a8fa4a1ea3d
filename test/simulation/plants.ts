import type { Change } from '#intake';
import type { RawStore } from '#raw-store';
import type { Engine } from '#warehouse';
import type { Schedule } from './schedule.js';

/** A mistake, put between the product and its ports: the simulation must find it. */
export interface Plant {
  readonly name: string;
  /** Nothing that is synced is safe. */
  readonly diskLies?: boolean;
  /** Of each worker. */
  engine?(engine: Engine, schedule: Schedule): Engine;
  store?(store: RawStore): RawStore;
  changed?(told: (change: Change) => Promise<void>): (change: Change) => Promise<void>;
}
