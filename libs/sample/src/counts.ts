import { datasetOf, MODELS } from './categories.js';
import { type Factors, factorsOf } from './drivers.js';
import { MISSING, SUPPRESSED, UNSTATED } from './cell-values.js';
import type { Job, SampleFacility, SamplePlan } from './model.js';
import { type Random, randomOf } from './random.js';

/** Cells of a facility, day by day: `counts[t * cells + cell]`; see `CELLS` for their order. */
export type CountsOf = (facility: SampleFacility) => Uint16Array;

/** Share of a category's sales that are promoted while a promotion runs, and how it lifts the sum. */
const PROMOTED = 0.58;
const LIFT = 1.45;
const PROMOTION_WEEKS = 0.2;

/**
 * The counts of the facilities of each job of a plan. A facility's counts depend on the seed, its place, its sender and
 * its id alone; what counties have in common is kept between jobs.
 */
export function countsOf(plan: SamplePlan): (job: Job) => CountsOf {
  const ofSales = factorsOf(plan, MODELS['otc-sales']);
  const ofVisits = factorsOf(plan, MODELS['ed-visits']);
  return ({ sender, feed }) => {
    const dataset = datasetOf(feed);
    const stream = (facility: SampleFacility): Random => randomOf(plan.seed, 'counts', dataset, facility.id);
    if (dataset === 'hospital-beds') return (facility) => bedsOf(facility, ofVisits, stream(facility));
    if (dataset === 'ed-visits') return (facility) => visitsOf(facility, ofVisits, stream(facility));
    const promotions = sender.knowsPromotion ? promotionsOf(plan, sender.id) : undefined;
    return (facility) => salesOf({ facility, factors: ofSales, promotions, random: stream(facility) });
  };
}

function visitsOf(facility: SampleFacility, factors: Factors, random: Random): Uint16Array {
  const models = MODELS['ed-visits'];
  const courses = factors.of(facility.county, facility.state);
  const days = courses[0]!.length;
  const urgent = facility.kind === 'urgent';
  const means = models.map(({ mean }) => mean * facility.size * (urgent ? 0.34 : 1) * Math.exp(random.normal() * 0.25));
  const admitted = models.map((model) => (urgent ? 0 : (model.admitted ?? 0)));
  const width = models.length * 2;
  const counts = new Uint16Array(days * width);
  for (let t = 0, at = 0; t < days; t++) {
    const busy = dayEffect(random);
    for (let c = 0; c < models.length; c++) {
      const mean = means[c]! * courses[c]![t]! * busy;
      const share = admitted[c]!;
      counts[at++] = random.poisson(mean * (1 - share));
      counts[at++] = share === 0 ? 0 : random.poisson(mean * share);
    }
  }
  return counts;
}

interface Sales {
  readonly facility: SampleFacility;
  readonly factors: Factors;
  readonly promotions: Uint8Array | undefined;
  readonly random: Random;
}

/** Sold units by category and flag Y, N, U: a Poisson count split at random is two independent Poisson counts. */
function salesOf({ facility, factors, promotions, random }: Sales): Uint16Array {
  const models = MODELS['otc-sales'];
  const courses = factors.of(facility.county, facility.state);
  const days = courses[0]!.length;
  const means = models.map(({ mean }) => mean * facility.size * Math.exp(random.normal() * 0.2));
  const width = models.length * 3;
  const counts = new Uint16Array(days * width);
  for (let t = 0; t < days; t++) {
    const busy = dayEffect(random);
    for (let c = 0, at = t * width; c < models.length; c++, at += 3) {
      const mean = means[c]! * courses[c]![t]! * busy;
      if (!promotions) counts[at + 2] = random.poisson(mean);
      else if (promotions[t * models.length + c] === 0) counts[at + 1] = random.poisson(mean);
      else {
        counts[at] = random.poisson(mean * LIFT * PROMOTED);
        counts[at + 1] = random.poisson(mean * LIFT * (1 - PROMOTED));
      }
    }
  }
  return counts;
}

/** Overdispersion that all categories of a facility share on a day: weather, staff, a broken till. Mean 1. */
const dayEffect = (random: Random): number => Math.max(0.3, 1 + 0.11 * random.normal());

/** 1 where a chain promotes a category; promotions run from Sunday to Saturday. */
function promotionsOf(plan: SamplePlan, sender: string): Uint8Array {
  const categories = MODELS['otc-sales'].length;
  const days = plan.today - plan.start + 1;
  const running = new Uint8Array(days * categories);
  // Epoch day 3 was a Sunday, so this numbers the weeks that begin on Sundays.
  for (let t = 0; t < days; t++) {
    const week = Math.floor((plan.start + t - 3) / 7);
    const random = randomOf(plan.seed, 'promotion', sender, week);
    for (let c = 0; c < categories; c++) running[t * categories + c] = random.unit() < PROMOTION_WEEKS ? 1 : 0;
  }
  return running;
}

/** Below this many staffed intensive care beds a hospital's occupied ones are suppressed by the sender. */
const SUPPRESSED_BELOW = 8;

/** Occupancy follows the respiratory season of the county. */
function bedsOf(facility: SampleFacility, factors: Factors, random: Random): Uint16Array {
  const flu = factors.of(facility.county, facility.state)[0]!;
  const days = flu.length;
  const beds = Math.max(18, Math.round(150 * facility.size * Math.exp(random.normal() * 0.2)));
  const critical = Math.max(4, Math.round(beds * (0.09 + 0.05 * random.unit())));
  const children = beds > 160 ? Math.round(beds * 0.09) : 0;
  const counts = new Uint16Array(days * 6);
  let wing = 0;
  let level = random.normal() * 0.1;
  for (let t = 0, at = 0; t < days; t++, at += 6) {
    if (random.unit() < 0.01) wing = Math.round(beds * 0.06 * random.normal());
    level = 0.93 * level + 0.035 * random.normal();
    const staffed = Math.max(12, beds + wing);
    const load = 0.9 + 0.13 * Math.log(flu[t]!) + level;
    const full = (share: number, of: number): number =>
      Math.min(of, Math.max(0, Math.round(of * share + Math.sqrt(of * 0.12) * random.normal())));
    counts[at] = staffed;
    counts[at + 1] = children === 0 ? UNSTATED : children;
    counts[at + 2] = full(0.72 * load, staffed);
    counts[at + 3] = children === 0 ? UNSTATED : full(0.6 * load, children);
    counts[at + 4] = critical;
    counts[at + 5] = critical < SUPPRESSED_BELOW ? SUPPRESSED : full(0.7 * load, critical);
    if (random.unit() < 0.01) counts[at + 2 + random.below(2) * 2] = MISSING;
  }
  return counts;
}
