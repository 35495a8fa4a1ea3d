import { type Day, NATION, type Region, regionKey } from '#vocabulary';
import { SlotTable, dayRanges } from './slot-table.js';

/** Regions a facility lies in: those of its place. */
export interface Place {
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly hhs: string;
}

/** Regions and the days of each that have to be counted anew. */
export interface TouchedRegion {
  readonly region: Region;
  readonly days: Iterable<Day>;
}

/** Sums of one region and day over the statements in force. Parallel arrays, a place per category × flag, sorted by them. */
export interface RegionCount {
  readonly region: Region;
  readonly day: Day;
  /** Facilities with an accepted record. */
  readonly reporting: number;
  /** Facilities that had reported the day and have withdrawn it. */
  readonly withdrawn: number;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly values: readonly number[];
  /** Facilities whose number is in the value, is suppressed, is missing. */
  readonly reported: readonly number[];
  readonly suppressed: readonly number[];
  readonly missing: readonly number[];
}

const REPORTED = 0;
const MISSING = 1;
const SUPPRESSED = 2;
/** Weaker than every status a cell has: of several statements about a cell of one facility the least holds. */
const NO_STATUS = 255;
/** Regions of a facility: its own, zip, county, state, hhs, nation. */
const LEVELS = 6;
const SIZE = 4;

/**
 * Sums per region and cell of one day: total, and facilities reported, suppressed, missing. Cell `pairs` is the report
 * itself: reported counts the reporting facilities, missing the withdrawn.
 */
class Sums {
  readonly #sums: Float64Array;

  constructor(
    regions: number,
    private readonly pairs: number,
  ) {
    this.#sums = new Float64Array(regions * (pairs + 1) * SIZE);
  }

  clear(): void {
    this.#sums.fill(0);
  }

  add(region: number, pair: number, status: number, value: number): void {
    const at = (region * (this.pairs + 1) + pair) * SIZE;
    if (status === REPORTED) {
      this.#sums[at]! += value;
      this.#sums[at + 1]!++;
    } else if (status === SUPPRESSED) this.#sums[at + 2]!++;
    else if (status === MISSING) this.#sums[at + 3]!++;
  }

  read(region: number, order: readonly number[], table: SlotTable): Omit<RegionCount, 'region' | 'day'> {
    const from = region * (this.pairs + 1) * SIZE;
    const sums = this.#sums;
    const present = order.filter((pair) => {
      const at = from + pair * SIZE;
      return sums[at + 1]! + sums[at + 2]! + sums[at + 3]! > 0;
    });
    const report = from + this.pairs * SIZE;
    const names = present.map((pair) => SlotTable.categoryAndFlag(table.pairs.list[pair]!));
    const column = (offset: number): number[] => present.map((pair) => sums[from + pair * SIZE + offset]!);
    return {
      reporting: sums[report + 1]!,
      withdrawn: sums[report + 3]!,
      categories: names.map(([category]) => category),
      flags: names.map(([, flag]) => flag),
      values: column(0),
      reported: column(1),
      suppressed: column(2),
      missing: column(3),
    };
  }
}

/** What one facility says about one day, over all of its units: per cell the least status and the sum. */
class FacilityDay {
  readonly #status: Uint8Array;
  readonly #value: Float64Array;
  readonly cells: number[] = [];

  constructor(pairs: number) {
    this.#status = new Uint8Array(pairs + 1).fill(NO_STATUS);
    this.#value = new Float64Array(pairs + 1);
  }

