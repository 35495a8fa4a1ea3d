import { BellwetherError, type Day, type Region, weekdayOf } from '#vocabulary';
import { arrivalsByHour, latenessOf, midnightOf, type PastArrival, wallMinutes } from '#completeness';
import { arrivalsOfDays } from '#warehouse';
import type { Dataset } from '#registry';
import { type Directory, type KnownFacility, takesPart } from '../directory.js';
import { type Sources, checkRegions, datasetOf } from '../sources.js';
import type {
  LateAnswer,
  LateQuestion,
  TimelinessAnswer,
  TimelinessQuestion,
  UsualAnswer,
  UsualQuestion,
} from './questions.js';
import { WEEKS } from './same-weekday.js';

const HOUR = 3_600_000;
const DAY_MINUTES = 1440;
const HOURS = 96;
const MAX_DAYS = 92;
const RECENT_DAYS = 28;
/** A day of which less came within two days was loaded later, in bulk; it says nothing of the usual course. */
const JUDGED_HOUR = 48;
const LEAST_SHARE = 0.5;
const LEAST_DAYS = 4;

async function placed(sources: Sources, { dataset: id, region }: { dataset: string; region: Region }) {
  const dataset = datasetOf(sources, id);
  if (region.level === 'event_zip')
    throw new BellwetherError('REQUEST_INVALID', 'region: completeness is about facilities; event_zip has none');
  await checkRegions(sources, { dataset: id, regions: [region] });
  return { dataset, directory: await sources.directories.of(id) };
}

/** Arrivals of a region by day, each day's in order of time. */
async function arrivalsIn(
  sources: Sources,
  {
    dataset,
    directory,
    region,
    days,
  }: { dataset: Dataset; directory: Directory; region: Region; days: readonly Day[] },
): Promise<ReadonlyMap<Day, readonly { facility: string; at: number }[]>> {
  const members = region.level === 'nation' ? undefined : directory.inRegion(region).map(({ facility }) => facility);
  const found = new Map<Day, { facility: string; at: number }[]>(days.map((day) => [day, []]));
  const rows = await arrivalsOfDays(sources.engine, { dataset: dataset.id, days, facilities: members });
  for (const { day, facility, at } of rows) found.get(day)?.push({ facility, at });
  return found;
}

const quantile = (sorted: readonly number[], share: number): number => {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
};

/** How a day usually fills up, from days like it. */
export async function answerUsual(sources: Sources, question: UsualQuestion): Promise<UsualAnswer> {
  const { dataset, directory } = await placed(sources, question);
  const { region, day } = question;
  const asked = Array.from({ length: 7 * WEEKS }, (_, i) => day - 1 - i).filter(
    (past) => past >= day - RECENT_DAYS || weekdayOf(past) === weekdayOf(day),
  );
  const arrived = await arrivalsIn(sources, { dataset, directory, region, days: asked });
  const participating = directory.participating(region);
  const courses = new Map<Day, readonly number[]>();
  for (const [past, rows] of arrived) {
    const midnight = midnightOf(past, dataset.timeZone);
    const whole = midnight + HOURS * HOUR <= sources.now();
    const takingPart = participating(past);
    if (!whole || takingPart === 0) continue;
    const times = rows.map(({ at }) => at);
    const course = arrivalsByHour(times, { midnight, hours: HOURS, now: Infinity }).map((n) => n / takingPart);
    if (course[JUDGED_HOUR]! >= LEAST_SHARE) courses.set(past, course);
  }
  const alike = [...courses.keys()].filter((past) => weekdayOf(past) === weekdayOf(day));
  const basis = alike.length >= LEAST_DAYS ? 'weekday' : 'any';
  const days = (basis === 'weekday' ? alike : [...courses.keys()]).sort((a, b) => a - b);
  const atHour = (share: number): number[] =>
    days.length === 0
      ? []
      : Array.from({ length: HOURS + 1 }, (_, hour) =>
          quantile(
            days.map((past) => courses.get(past)![hour]!).sort((a, b) => a - b),
            share,
          ),
        );
  return { dataset: dataset.id, region, day, basis, days, low: atHour(0.1), middle: atHour(0.5), high: atHour(0.9) };
}

