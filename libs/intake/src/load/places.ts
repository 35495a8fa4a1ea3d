import { type Day, NATION, type Region, UNKNOWN } from '#vocabulary';
import type { Crosswalk } from '#registry';
import {
  type Engine,
  type FacilityPlace,
  facilityPlaces,
  insertFacilityPlaces,
  nextRev,
  statedZip,
  unfinishedMoves,
} from '#warehouse';

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
interface LocatedFacility {
  readonly facility: string;
  readonly regions: readonly Region[];
  /** Its place has changed: all of its days count elsewhere now. */
  readonly moved: boolean;
}

const regionsOf = ({ zip, county, state, hhs }: FacilityPlace): Region[] => [
  { level: 'zip', code: zip },
  { level: 'county', code: county },
  { level: 'state', code: state },
  { level: 'hhs', code: hhs },
];

/** The place that holds, and others that were stated and are not known. */
interface News {
  readonly facility: string;
  readonly holding: Omit<FacilityPlace, 'rev'>;
  readonly others: readonly Omit<FacilityPlace, 'rev'>[];
  readonly isMove: boolean;
}

/** Two workers that register a facility at the same time see each other's entry in the next round, and then agree. */
const ROUNDS = 3;

/**
 * Registers facilities as they appear, and remembers where they lie. One dataset.
 *
 * All days of a facility that moves are counted anew. Until that is done it is moving, also for a worker that is
 * started after one that died in between: then days of it have rollups that are older than its place.
 */
export class PlaceBook {
  /** The last place of a facility holds. */
  readonly #places = new Map<string, FacilityPlace[]>();
  readonly #moving = new Set<string>();
  /** The newest entry read; undefined: none has been. */
  #rev: number | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly dataset: string,
  ) {}

  /** Whether all places up to this revision, the newest, have been read. */
  isCurrent(placesRev: number): boolean {
    return this.#rev === placesRev;
  }

  /** Reads the places: at first, and when another worker or we ourselves have added to them. */
  async refresh(): Promise<void> {
    if (this.#rev === undefined)
      for (const facility of await unfinishedMoves(this.engine, this.dataset)) this.#moving.add(facility);
    this.#places.clear();
    this.#rev = 0;
    for (const place of await facilityPlaces(this.engine, this.dataset)) {
      const known = this.#places.get(place.facility);
      if (known) known.push(place);
      else this.#places.set(place.facility, [place]);
      this.#rev = Math.max(this.#rev, place.rev);
    }
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

  /** What the facilities say about themselves that we do not have yet. */
  async #news(stated: readonly StatedPlace[], crosswalk: Crosswalk): Promise<News[]> {
    const news: News[] = [];
    for (const place of stated) {
      const { facility, day, listed, zips } = place;
      const located = (zip: string): Omit<FacilityPlace, 'rev'> => {
        const county = crosswalk.countyOf(zip, day);
        const state = crosswalk.stateOf(county);
        return { dataset: this.dataset, facility, zip, county, state, hhs: crosswalk.hhsOf(state) };
      };
      const known = this.#places.get(facility) ?? [];
      const was = known.at(-1);
      const holding = located(await this.#zipOf(place));
      const isMove = was?.zip !== holding.zip || was.county !== holding.county;
      const unheard = [...zips].filter((zip) => zip !== holding.zip && known.every((other) => other.zip !== zip));
      const others = listed === undefined ? unheard.map(located) : [];
      if (isMove || others.length > 0) news.push({ facility, holding, others, isMove });
    }
    return news;
  }

  /**
   * Registers the facilities of a batch whose slots are already inserted, where they are new, have moved, or state a zip
   * for the first time: also one that does not hold, for it may, once that which does is undone or corrected.
   */
  async locate(stated: readonly StatedPlace[], crosswalk: Crosswalk): Promise<void> {
    if (this.#rev === undefined) await this.refresh();
    for (let round = 0; round < ROUNDS; round++) {
      const news = await this.#news(stated, crosswalk);
      if (news.length === 0) break;
      const moves = news.filter(({ isMove }) => isMove);
      const others = news.flatMap((one) => one.others);
      const below = others.length > 0 ? (await nextRev(this.engine, this.dataset)).rev : 0;
      const { rev } = await nextRev(this.engine, this.dataset);
      for (const { facility } of moves) if (this.#places.has(facility)) this.#moving.add(facility);
      await insertFacilityPlaces(this.engine, [
        ...others.map((place) => ({ ...place, rev: below })),
        ...news.map(({ holding }) => ({ ...holding, rev })),
      ]);
      await this.refresh();
      for (const { facility } of moves) if ((this.#places.get(facility)?.length ?? 0) > 1) this.#moving.add(facility);
    }
  }

  /** The facilities with every region they lie in or ever lay in. */
  located(facilities: Iterable<string>): LocatedFacility[] {
    return Array.from(facilities, (facility) => {
      const places = this.#places.get(facility) ?? [];
      const regions = new Map(places.flatMap(regionsOf).map((region) => [`${region.level}:${region.code}`, region]));
      regions.set('nation', { level: 'nation', code: NATION }).set('facility', { level: 'facility', code: facility });
      return { facility, regions: [...regions.values()], moved: this.#moving.has(facility) };
    });
  }

  /** Takes facilities that are not known as lying where they say, without writing it: for a dry run. */
  suppose(stated: readonly StatedPlace[], crosswalk: Crosswalk): void {
    for (const { facility, listed, zips, day } of stated) {
      if (this.#places.has(facility)) continue;
      const zip = listed ?? [...zips][0] ?? UNKNOWN;
      const county = crosswalk.countyOf(zip, day);
      const state = crosswalk.stateOf(county);
      const { dataset } = this;
      this.#places.set(facility, [{ dataset, facility, zip, county, state, hhs: crosswalk.hhsOf(state), rev: 0 }]);
    }
  }

  /** Where a facility lies, as far as we have read. */
  placeOf(facility: string): FacilityPlace | undefined {
    return this.#places.get(facility)?.at(-1);
  }

  /** The rollups of all days of these facilities are written. */
  settle(facilities: Iterable<string>): void {
    for (const facility of facilities) this.#moving.delete(facility);
  }
}
