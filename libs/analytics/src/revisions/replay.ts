import { type Day, type Region, STATUS } from '#vocabulary';
import type { RegionRow, SlotVersion } from '#warehouse';

/** What one facility says of a cell on a day: of several statements the least status holds, and the sum. */
interface Said {
  status: number;
  value: number;
}

/** Sum over the facilities of a region. */
interface Cell {
  value: number;
  reported: number;
  suppressed: number;
  missing: number;
}

/** Category and flag, separated by U+0000; the report itself has no name. */
const REPORT = '';
const keyOf = (category: string, flag: string): string => `${category}\u0000${flag}`;

/** Orders about a submission, in the order in which they took effect. */
export type Orders = ReadonlyMap<string, readonly { readonly at: number; readonly isUndone: boolean }[]>;

interface Playing {
  readonly day: Day;
  /** All versions of the day's slots of the facilities. */
  readonly slots: readonly SlotVersion[];
  readonly orders: Orders;
  readonly regions: readonly Region[];
  /** Numbers of the regions in which a facility lies. */
  regionsOf(facility: string): readonly number[];
  /** When a slot takes effect. */
  instantOf(slot: SlotVersion): number;
}

/** A region's day from an instant on. */
export interface Played {
  readonly at: number;
  /** Its number in `regions`. */
  readonly region: number;
  readonly row: RegionRow;
}

interface Event {
  readonly at: number;
  readonly slot?: SlotVersion;
  /** The submission that counts no more, or again. */
  readonly submission: string;
  readonly isUndone?: boolean;
}

const isNewer = (one: SlotVersion, other: SlotVersion): boolean => {
  if (one.ver !== other.ver) return one.ver > other.ver;
  return one.tie === other.tie ? one.gen > other.gen : one.tie > other.tie;
};

/** The versions that a facility has stated of a day so far, by unit. */
class FacilityDay {
  readonly #units = new Map<string, SlotVersion[]>();
  readonly submissions = new Set<string>();

  add(slot: SlotVersion): void {
    this.submissions.add(slot.submission);
    const known = this.#units.get(slot.unit);
    if (known) known.push(slot);
    else this.#units.set(slot.unit, [slot]);
  }

  /** What it says, of all places or of one. */
  says(stands: (submission: string) => boolean, place: string | undefined): Map<string, Said> {
    const said = new Map<string, Said>();
    const add = (key: string, status: number, value: number): void => {
      const known = said.get(key);
      if (!known) said.set(key, { status, value });
      else {
        known.status = Math.min(known.status, status);
        known.value += value;
      }
    };
    for (const versions of this.#units.values()) {
      let newest: SlotVersion | undefined;
      let hasReported = false;
      for (const version of versions) {
        if (!stands(version.submission)) continue;
        hasReported ||= version.reported;
        if (!newest || isNewer(version, newest)) newest = version;
      }
      if (!newest) continue;
      let isThere = place === undefined;
      for (let i = 0; i < newest.categories.length; i++) {
        if (place !== undefined && newest.places[i] !== place) continue;
        isThere = true;
        add(keyOf(newest.categories[i]!, newest.flags[i]!), newest.statuses[i]!, newest.values[i]!);
      }
      if (hasReported && isThere) add(REPORT, newest.reported ? STATUS.reported : STATUS.missing, 0);
    }
    return said;
  }
}

/** A region's day, to which what facilities say is added and from which it is taken away again. */
class RegionDay {
  readonly #cells = new Map<string, Cell>();

  change(said: ReadonlyMap<string, Said>, by: 1 | -1): void {
    for (const [key, { status, value }] of said) {
      let cell = this.#cells.get(key);
      if (!cell) this.#cells.set(key, (cell = { value: 0, reported: 0, suppressed: 0, missing: 0 }));
      if (status === STATUS.reported) {
        cell.value += by * value;
        cell.reported += by;
      } else if (status === STATUS.suppressed) cell.suppressed += by;
      else if (status === STATUS.missing) cell.missing += by;
    }
  }

  row({ code }: Region, day: Day): RegionRow {
    const report = this.#cells.get(REPORT);
    const row = {
      region: code, day, rev: 0, reporting: report?.reported ?? 0, withdrawn: report?.missing ?? 0,
      categories: [] as string[], flags: [] as string[], values: [] as number[],
      reported: [] as number[], suppressed: [] as number[], missing: [] as number[],
    }; // prettier-ignore
    for (const [key, { value, reported, suppressed, missing }] of this.#cells) {
      if (key === REPORT || reported + suppressed + missing === 0) continue;
      const at = key.indexOf('\u0000');
      row.categories.push(key.slice(0, at));
      row.flags.push(key.slice(at + 1));
      row.values.push(value);
      row.reported.push(reported);
      row.suppressed.push(suppressed);
      row.missing.push(missing);
    }
    return row;
  }
}

function eventsOf({ slots, orders, instantOf }: Playing): Event[] {
  const events = slots.map((slot): Event => ({ at: instantOf(slot), slot, submission: slot.submission }));
  for (const submission of new Set(slots.map((slot) => slot.submission)))
    for (const { at, isUndone } of orders.get(submission) ?? []) events.push({ at, submission, isUndone });
  return events.sort((a, b) => a.at - b.at);
}

/**
 * Plays a day again from the versions of its slots: what each region added up to from each instant on at which
 * something about it came in. The same counting as region-rows-as-of.sql at every instant, done once for all of them.
 */
export function* playDay(playing: Playing): Generator<Played> {
  const { day, regions, regionsOf } = playing;
  const facilities = new Map<string, { readonly day: FacilityDay; said: Map<number, Map<string, Said>> }>();
  const bySubmission = new Map<string, Set<string>>();
  const undone = new Set<string>();
  const sums = regions.map(() => new RegionDay());
  const stands = (submission: string): boolean => !undone.has(submission);
  const placeOf = (region: number): string | undefined =>
    regions[region]!.level === 'event_zip' ? regions[region]!.code : undefined;

  function speaks(facility: string, submission: string): FacilityDay {
    let known = facilities.get(facility);
    if (!known) facilities.set(facility, (known = { day: new FacilityDay(), said: new Map() }));
    const speakers = bySubmission.get(submission);
    if (speakers) speakers.add(facility);
    else bySubmission.set(submission, new Set([facility]));
    return known.day;
  }

  const events = eventsOf(playing);
  for (let i = 0; i < events.length;) {
    const { at } = events[i]!;
    const stirred = new Set<string>();
    for (; i < events.length && events[i]!.at === at; i++) {
      const { slot, submission, isUndone } = events[i]!;
      if (slot) {
        speaks(slot.facility, submission).add(slot);
        stirred.add(slot.facility);
        continue;
      }
      if (isUndone === true) undone.add(submission);
      else undone.delete(submission);
      for (const facility of bySubmission.get(submission) ?? []) stirred.add(facility);
    }
    const touched = new Set<number>();
    for (const facility of stirred) {
      const known = facilities.get(facility)!;
      let everywhere: Map<string, Said> | undefined;
      for (const region of regionsOf(facility)) {
        const place = placeOf(region);
        const said =
          place === undefined ? (everywhere ??= known.day.says(stands, undefined)) : known.day.says(stands, place);
        const before = known.said.get(region);
        if (before) sums[region]!.change(before, -1);
        sums[region]!.change(said, 1);
        known.said.set(region, said);
        touched.add(region);
      }
    }
    for (const region of touched) yield { at, region, row: sums[region]!.row(regions[region]!, day) };
  }
}
