import { type Day, type Level, NATION, type Region, UNKNOWN } from '#vocabulary';
import { type Participant, participation } from '#completeness';
import type { Configuration } from '#registry';
import { type Engine, type FacilitySpan, closuresOrdered, facilityPlaces, facilitySpans } from '#warehouse';

/** A facility that has reported. */
export interface KnownFacility extends FacilitySpan {
  readonly dataset: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly hhs: string;
  readonly closedOn: Day | undefined;
}

/** The facilities of one dataset, by region. A value: replaced, never changed. */
export interface Directory {
  readonly facilities: ReadonlyMap<string, KnownFacility>;
  /** In order of their names; none for a region without facilities. */
  inRegion(region: Region): readonly KnownFacility[];
  /** Regions of a level that have facilities, in order of their codes. */
  regions(level: Level): readonly string[];
  /** Facilities of a region that take part on a day. */
  participating(region: Region): (day: Day) => number;
}

/** Whether a facility is in the denominator of a day; the same as `participation` counts. */
export const takesPart = ({ firstDay, lastDay, closedOn }: KnownFacility, day: Day): boolean =>
  firstDay <= day && (closedOn === undefined || day < Math.max(closedOn, lastDay + 1));

/** The code of the region of a level in which a facility lies. */
export function regionOf(facility: KnownFacility, level: Level): string {
  switch (level) {
    case 'nation':
      return NATION;
    case 'hhs':
      return facility.hhs;
    case 'state':
      return facility.state;
    case 'county':
      return facility.county;
    case 'zip':
      return facility.zip;
    case 'facility':
      return facility.facility;
    case 'event_zip':
      return UNKNOWN; // an event is not where a facility is
  }
}

/** First day a facility no longer takes part, by the tables of any feed of the dataset; what was ordered goes before. */
function closures(
  { configuration, dataset }: { configuration: Configuration; dataset: string },
  ordered: ReadonlyMap<string, Day | undefined>,
): ReadonlyMap<string, Day | undefined> {
  const closed = new Map<string, Day | undefined>();
  for (const feed of configuration.feeds.values()) {
    if (feed.dataset !== dataset) continue;
    for (const [facility, day] of feed.closures) closed.set(facility, day);
  }
  for (const [facility, day] of ordered) closed.set(facility, day);
  return closed;
}

function directoryOf(facilities: ReadonlyMap<string, KnownFacility>): Directory {
  const byLevel = new Map<Level, Map<string, KnownFacility[]>>();
  const counts = new Map<string, (day: Day) => number>();

  function grouped(level: Level): Map<string, KnownFacility[]> {
    let groups = byLevel.get(level);
    if (groups) return groups;
    groups = new Map();
    for (const facility of facilities.values()) {
      const code = regionOf(facility, level);
      const members = groups.get(code);
      if (members) members.push(facility);
      else groups.set(code, [facility]);
    }
    byLevel.set(level, groups);
    return groups;
  }

  return {
    facilities,
    inRegion: ({ level, code }) => grouped(level).get(code) ?? [],
    regions: (level) =>
      [...grouped(level).keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: level === 'hhs' })),
    participating({ level, code }) {
      const key = `${level}:${code}`;
      let count = counts.get(key);
      if (!count) {
        const participants: Participant[] = grouped(level).get(code) ?? [];
        counts.set(key, (count = participation(participants)));
      }
      return count;
    },
  };
}

interface Options {
  readonly engine: Engine;
  readonly dataset: string;
  readonly configuration: Configuration;
  readonly asOf?: number | undefined;
  /** Only these; undefined: all. */
  readonly facilities?: readonly string[] | undefined;
}

/** Reads the facilities of a dataset, as known now or at an instant. */
export async function readDirectory(options: Omit<Options, 'facilities'>): Promise<Directory> {
  return directoryOf(await readFacilities(options));
}

async function readFacilities({
  engine,
  dataset,
  configuration,
  asOf,
  facilities: wanted,
}: Options): Promise<Map<string, KnownFacility>> {
  const [places, spans, ordered] = await Promise.all([
    facilityPlaces(engine, dataset),
    facilitySpans(engine, { dataset, asOf, facilities: wanted }),
    closuresOrdered(engine, { dataset, asOf }),
  ]);
  const placeOf = new Map(places.map((place) => [place.facility, place]));
  const closed = closures({ configuration, dataset }, ordered);
  const facilities = new Map<string, KnownFacility>();
  for (const span of spans) {
    const place = placeOf.get(span.facility);
    facilities.set(span.facility, {
      ...span,
      dataset,
      zip: place?.zip ?? UNKNOWN,
      county: place?.county ?? UNKNOWN,
      state: place?.state ?? UNKNOWN,
      hhs: place?.hhs ?? UNKNOWN,
      closedOn: closed.get(span.facility),
    });
  }
  return facilities;
}

/** One directory that is kept, with the facilities in it that have to be looked at again. */
interface Kept {
  readonly version: string;
  directory: Promise<Directory>;
  /** Undefined while they are being read. */
  known: ReadonlyMap<string, KnownFacility> | undefined;
  readonly stale: Set<string>;
}

/**
 * Directories kept in memory. A commit that touches only days between the first and the last day of a known facility
 * cannot change them; of any other, just its facilities are read again, at the next question.
 */
export class Directories {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly given: { engine: Engine; configuration: () => Configuration; isCurrent: () => boolean },
  ) {}

  of(dataset: string): Promise<Directory> {
    const configuration = this.given.configuration();
    if (!this.given.isCurrent()) return readDirectory({ engine: this.given.engine, dataset, configuration });
    const kept = this.#kept.get(dataset);
    if (kept?.version === configuration.version) {
      if (kept.stale.size > 0) this.#refresh(dataset, kept);
      return kept.directory;
    }
    const fresh: Kept = {
      version: configuration.version,
      directory: readDirectory({ engine: this.given.engine, dataset, configuration }),
      known: undefined,
      stale: new Set(),
    };
    this.#keep(dataset, fresh);
    return fresh.directory;
  }

  #keep(dataset: string, kept: Kept): void {
    this.#kept.set(dataset, kept);
    const { directory } = kept;
    directory.then(
      ({ facilities }) => {
        kept.known = facilities;
      },
      () => {
        if (this.#kept.get(dataset)?.directory === directory) this.#kept.delete(dataset);
      },
    );
  }

  #refresh(dataset: string, kept: Kept): void {
    const facilities = [...kept.stale];
    kept.stale.clear();
    const before = kept.directory;
    const configuration = this.given.configuration();
    kept.known = undefined;
    kept.directory = readFacilities({ engine: this.given.engine, dataset, configuration, facilities }).then(
      async (read) => {
        const all = new Map((await before).facilities);
        for (const facility of facilities) all.delete(facility);
        for (const [facility, known] of read) all.set(facility, known);
        return directoryOf(all);
      },
    );
    this.#keep(dataset, kept);
  }

  /** Drops all, before it returns. */
  forget(): void {
    this.#kept.clear();
  }

  /** To be told of what a commit touched; has its effect before it returns. */
  changed(dataset: string, touched: readonly { readonly region: Region; readonly days: readonly Day[] }[]): void {
    const kept = this.#kept.get(dataset);
    if (!kept) return;
    for (const { region, days } of touched) {
      if (region.level !== 'facility') continue;
      const facility = kept.known?.get(region.code);
      if (!facility || days.some((day) => day <= facility.firstDay || day >= facility.lastDay))
        kept.stale.add(region.code);
    }
  }
}