/** How long each day took until half, 80 % and 90 % had come. */
export async function answerTimeliness(sources: Sources, question: TimelinessQuestion): Promise<TimelinessAnswer> {
  const { dataset, directory } = await placed(sources, question);
  const { region, from, to } = question;
  if (to < from || to - from >= MAX_DAYS)
    throw new BellwetherError('REQUEST_INVALID', `to: expected ${MAX_DAYS} days at most, and not before from`);
  const days = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const arrived = await arrivalsIn(sources, { dataset, directory, region, days });
  const participating = directory.participating(region);
  return {
    dataset: dataset.id,
    region,
    days: days.map((day) => {
      const rows = arrived.get(day)!;
      const takingPart = participating(day);
      const midnight = midnightOf(day, dataset.timeZone);
      const until = (share: number): number | null => {
        const last = takingPart === 0 ? undefined : rows[Math.ceil(share * takingPart) - 1];
        return last ? (last.at - midnight) / HOUR : null;
      };
      return {
        day,
        participating: takingPart,
        reporting: rows.length,
        half: until(0.5),
        most: until(0.8),
        nearlyAll: until(0.9),
      };
    }),
  };
}

/** A day that is not reported may still come for as long. */
const OPEN_HOURS = 72;

/** When each facility's reports of past days came, oldest first, without those that may still come. */
function pastOf(
  facility: KnownFacility,
  { days, came, timeZone, now }: { days: readonly Day[]; came: ReadonlyMap<Day, ReadonlyMap<string, number>>; timeZone: string; now: number },
): PastArrival[] {
  return days.flatMap((day) => {
    if (!takesPart(facility, day)) return [];
    const at = came.get(day)?.get(facility.facility);
    if (at === undefined && midnightOf(day, timeZone) + OPEN_HOURS * HOUR > now) return [];
    return [{ weekday: weekdayOf(day), minutes: at === undefined ? Infinity : wallMinutes(at, { day, timeZone }) }];
  });
} // prettier-ignore

/** Who takes part on a day and has not reported it, and whether and when the report is to be expected. */
export async function answerLate(sources: Sources, question: LateQuestion): Promise<LateAnswer> {
  const { dataset, directory } = await placed(sources, question);
  const { region, day, limit } = question;
  const { timeZone } = dataset;
  const days = Array.from({ length: RECENT_DAYS + 1 }, (_, i) => day - RECENT_DAYS + i);
  const arrived = await arrivalsIn(sources, { dataset, directory, region, days });
  const came = new Map([...arrived].map(([on, rows]) => [on, new Map(rows.map(({ facility, at }) => [facility, at]))]));
  const late = directory.inRegion(region).filter((one) => takesPart(one, day) && !came.get(day)!.has(one.facility));
  const midnights = new Map(days.map((on) => [on, midnightOf(on, timeZone)]));
  const listed = late.map((facility) => {
    const hours = days.flatMap((on) => {
      const at = came.get(on)!.get(facility.facility);
      const hour = at === undefined ? Infinity : (at - midnights.get(on)!) / HOUR;
      return hour <= HOURS ? [hour] : [];
    });
    hours.sort((a, b) => a - b);
    return { facility, usualHour: hours.length > 0 ? quantile(hours, 0.5) : null };
  });
  listed.sort((a, b) => (a.usualHour ?? Infinity) - (b.usualHour ?? Infinity) || (a.facility.facility < b.facility.facility ? -1 : 1)); // prettier-ignore
  const instant = sources.now();
  const now = wallMinutes(instant, { day, timeZone });
  const by = question.byHour === undefined ? now + DAY_MINUTES : 60 * question.byHour;
  const items = listed.slice(0, limit).map(({ facility: known, usualHour }) => {
    const { facility, zip, county, state, lastDay } = known;
    const past = pastOf(known, { days: days.slice(0, -1), came, timeZone, now: instant });
    const lateness = latenessOf(past, weekdayOf(day));
    const expected = lateness.expectedGiven(now) / 60;
    return {
      facility,
      zip,
      county,
      state,
      lastActive: lastDay,
      usualHour,
      reportsBy: lateness.reportedByGiven(by, now),
      expectedHour: Number.isNaN(expected) ? null : expected,
    };
  });
  return { dataset: dataset.id, region, day, participating: directory.participating(region)(day), late: late.length, items };
} // prettier-ignore
