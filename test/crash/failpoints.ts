/** Where a process dies. A statement is `underway` when it was sent and has not been answered. */
const STEPS = [
  'drop.claimed',
  'received.spooled',
  'received.synced',
  'received.marked',
  'received.renamed',
  'drop.received',
  'states.read',
  'read.begun',
  'faults.inserted',
  'refused.faults',
  'refused.ledger',
  'unit-days.underway',
  'unit-days.inserted',
  'slots.underway',
  'slots.inserted',
  'closing.underway',
  'closing.inserted',
  'places.underway',
  'places.inserted',
  'rev.allocated',
  'slots.read',
  'rollups.underway',
  'rollups.inserted',
  'notices.published',
  'ledger.underway',
  'ledger.inserted',
  'settled',
] as const;

export type Step = (typeof STEPS)[number];

/** What the worker is told to do, and where. */
export interface Order {
  readonly victim: 'worker' | 'engine';
  readonly step: Step;
  /** It happens at this occurrence of the step, from 1. */
  readonly occurrence: number;
  /** For steps that are underway: milliseconds after the statement was sent. */
  readonly delay: number;
}

const OF_THE_ENGINE: ReadonlySet<string> = new Set([
  'states.read', 'faults.inserted', 'refused.faults', 'unit-days.underway', 'slots.underway', 'slots.inserted', 'closing.underway',
  'closing.inserted', 'places.underway', 'places.inserted', 'rev.allocated', 'slots.read', 'rollups.underway',
  'rollups.inserted', 'ledger.underway', 'ledger.inserted',
] satisfies Step[]); // prettier-ignore

export interface Failpoint {
  readonly name: string;
  readonly victim: Order['victim'];
  readonly step: Step;
}

/** Every step kills the worker; those at which the engine matters kill the engine too. */
export const FAILPOINTS: readonly Failpoint[] = [
  ...STEPS.map((step) => ({ name: step, victim: 'worker' as const, step })),
  ...STEPS.filter((step) => OF_THE_ENGINE.has(step)).map((step) => ({
    name: `engine.${step}`,
    victim: 'engine' as const,
    step,
  })),
];

/** The kind of submission that a step is about. */
export function leadTo(step: Step | undefined): 'any' | 'mover' | 'damaged' | 'units' {
  if (step?.startsWith('places')) return 'mover';
  if (step?.startsWith('refused') || step?.startsWith('faults')) return 'damaged';
  return step?.startsWith('unit-days') || step?.startsWith('closing') ? 'units' : 'any';
}
