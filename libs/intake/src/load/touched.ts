import { type Day, type Region, regionKey } from '#vocabulary';
import type { Configuration } from '#registry';
import { type Engine, eventPlaces, facilityDays } from '#warehouse';
import type { PlaceBook, StatedPlace } from './places.js';

/** A facility-day whose slots have changed. */
export interface ChangedSlot {
  readonly facility: string;
  readonly day: Day;
  /** zip of the facility as it was stated, '' when not. */
  readonly zip: string;
  readonly feed: string;
}

/** Regions and the days of each, in order. */
export type TouchedRegions = readonly { readonly region: Region; readonly days: readonly Day[] }[];

/** Days of regions, gathered. */
class Touched {
  readonly #regions = new Map<string, { region: Region; days: Set<Day> }>();

  add(region: Region, days: Iterable<Day>): void {
    const key = regionKey(region);
    let entry = this.#regions.get(key);
    if (!entry) this.#regions.set(key, (entry = { region, days: new Set() }));
    for (const day of days) entry.days.add(day);
  }

  list(): TouchedRegions {
    return Array.from(this.#regions.values(), ({ region, days }) => ({
      region,
      days: [...days].sort((a, b) => a - b),
    }));
  }
}

/** Where the facilities of these slots are said to be: by the feed's table, else by their records. */
export function statedPlaces(slots: readonly ChangedSlot[], feeds: Configuration['feeds']): StatedPlace[] {
  const places = new Map<string, { facility: string; listed: string | undefined; zips: Set<string>; day: Day }>();
  for (const { facility, day, zip, feed } of slots) {
    let place = places.get(facility);
    if (!place) {
      const table = feeds.get(feed)?.places;
      const listed = table && (table.map.rows.get(facility)?.[table.column] ?? '');
      places.set(facility, (place = { facility, listed, zips: new Set(), day }));
    }
    place.day = Math.max(place.day, day);
    if (zip !== '') place.zips.add(zip);
  }
  return [...places.values()];
}

/** Every region that counts one of these slots, or did before, with the days of it. */
export async function regionsTouched(
  engine: Engine,
  {
    dataset,
    slots,
    configuration,
    book,
  }: { dataset: string; slots: readonly ChangedSlot[]; configuration: Configuration; book: PlaceBook },
): Promise<TouchedRegions> {
  const touched = new Touched();
  const daysOf = new Map<string, Set<Day>>();
  for (const { facility, day } of slots) {
    const days = daysOf.get(facility);
    if (days) days.add(day);
    else daysOf.set(facility, new Set([day]));
  }
  for (const { facility, regions, moved } of book.located(daysOf.keys())) {
    const days = moved ? await facilityDays(engine, { dataset, facility }) : daysOf.get(facility)!;
    for (const region of regions) touched.add(region, days);
  }
  if ([...configuration.feeds.values()].some((feed) => feed.dataset === dataset && feed.record.eventZip)) {
    const days = [...new Set(slots.map(({ day }) => day))];
    const places = await eventPlaces(engine, { dataset, days, facilities: [...daysOf.keys()] });
    for (const [day, codes] of places) for (const code of codes) touched.add({ level: 'event_zip', code }, [day]);
  }
  return touched.list();
}
