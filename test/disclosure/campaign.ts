import { type Audit, type Auditor } from '#disclosure';
import type { PrivacyRule } from '#privacy';
import { seeded } from '../crash/random.js';
import type { Publisher } from './publishers.js';
import { firstReports, makeWorld, revise } from './world.js';

export interface Campaign {
  readonly seed: number;
  /** Made-up days, each with its own country. */
  readonly releases: number;
  readonly revisions: number;
  readonly rule: PrivacyRule;
  readonly publisher: (rule: PrivacyRule) => Publisher;
}

/** Sums over the audits of a campaign. */
export interface Totals {
  days: number;
  cells: number;
  hidden: number;
  sought: number;
  solved: number;
  narrowest: number;
  derivable: number;
  wrong: number;
  /** Days on which something can be derived. */
  derivableDays: number;
  /** Something wrong of each of the first days that have anything. */
  readonly first: string[];
}

/** Plays days through all their revisions, and audits all that was shown of each. */
export function play(auditor: Auditor, campaign: Campaign, told: (totals: Totals) => void = () => undefined): Totals {
  const { seed, releases, revisions, rule, publisher } = campaign;
  const totals: Totals = {
    days: 0, cells: 0, hidden: 0, sought: 0, solved: 0, narrowest: Infinity, derivable: 0, wrong: 0, derivableDays: 0, first: [],
  }; // prettier-ignore
  for (let day = 0; day < releases; day++) {
    const audit = auditor.audit(observe({ seed: seed + day, revisions, rule, publisher }), rule.protection);
    add(totals, audit, seed + day);
    told(totals);
  }
  return totals;
}

function observe({ seed, revisions, rule, publisher }: Omit<Campaign, 'releases'>) {
  const chance = seeded(seed);
  const world = makeWorld(chance);
  const shown = publisher(rule);
  firstReports(world, chance);
  shown.publish(world);
  for (let revision = 1; revision < revisions; revision++) {
    revise(world, chance);
    shown.publish(world);
  }
  return shown.observed();
}

function add(totals: Totals, audit: Audit, seed: number): void {
  totals.days++;
  totals.cells += audit.cells;
  totals.hidden += audit.hidden;
  totals.sought += audit.sought;
  totals.solved += audit.solved;
  totals.narrowest = Math.min(totals.narrowest, audit.narrowest);
  totals.derivable += audit.derivable.length;
  totals.wrong += audit.wrong.length;
  if (audit.derivable.length > 0) totals.derivableDays++;
  const found = [...audit.derivable.map(({ cell, low, high }) => `${cell}: ${low} to ${high}`), ...audit.wrong];
  if (found.length > 0 && totals.first.length < 10) totals.first.push(`seed ${seed}: ${found[0]!}`);
}
