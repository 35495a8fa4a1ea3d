import { type Day, weekdayOf } from '#vocabulary';
import { datasetOf, type SampleDataset } from './categories.js';
import { DAILY_DAYS, type Job, type SamplePlan, WINDOW_DAYS } from './model.js';
import { type Random, randomOf } from './random.js';

/** How a facility's report of a day reaches the receiver. */
export const REPORT = { never: 0, regular: 1, late: 2 } as const;

export interface Reporting {
  /** A {@link REPORT} a day for each facility of the job. */
  readonly states: readonly Uint8Array[];
  /** Hours after the end of the day (clock of New York) when the report is ready; drawn anew by each call. */
  delay(member: number, day: Day): number;
}

type Curve = readonly (readonly [share: number, hours: number])[];

/** Hours after the end of the reporting day by which this share has come. Retail: as in the NRDM paper (2005). */
const DELAYS: Readonly<Record<SampleDataset, Curve>> = {
  'otc-sales': [[0, 2], [0.1, 4], [0.6, 8], [0.8, 10], [0.9, 13], [0.98, 24], [1, 66]],
  'ed-visits': [[0, 0.5], [0.3, 3], [0.75, 7], [0.92, 12], [0.985, 24], [1, 60]],
  'hospital-beds': [[0, 5], [0.5, 8.5], [0.8, 11], [0.93, 14], [0.985, 24], [1, 60]],
}; // prettier-ignore

const NEVER_SENT = 0.011;
const LATE = 0.05;
/** Share of days on which a sender has late reports at all. */
const LATE_DAYS = 0.2;

/** Who reports when: openings, closures, days that are never sent, outages of facilities and senders, late reports. */
export function reportingOf(plan: SamplePlan, { sender, feed, facilities }: Job): Reporting {
  const days = plan.today - plan.start + 1;
  const random = randomOf(plan.seed, 'reporting', sender.id, feed);
  const down = new Uint8Array(days);
  for (let outages = random.poisson((0.5 * days) / 365); outages > 0; outages--) down[random.below(days)] = 1;
  const lateFrom = days - WINDOW_DAYS - DAILY_DAYS - 1;
  const lateTo = days - WINDOW_DAYS - 2;
  const hasLate = Uint8Array.from({ length: days }, (_, t) =>
    t >= lateFrom && t <= lateTo && random.unit() < LATE_DAYS ? 1 : 0,
  );
  const states = facilities.map(({ id, opens, closes }) => {
    const own = randomOf(plan.seed, 'reports', feed, id);
    const state = new Uint8Array(days);
    for (let t = Math.max(0, opens - plan.start); t <= Math.min(days - 1, closes - plan.start); t++) {
      if (down[t] === 1 || own.unit() < NEVER_SENT) continue;
      state[t] = hasLate[t] === 1 && own.unit() < LATE ? REPORT.late : REPORT.regular;
    }
    for (let outages = own.poisson((0.25 * days) / 365); outages > 0; outages--) {
      const from = own.below(days);
      state.fill(REPORT.never, from, from + 3 + own.below(10));
    }
    return state;
  });
  const curve = DELAYS[datasetOf(feed)];
  const delays = randomOf(plan.seed, 'delays', sender.id, feed);
  return {
    states,
    delay: (member, day) => {
      const westward = Math.min(5, Math.max(0, (-75 - facilities[member]!.lon) / 15));
      const onSunday = weekdayOf(day) === 6 ? 3 : 0;
      return delayAt(curve, delays) + 0.6 * westward + onSunday;
    },
  };
}

function delayAt(curve: Curve, random: Random): number {
  const share = random.unit();
  const above = Math.max(
    1,
    curve.findIndex(([to]) => share <= to),
  );
  const [low, from] = curve[above - 1]!;
  const [high, to] = curve[above]!;
  return from + ((share - low) / (high - low)) * (to - from);
}