  add(cell: number, status: number, value: number): void {
    if (this.#status[cell] === NO_STATUS) this.cells.push(cell);
    this.#status[cell] = Math.min(this.#status[cell]!, status);
    this.#value[cell]! += value;
  }

  /** Hands over every cell and forgets it. */
  drain(take: (cell: number, status: number, value: number) => void): void {
    for (const cell of this.cells) {
      take(cell, this.#status[cell]!, this.#value[cell]!);
      this.#status[cell] = NO_STATUS;
      this.#value[cell] = 0;
    }
    this.cells.length = 0;
  }
}

/** Counts by the place of the event: a facility is counted once per place, cell and status, over all of its units. */
class EventPlaces {
  /** Cell of a facility-day: place × (pairs + 1) + pair. */
  readonly #cells = new Map<number, { value: number; statuses: number }>();

  constructor(
    private readonly pairs: number,
    private readonly regionOf: ReadonlyMap<number, number>,
  ) {}

  add(place: number, pair: number, { status, value }: { status: number; value: number }): void {
    if (!this.regionOf.has(place)) return;
    const key = place * (this.pairs + 1) + pair;
    const cell = this.#cells.get(key);
    const counted = status === REPORTED ? value : 0;
    if (!cell) this.#cells.set(key, { value: counted, statuses: 1 << status });
    else {
      cell.value += counted;
      cell.statuses |= 1 << status;
    }
  }

  drain(sums: Sums): void {
    for (const [key, { value, statuses }] of this.#cells) {
      const region = this.regionOf.get(Math.floor(key / (this.pairs + 1)))!;
      const pair = key % (this.pairs + 1);
      for (const status of [REPORTED, SUPPRESSED, MISSING])
        if (statuses & (1 << status)) sums.add(region, pair, status, value);
    }
    this.#cells.clear();
  }
}

/**
 * Counts regions anew from all slots of some days: for each touched region and day a count, also when nothing is left
 * of it, day after day. A facility without a known place counts for itself and the nation only.
 */
export function* recount(
  table: SlotTable,
  { touched, placeOf }: { touched: readonly TouchedRegion[]; placeOf(facility: string): Place | undefined },
): Generator<RegionCount> {
  const pairs = table.pairs.list.length;
  const order = Array.from({ length: pairs }, (_, pair) => pair).sort((a, b) =>
    table.pairs.list[a]! < table.pairs.list[b]! ? -1 : 1,
  );
  const numbers = new Map(touched.map(({ region }, number) => [regionKey(region), number]));
  const wanted = new Map<Day, number[]>();
  for (const [number, { days }] of touched.entries()) {
    for (const day of days) {
      const list = wanted.get(day);
      if (list) list.push(number);
      else wanted.set(day, [number]);
    }
  }
  const regionsOf = regionsOfFacilities(table, { numbers, placeOf });
  const placeRegions = new Map<number, number>();
  for (const [number, { region }] of touched.entries())
    if (region.level === 'event_zip') placeRegions.set(table.places.of(region.code), number);

  const { facility, reported, end, pair, place, status, value } = table.columns();
  const { rows, ever } = table.newest();
  const sums = new Sums(touched.length, pairs);
  const own = new FacilityDay(pairs);
  const events = new EventPlaces(pairs, placeRegions);

  function addFacilityDay(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const row = rows[i]!;
      const first = row === 0 ? 0 : end[row - 1]!;
      const seen = placeRegions.size > 0 ? new Set<number>() : undefined;
      for (let cell = first; cell < end[row]!; cell++) {
        own.add(pair[cell]!, status[cell]!, value[cell]!);
        if (!seen) continue;
        events.add(place[cell]!, pair[cell]!, { status: status[cell]!, value: value[cell]! });
        seen.add(place[cell]!);
      }
      if (ever[row]) own.add(pairs, reported[row] ? REPORTED : MISSING, 0);
      for (const at of seen ?? []) events.add(at, pairs, { status: REPORTED, value: 0 });
    }
    const base = facility[rows[from]!]! * LEVELS;
    own.drain((cell, reached, counted) => {
      for (let level = base; level < base + LEVELS; level++) {
        const region = regionsOf[level]!;
        if (region >= 0) sums.add(region, cell, reached, counted);
      }
    });
    events.drain(sums);
  }

  const ranges = new Map(Array.from(dayRanges(table, rows), (range) => [range.day, range]));
  for (const [day, regions] of [...wanted].sort(([a], [b]) => a - b)) {
    const range = ranges.get(day);
    if (range) {
      for (let from = range.from; from < range.to;) {
        let to = from + 1;
        while (to < range.to && facility[rows[to]!] === facility[rows[from]!]) to++;
        addFacilityDay(from, to);
        from = to;
      }
    }
    for (const number of regions) yield { region: touched[number]!.region, day, ...sums.read(number, order, table) };
    if (range) sums.clear();
  }
}

/** Numbers of the touched regions each facility lies in, six a facility; -1 where a region is not touched. */
function regionsOfFacilities(
  table: SlotTable,
  { numbers, placeOf }: { numbers: ReadonlyMap<string, number>; placeOf(facility: string): Place | undefined },
): Int32Array {
  const found = new Int32Array(table.facilities.list.length * LEVELS).fill(-1);
  for (const [i, facility] of table.facilities.list.entries()) {
    const place = placeOf(facility);
    const regions = [
      `facility:${facility}`,
      place && `zip:${place.zip}`,
      place && `county:${place.county}`,
      place && `state:${place.state}`,
      place && `hhs:${place.hhs}`,
      `nation:${NATION}`,
    ];
    for (const [level, key] of regions.entries())
      found[i * LEVELS + level] = (key === undefined ? undefined : numbers.get(key)) ?? -1;
  }
  return found;
}
