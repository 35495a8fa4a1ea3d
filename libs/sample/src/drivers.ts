import { type Day, startOfYear, weekdayOf, yearOf } from '#vocabulary';
import { restOf } from './calendar.js';
import { type CategoryModel, type Driver, DRIVERS } from './categories.js';
import type { SamplePlan } from './model.js';
import { type Random, randomOf } from './random.js';

type Courses = Readonly<Record<Driver, Float64Array>>;

export interface Factors {
  /** A factor a day for each category, in the order of the models: what a county has in common. */
  of(county: string, state: string): readonly Float64Array[];
}

/** Peak (days from 1 January), width in days, height (log) of the yearly course. A wave's height and date vary by season. */
const WAVES: Readonly<Record<Driver, readonly (readonly [peak: number, width: number, height: number])[]>> = {
  flu: [[24, 24, 1.35], [-12, 34, 0.45]],
  cold: [[15, 60, 0.55], [-100, 22, 0.25], [-45, 30, 0.25]],
  gi: [[48, 32, 0.5], [215, 40, 0.12]],
  injury: [[195, 70, 0.26]],
  pollen: [[118, 26, 1.05], [252, 20, 0.55]],
}; // prettier-ignore

/**
 * The courses of counts over the days of a plan: log-linear, nation > state > county, as a wave a season whose height
 * and date vary, plus autocorrelated noise at each level, small local outbreaks, and the outbreak of the plan.
 */
export function factorsOf(plan: SamplePlan, models: readonly CategoryModel[]): Factors {
  const days = plan.today - plan.start + 1;
  const states = new Map<string, Courses>();
  const counties = new Map<string, readonly Float64Array[]>();
  const weekdays = Uint8Array.from({ length: days }, (_, t) => weekdayOf(plan.start + t));
  const rests = Float64Array.from({ length: days }, (_, t) => restOf(plan.start + t));

  const stateCourses = (state: string): Courses => {
    const known = states.get(state);
    if (known) return known;
    const random = randomOf(plan.seed, 'state', state);
    const made = coursesOf((driver) => {
      const course = seasonOf(plan, driver, random);
      addNoise(course, random, 0.9, 0.022);
      return course;
    });
    states.set(state, made);
    return made;
  };

  const make = (county: string, state: string): readonly Float64Array[] => {
    const random = randomOf(plan.seed, 'county', county);
    const above = stateCourses(state);
    const courses = coursesOf((driver) => {
      const course = above[driver].slice();
      addNoise(course, random, 0.9, 0.03);
      for (let flares = random.poisson((0.25 * days) / 365); flares > 0; flares--) {
        addWave(course, {
          peak: random.below(days),
          rise: 4 + random.unit() * 4,
          fall: 6 + random.unit() * 10,
          height: 0.2 + random.unit() * 0.5,
        });
      }
      if (driver === 'gi' && plan.outbreak.counties.includes(county)) {
        const { from, peak, to } = plan.outbreak;
        addWave(course, { peak: peak - plan.start, rise: (peak - from) / 2.5, fall: (to - peak) / 2.5, height: 1.45 });
      }
      return course;
    });
    return models.map(({ weights, weekday, rest }) => {
      const factor = new Float64Array(days);
      for (let t = 0; t < days; t++) factor[t] = weekday[weekdays[t]!]! - rest * rests[t]!;
      for (const driver of DRIVERS) {
        const weight = weights[driver] ?? 0;
        const course = courses[driver];
        if (weight !== 0) for (let t = 0; t < days; t++) factor[t]! += weight * course[t]!;
      }
      for (let t = 0; t < days; t++) factor[t] = Math.exp(factor[t]!);
      return factor;
    });
  };

  return {
    of: (county, state) => {
      const known = counties.get(county) ?? make(county, state);
      counties.set(county, known);
      return known;
    },
  };
}

const coursesOf = (make: (driver: Driver) => Float64Array): Courses => ({
  flu: make('flu'),
  cold: make('cold'),
  gi: make('gi'),
  injury: make('injury'),
  pollen: make('pollen'),
});

/** The seasons of one state: those of the nation, a little earlier or later, higher or lower. */
function seasonOf(plan: SamplePlan, driver: Driver, state: Random): Float64Array {
  const course = new Float64Array(plan.today - plan.start + 1);
  const shift = state.normal() * 5;
  const strength = Math.exp(state.normal() * 0.12);
  for (let year = yearOf(plan.start) - 1; year <= yearOf(plan.today) + 1; year++) {
    WAVES[driver].forEach(([peak, width, height], wave) => {
      const nation = randomOf(plan.seed, 'wave', driver, year, wave);
      const day: Day = startOfYear(year) + peak + nation.normal() * 7 + shift + state.normal() * 2;
      addWave(course, {
        peak: day - plan.start,
        rise: width * 0.85,
        fall: width * 1.15,
        height: height * Math.exp(nation.normal() * 0.16) * strength,
      });
    });
  }
  return course;
}

interface Wave {
  /** Days from the start; may lie outside. */
  readonly peak: number;
  /** Standard deviations before and after the peak, in days. */
  readonly rise: number;
  readonly fall: number;
  readonly height: number;
}

function addWave(course: Float64Array, { peak, rise, fall, height }: Wave): void {
  const from = Math.max(0, Math.ceil(peak - 4 * rise));
  const to = Math.min(course.length - 1, Math.floor(peak + 4 * fall));
  for (let t = from; t <= to; t++) {
    const z = (t - peak) / (t < peak ? rise : fall);
    course[t]! += height * Math.exp(-0.5 * z * z);
  }
}

/** Stationary noise of first order: x(t) = φ x(t − 1) + σ z. */
function addNoise(course: Float64Array, random: Random, phi: number, sigma: number): void {
  let x = (random.normal() * sigma) / Math.sqrt(1 - phi * phi);
  for (let t = 0; t < course.length; t++) {
    course[t]! += x;
    x = phi * x + sigma * random.normal();
  }
}
