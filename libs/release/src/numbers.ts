import { type Day, LEVELS, NATION, parseRegion, type Region } from '#vocabulary';
import type { DayNumbers, Placed } from '#privacy';
import type { Dataset, Suppression } from '#registry';
import type { FacilityCells, FacilityPlace } from '#warehouse';

/** Where facilities lie in the lattice of a dataset. Of several places of a facility the last holds. */
export function placesOf(places: readonly FacilityPlace[], { finest }: Suppression): Placed[] {
  const levels = LEVELS.slice(0, LEVELS.indexOf(finest) + 1);
  const keyAt = (place: FacilityPlace, level: (typeof LEVELS)[number]): string =>
    `${level}:${level === 'nation' ? NATION : place[level]}`;
  return [...new Map(places.map((place) => [place.facility, place])).values()].map((place) => ({
    facility: place.facility,
    path: levels.map((level) => keyAt(place, level)),
  }));
}

/** The number a facility adds to its regions, by day and category: what a region's total is the sum of. */
export function numbersOf(cells: readonly FacilityCells[], dataset: Dataset): Map<Day, DayNumbers> {
  const totalFlag = dataset.total === 'sum' ? undefined : dataset.total.flag;
  const days = new Map<Day, Map<string, Map<string, number>>>();
  for (const { day, facility, reporting, cells: own } of cells) {
    let categories = days.get(day);
    if (!categories) days.set(day, (categories = new Map(dataset.categories.map(({ id }) => [id, new Map()]))));
    const stated = new Set<string>();
    for (const { category, flag, value, reported } of own) {
      if (totalFlag !== undefined && flag !== totalFlag) continue;
      stated.add(category);
      const numbers = categories.get(category);
      if (reported) numbers?.set(facility, (numbers.get(facility) ?? 0) + value);
    }
    if (!reporting || dataset.absence !== 'zero') continue;
    for (const [category, numbers] of categories) if (!stated.has(category)) numbers.set(facility, 0);
  }
  return days;
}

/** Numbers by region from numbers by category. */
export function byRegion(
  categories: ReadonlyMap<string, ReadonlyMap<string, number>>,
): { region: Region; counts: Map<string, number> }[] {
  const regions = new Map<string, Map<string, number>>();
  for (const [category, counts] of categories) {
    for (const [key, count] of counts) {
      const own = regions.get(key);
      if (own) own.set(category, count);
      else regions.set(key, new Map([[category, count]]));
    }
  }
  return [...regions].flatMap(([key, counts]) => {
    const region = parseRegion(key);
    return region ? [{ region, counts }] : [];
  });
}
