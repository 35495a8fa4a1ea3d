import { type Day, NATION, type Region, UNKNOWN } from '#vocabulary';
import type { Crosswalk } from '#registry';
import { type Engine, type FacilityPlace, facilityPlaces, insertFacilityPlaces, zipDays } from '#warehouse';

/** What a batch says about where a facility lies: by its records (`day` of the newest), or by configuration (day 0). */
export interface StatedPlace {
  readonly facility: string;
  readonly zip: string;
  readonly day: Day;
}

/** A facility with every region it lies in or ever lay in. */
export interface LocatedFacility {
  readonly regions: readonly Region[];
  /** Its place has just changed: all of its days count elsewhere now. */
  readonly moved: boolean;
}

function regionsOf(place: FacilityPlace): Region[] {
  return [
    { level: 'zip', code: place.zip },
    { level: 'county', code: place.county },
    { level: 'state', code: place.state },
    { level: 'hhs', code: place.hhs },
  ];
}

/** Registers facilities as they appear, and remembers where they lie. One dataset. */
export class PlaceBook {
  readonly #places = new Map<string, FacilityPlace[]>();
  #isRead = false;

  constructor(
    private readonly engine: Engine,
    private readonly dataset: string,
  ) {}

  async #read(): Promise<void> {
    this.#places.clear();
    for (const place of await facilityPlaces(this.engine, this.dataset)) {
      const known = this.#places.get(place.facility);
      if (known) known.push(place);
      else this.#places.set(place.facility, [place]);
    }
    this.#isRead = true;
  }

  #placeOf({ facility, zip, day }: StatedPlace, crosswalk: Crosswalk): FacilityPlace {
    const code = zip === '' ? UNKNOWN : zip;
    const county = crosswalk.countyOf(code, day);
    const state = crosswalk.stateOf(county);
    return { dataset: this.dataset, facility, zip: code, county, state, hhs: crosswalk.hhsOf(state), zipDay: day };
  }

  /**
   * Locates the facilities of a batch whose slots are already inserted. A facility that states another zip than before
   * lies where its newest day says; its place is then taken from all of its slots, not from the order of arrival.
   */
  async locate(stated: readonly StatedPlace[], crosswalk: Crosswalk): Promise<Map<string, LocatedFacility>> {
    if (!this.#isRead) await this.#read();
    const changed: FacilityPlace[] = [];
    const moved = new Set<string>();
    for (const place of stated) {
      const known = this.#places.get(place.facility) ?? [];
      const next = this.#placeOf(place, crosswalk);
      const isKnown = known.some(({ zip, county }) => zip === next.zip && county === next.county);
      if (known.length > 0 && (place.zip === '' || (isKnown && known.length === 1))) continue;
      if (known.length === 0) changed.push(next);
      else changed.push(...(await this.#settle(place, crosswalk)));
      if (known.length > 0) moved.add(place.facility);
    }
    if (changed.length > 0) {
      await insertFacilityPlaces(this.engine, changed);
      await this.#read();
    }
    return new Map(
      stated.map(({ facility }) => {
        const places = this.#places.get(facility) ?? [];
        const regions = new Map(places.flatMap(regionsOf).map((region) => [`${region.level}:${region.code}`, region]));
        regions.set('nation', { level: 'nation', code: NATION }).set('facility', { level: 'facility', code: facility });
        return [facility, { regions: [...regions.values()], moved: moved.has(facility) }];
      }),
    );
  }

  /** Every zip of the facility with the newest day that states it. */
  async #settle({ facility, zip, day }: StatedPlace, crosswalk: Crosswalk): Promise<FacilityPlace[]> {
    const days = new Map(await zipDays(this.engine, { dataset: this.dataset, facility }));
    days.set(zip, Math.max(day, days.get(zip) ?? 0));
    return Array.from(days, ([stated, newest]) => this.#placeOf({ facility, zip: stated, day: newest }, crosswalk));
  }
}
