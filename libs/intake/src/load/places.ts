import { type Day, NATION, type Region, UNKNOWN } from '#vocabulary';
import type { Crosswalk } from '#registry';
import { type Engine, type FacilityPlace, facilityPlaces, insertFacilityPlaces, nextRev, statedZip } from '#warehouse';

/** What a batch says about where a facility lies. */
export interface StatedPlace {
  readonly facility: string;
  /** By configuration, which then is all that counts; '' when it is listed without zip. */
  readonly listed: string | undefined;
  /** Every zip its records state. */
  readonly zips: ReadonlySet<string>;
  /** Newest day of the batch, for the version of the crosswalk. */
  readonly day: Day;
}

/** A facility with every region it lies in or ever lay in. */
export interface LocatedFacility {
  readonly regions: readonly Region[];
  /** Its place has just changed: all of its days count elsewhere now. */
  readonly moved: boolean;
}

const regionsOf = ({ zip, county, state, hhs }: FacilityPlace): Region[] => [
  { level: 'zip', code: zip },
  { level: 'county', code: county },
  { level: 'state', code: state },
  { level: 'hhs', code: hhs },
];

/** Registers facilities as they appear, and remembers where they lie. One dataset. */
export class PlaceBook {
  /** The last place of a facility holds. */
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

  /**
   * The zip that holds. One that states another zip than before, or several, lies where the newest version of its newest
   * day says; that is taken from all of its statements, so the order of arrival does not matter.
   */
  async #zipOf({ facility, listed, zips }: StatedPlace): Promise<string> {
    if (listed !== undefined) return listed || UNKNOWN;
    const known = this.#places.get(facility) ?? [];
    const all = new Set([...zips, ...known.map(({ zip }) => zip)]);
    if (all.size === 1) return [...all][0]!;
    return (await statedZip(this.engine, { dataset: this.dataset, facility })) ?? UNKNOWN;
  }

  /** Locates the facilities of a batch whose slots are already inserted. */
  async locate(stated: readonly StatedPlace[], crosswalk: Crosswalk): Promise<Map<string, LocatedFacility>> {
    if (!this.#isRead) await this.#read();
    const changed: Omit<FacilityPlace, 'rev'>[] = [];
    const moved = new Set<string>();
    for (const place of stated) {
      const { facility, day } = place;
      const zip = await this.#zipOf(place);
      const county = crosswalk.countyOf(zip, day);
      const holding = this.#places.get(facility)?.at(-1);
      if (holding?.zip === zip && holding.county === county) continue;
      const state = crosswalk.stateOf(county);
      changed.push({ dataset: this.dataset, facility, zip, county, state, hhs: crosswalk.hhsOf(state) });
      if (holding) moved.add(facility);
    }
    if (changed.length > 0) {
      const rev = await nextRev(this.engine);
      await insertFacilityPlaces(this.engine, changed.map((place) => ({ ...place, rev }))); // prettier-ignore
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
}
