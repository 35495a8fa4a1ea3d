import { type Day, STATUS } from '#vocabulary';
import { type Made, STATIONS, type Said } from './load.js';

/*
 * What the rollups must say, from what was sent: the slow, obvious twin. It knows submissions as their maker wrote them
 * down, and shares neither code nor tables with the product.
 */

/** zip → county, state, HHS region; what is not here is unknown everywhere above its zip. */
const LIES_IN: Readonly<Record<string, readonly [string, string, string]>> = {
  '19401': ['42091', 'PA', '3'],
  '19403': ['42091', 'PA', '3'],
  '19019': ['42101', 'PA', '3'],
  '08002': ['34007', 'NJ', '2'],
  '08608': ['34021', 'NJ', '2'],
  '07030': ['34017', 'NJ', '2'],
  '10001': ['36061', 'NY', '2'],
  '11201': ['36047', 'NY', '2'],
};
const UNKNOWN = ['unknown', 'unknown', 'unknown'] as const;

/** Every level above the facility. */
export const ABOVE = ['zip', 'county', 'state', 'hhs', 'nation'] as const;

/** The region of each level of {@link ABOVE} in which a zip lies. */
export function regionsOf(zip: string): readonly string[] {
  return [zip, ...(LIES_IN[zip] ?? UNKNOWN), 'us'];
}

/** A submission with its receipt. */
export interface Counted {
  readonly made: Made;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** value, and facilities reported, suppressed, missing. */
export type Figures = readonly [number, number, number, number];

export interface Sums {
  readonly reporting: number;
  /** By category|flag. */
  readonly cells: ReadonlyMap<string, Figures>;
}

export const NOTHING: Sums = { reporting: 0, cells: new Map() };

interface Stated extends Said {
  readonly order: readonly [number, number, bigint];
}

const isAfter = (a: Stated['order'], b: Stated['order']): boolean =>
  a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];

function stated(counted: Iterable<Counted>): Stated[] {
  return [...counted].flatMap(({ made, receivedAt }) =>
    made.said.map((said) => ({
      ...said,
      order: [said.version, Math.floor(receivedAt / 1000), BigInt(`0x${made.sha256.slice(0, 16)}`)] as const,
    })),
  );
}

/** Of all that was stated, what holds: the newest version of each unit, wherever that version says something. */
function holding(all: readonly Stated[]): Stated[] {
  const newest = new Map<string, Stated['order']>();
  const unitOf = ({ unit, facility, day }: Said): string => unit || `${facility} ${day}`;
  for (const said of all) {
    const known = newest.get(unitOf(said));
    if (!known || isAfter(said.order, known)) newest.set(unitOf(said), said.order);
  }
  return all.filter((said) => !isAfter(newest.get(unitOf(said))!, said.order));
}

/** Where a facility lies: as listed, else as its newest statement of its newest day says. */
function zipOf(facility: string, held: readonly Stated[]): string {
  const listed = STATIONS[facility];
  if (listed !== undefined) return listed;
  let last: Stated | undefined;
  for (const said of held) {
    if (!last || said.day > last.day || (said.day === last.day && isAfter(said.order, last.order))) last = said;
  }
  return last?.zip ?? 'unknown';
}

function facilityDay(held: readonly Stated[]): Sums {
  const statuses = new Map<string, { status: number; value: number }>();
  for (const { cells } of held) {
    for (const [key, { status, value }] of cells) {
      const known = statuses.get(key);
      if (known) statuses.set(key, { status: Math.min(known.status, status), value: known.value + value });
      else statuses.set(key, { status, value });
    }
  }
  const cells = new Map<string, Figures>();
  for (const [key, { status, value }] of statuses) {
    const is = (wanted: number): number => (status === wanted ? 1 : 0);
    cells.set(key, [
      status === STATUS.reported ? value : 0,
      is(STATUS.reported),
      is(STATUS.suppressed),
      is(STATUS.missing),
    ]);
  }
  return { reporting: held.length > 0 ? 1 : 0, cells };
}

export function add(sums: Iterable<Sums>): Sums {
  let reporting = 0;
  const cells = new Map<string, Figures>();
  for (const one of sums) {
    reporting += one.reporting;
    for (const [key, [value, reported, suppressed, missing]] of one.cells) {
      const [v, r, s, m] = cells.get(key) ?? [0, 0, 0, 0];
      cells.set(key, [v + value, r + reported, s + suppressed, m + missing]);
    }
  }
  return { reporting, cells };
}

/** One line for comparison. */
export function written({ reporting, cells }: Sums): string {
  const lines = [...cells].map(([key, figures]) => `${key}=${figures.join('/')}`).sort();
  return `${reporting} ${lines.join(' ')}`;
}

/** One dataset as the model has it. */
export interface Modelled {
  /** By facility, by day. */
  readonly facilities: ReadonlyMap<string, ReadonlyMap<Day, Sums>>;
  readonly zips: ReadonlyMap<string, string>;
}

/** What the counted submissions of one dataset amount to. */
export function amount(counted: Iterable<Counted>): Modelled {
  const byFacility = new Map<string, Stated[]>();
  for (const said of holding(stated(counted))) {
    const known = byFacility.get(said.facility);
    if (known) known.push(said);
    else byFacility.set(said.facility, [said]);
  }
  const facilities = new Map<string, Map<Day, Sums>>();
  const zips = new Map<string, string>();
  for (const [facility, held] of byFacility) {
    const days = new Map<Day, Stated[]>();
    for (const said of held) days.set(said.day, [...(days.get(said.day) ?? []), said]);
    facilities.set(facility, new Map([...days].map(([day, of]) => [day, facilityDay(of)])));
    zips.set(facility, zipOf(facility, held));
  }
  return { facilities, zips };
}

/** Sums of every region above the facility: `level|region|day`. */
export function rollUp({ facilities, zips }: Modelled): Map<string, Sums> {
  const parts = new Map<string, Sums[]>();
  for (const [facility, days] of facilities) {
    const regions = regionsOf(zips.get(facility)!);
    for (const [day, sums] of days) {
      for (const [i, level] of ABOVE.entries()) {
        const key = `${level}|${regions[i]!}|${day}`;
        const known = parts.get(key);
        if (known) known.push(sums);
        else parts.set(key, [sums]);
      }
    }
  }
  return new Map([...parts].map(([key, sums]) => [key, add(sums)]));
}
