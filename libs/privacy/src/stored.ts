import type { Admitted } from './evaluate.js';
import type { Why } from './pattern.js';
import type { DayRelease } from './release.js';

/** A release as JSON: tables instead of objects, facilities by their number. */
interface StoredDay {
  readonly no: number;
  readonly rule: DayRelease['rule'];
  readonly regions: readonly (readonly [key: string, parent: number])[];
  readonly facilities: readonly (readonly [facility: string, leaf: number])[];
  readonly categories: readonly StoredCategory[];
}

interface StoredCategory {
  readonly id: string;
  readonly first: number;
  readonly regions: number;
  readonly hidden: readonly (readonly [region: number, why: Why, count: number])[];
  readonly admitted: readonly (readonly [
    facility: number,
    count: number | null,
    since: number,
    least: number,
    most: number,
    interrupted: 0 | 1,
  ])[];
}

/** What {@link readDayRelease} reads: to be kept where counts of facilities may be kept. */
export function writeDayRelease({ no, rule, regions, leaves, categories }: DayRelease): string {
  const facilities = [...leaves];
  const number = new Map(facilities.map(([facility], i) => [facility, i]));
  const stored: StoredDay = {
    no,
    rule,
    regions: regions.map(({ key, parent }) => [key, parent]),
    facilities,
    categories: [...categories].map(([id, { first, regions: seen, hidden, admitted }]) => ({
      id,
      first,
      regions: seen,
      hidden: hidden.map(({ region, why, count }) => [region, why, count]),
      admitted: [...admitted].map(([facility, { count, since, least, most, interrupted }]) => [
        number.get(facility)!,
        count,
        since,
        least,
        most,
        interrupted ? 1 : 0,
      ]),
    })),
  };
  return JSON.stringify(stored);
}

export function readDayRelease(text: string): DayRelease {
  const { no, rule, regions, facilities, categories } = JSON.parse(text) as StoredDay;
  return {
    no,
    rule,
    regions: regions.map(([key, parent]) => ({ key, parent })),
    leaves: new Map(facilities),
    categories: new Map(
      categories.map(({ id, first, regions: seen, hidden, admitted }) => [
        id,
        {
          first,
          regions: seen,
          hidden: hidden.map(([region, why, count]) => ({ region, why, count })),
          admitted: new Map(
            admitted.map(([facility, count, since, least, most, interrupted]): [string, Admitted] => [
              facilities[facility]![0],
              { count, since, least, most, interrupted: interrupted === 1 },
            ]),
          ),
        },
      ]),
    ),
  };
}
