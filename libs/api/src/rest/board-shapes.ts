import type { Questions } from '#analytics';
import { formatDay, regionKey } from '#vocabulary';
import { formatInstant } from '../ask/index.js';

/** Answers of the boards as REST shows them; see shapes.ts. */

type Answer<Name extends keyof Questions> = Awaited<
  ReturnType<Extract<Questions[Name], (...given: never[]) => unknown>>
>;

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));
const shares = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(4)));

export const mapShape = ({ dataset, category, level, within, from, to, rev, regions }: Answer<'map'>) => ({
  dataset,
  category,
  level,
  within: regionKey(within),
  from: formatDay(from),
  to: formatDay(to),
  rev,
  regions: regions.map(({ region, name, place, total, status, reporting, participating, expected, z }) => ({
    region: regionKey(region),
    name,
    place,
    total,
    status: status.every((one) => one === 'reported') ? null : status,
    reporting,
    participating,
    expected: expected.map((value) => rounded(value, 2)),
    z: z.map((value) => rounded(value, 2)),
  })),
});

export const usualShape = ({ dataset, region, day, basis, days, low, middle, high }: Answer<'usual'>) => ({
  dataset,
  region: regionKey(region),
  day: formatDay(day),
  basis,
  days: days.map(formatDay),
  low: shares(low),
  middle: shares(middle),
  high: shares(high),
});

export const timelinessShape = ({ dataset, region, days }: Answer<'timeliness'>) => ({
  dataset,
  region: regionKey(region),
  days: days.map(({ day, participating, reporting, half, most, nearlyAll }) => ({
    day: formatDay(day),
    participating,
    reporting,
    hours_to_50: rounded(half, 2),
    hours_to_80: rounded(most, 2),
    hours_to_90: rounded(nearlyAll, 2),
  })),
});

export const lateShape = ({ dataset, region, day, participating, late, items }: Answer<'late'>) => ({
  dataset,
  region: regionKey(region),
  day: formatDay(day),
  participating,
  late,
  items: items.map(({ facility, zip, county, state, lastActive, usualHour, reportsBy, expectedHour }) => ({
    facility,
    zip,
    county,
    state,
    last_active: formatDay(lastActive),
    usual_hour: rounded(usualHour, 2),
    reports_by: rounded(reportsBy, 3),
    expected_hour: rounded(expectedHour, 2),
  })),
});

export const silentShape = ({ dataset, region, on, silentDays, silent, items }: Answer<'silent'>) => ({
  dataset,
  region: regionKey(region),
  on: formatDay(on),
  silent_days: silentDays,
  silent,
  items: items.map(({ facility, zip, county, state, firstActive, lastActive, silentFor }) => ({
    facility,
    zip,
    county,
    state,
    first_active: formatDay(firstActive),
    last_active: formatDay(lastActive),
    silent_for: silentFor,
  })),
});

export const flowShape = ({ now, minutes, pending, oldestPendingAt, detection }: Answer<'flow'>) => ({
  now: formatInstant(now),
  minutes: minutes.map(({ at, ...counts }) => ({ at: formatInstant(at), ...counts })),
  pending,
  oldest_pending_at: oldestPendingAt === null ? null : formatInstant(oldestPendingAt),
  detection: detection.map(({ dataset, rule, ranAt, lag, unjudged }) => ({
    dataset,
    rule,
    ran_at: ranAt === null ? null : formatInstant(ranAt),
    lag_seconds: lag === null ? null : lag / 1000,
    unjudged,
  })),
});
