import { type Day, STATUS } from '#vocabulary';
import type { Made, Said } from '../crash/load.js';
import { STATIONS } from '../crash/load.js';
import { ABOVE, regionsOf } from '../crash/model.js';

/*
 * What the rollups must say, from what senders and operators meant: slow, obvious, and without a line of the product. Where
 * test/crash has files alone, this has orders, too.
 */

export interface Filed {
  readonly submission: string;
  readonly made: Made;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface Ordered {
  readonly submission: string;
  readonly kind: 'undo' | 'withdraw';
  /** A file, or an order. */
  readonly target: string;
  readonly receivedAt: number;
}

/** value, and facilities reported, suppressed, missing. */
type Figures = readonly [number, number, number, number];

export interface Sums {
  readonly reporting: number;
  readonly withdrawn: number;
  /** By category|flag. */
  readonly cells: ReadonlyMap<string, Figures>;
}

export interface Modelled {
  /** By facility, by day. */
  readonly facilities: ReadonlyMap<string, ReadonlyMap<Day, Sums>>;
  readonly zips: ReadonlyMap<string, string>;
}

/** What orders come to, carried out in the order of their receipts. */
export function inForce(orders: readonly Ordered[]): { undone: ReadonlySet<string>; withdrawals: readonly Ordered[] } {
  const byId = new Map(orders.map((order) => [order.submission, order]));
  const undone = new Set<string>();
  function set(submission: string, isUndone: boolean): void {
    if (isUndone) undone.add(submission);
    else undone.delete(submission);
    // An order that counts no more: what it undid counts again. And the other way round.
    const order = byId.get(submission);
    if (order?.kind === 'undo') set(order.target, !isUndone);
  }
  for (const { kind, target } of [...orders].sort((a, b) => a.receivedAt - b.receivedAt))
    if (kind === 'undo') set(target, true);
  return {
    undone,
    withdrawals: orders.filter(({ submission, kind }) => kind === 'withdraw' && !undone.has(submission)),
  };
}

interface Version extends Said {
  readonly order: readonly [number, number, bigint, number];
  /** False: it takes back what this version had said. */
  readonly speaks: boolean;
}

function isAfter(a: Version['order'], b: Version['order']): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! > b[i]!;
  return false;
}

const unitOf = ({ unit, facility, day }: Said): string => unit || `${facility} ${day}`;

/** Every version of everything that was said and stands. */
function versions(files: readonly Filed[], orders: readonly Ordered[]): Version[] {
  const { undone, withdrawals } = inForce(orders);
  const withdrawn = new Set(withdrawals.map(({ target }) => target));
  return files.flatMap(({ submission, made, receivedAt }) => {
    const orderOf = (said: Said, gen: number): Version['order'] => [
      said.version,
      Math.floor(receivedAt / 1000),
      BigInt(`0x${made.sha256.slice(0, 16)}`),
      gen,
    ];
    const spoken = undone.has(submission)
      ? []
      : made.said.map((said) => ({ ...said, order: orderOf(said, 0), speaks: true }));
    const takenBack = withdrawn.has(submission)
      ? made.said.map((said) => ({ ...said, cells: new Map(), order: orderOf(said, 1), speaks: false }))
      : [];
    return [...spoken, ...takenBack];
  });
}

/** A facility-day at which some units are not closed yet: of their versions only those count that speak there. */
export interface Unclosed {
  readonly facility: string;
  readonly day: Day;
  readonly units: ReadonlySet<string>;
}

/** The version of each unit that holds, wherever it says something, and where a unit ever did. */
function holding(all: readonly Version[], unclosed?: Unclosed): { held: Version[]; ever: Version[] } {
  const newest = new Map<string, Version['order']>();
  for (const version of all) {
    const isElsewhere = unclosed && (version.facility !== unclosed.facility || version.day !== unclosed.day);
    if (isElsewhere && unclosed.units.has(version.unit)) continue;
    const known = newest.get(unitOf(version));
    if (!known || isAfter(version.order, known)) newest.set(unitOf(version), version.order);
  }
  const held = all.filter(
    (version) => version.speaks && !isAfter(newest.get(unitOf(version)) ?? version.order, version.order),
  );
  return { held, ever: all.filter(({ speaks }) => speaks) };
}

function newestOf(list: readonly Version[]): Version | undefined {
  let last: Version | undefined;
  for (const one of list) {
    if (!last || one.day > last.day || (one.day === last.day && isAfter(one.order, last.order))) last = one;
  }
  return last;
}

/** Where a facility lies: as listed, else as its newest statement of its newest day says, one that holds if there is one. */
const zipOf = (facility: string, { now, once }: { now: readonly Version[]; once: readonly Version[] }): string =>
  STATIONS[facility] ?? (newestOf(now) ?? newestOf(once))?.zip ?? 'unknown';

function facilityDay(held: readonly Version[]): Sums {
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
    const figures = [status === STATUS.reported ? value : 0, is(STATUS.reported), is(STATUS.suppressed), is(STATUS.missing)] as const; // prettier-ignore
    cells.set(key, figures);
  }
  const reporting = held.length > 0 ? 1 : 0;
  return { reporting, withdrawn: 1 - reporting, cells };
}

function groups<K>(list: readonly Version[], keyOf: (version: Version) => K): Map<K, Version[]> {
  const found = new Map<K, Version[]>();
  for (const version of list) {
    const group = found.get(keyOf(version));
    if (group) group.push(version);
    else found.set(keyOf(version), [version]);
  }
  return found;
}

/** What files and orders of one dataset amount to. */
export function amount(files: readonly Filed[], orders: readonly Ordered[], unclosed?: Unclosed): Modelled {
  const { held, ever } = holding(versions(files, orders), unclosed);
  const heldOf = groups(held, ({ facility }) => facility);
  const facilities = new Map<string, Map<Day, Sums>>();
  const zips = new Map<string, string>();
  for (const [facility, once] of groups(ever, (version) => version.facility)) {
    const now = heldOf.get(facility) ?? [];
    const nowOf = groups(now, ({ day }) => day);
    const days = new Set(once.map(({ day }) => day));
    facilities.set(facility, new Map(Array.from(days, (day) => [day, facilityDay(nowOf.get(day) ?? [])])));
    zips.set(facility, zipOf(facility, { now, once }));
  }
  return { facilities, zips };
}

/** One line for comparison. */
export function written({ reporting, withdrawn, cells }: Sums): string {
  const lines = [...cells].map(([key, figures]) => `${key}=${figures.join('/')}`).sort();
  return `${reporting} -${withdrawn} ${lines.join(' ')}`;
}

export const NOTHING: Sums = { reporting: 0, withdrawn: 0, cells: new Map() };

export function add(sums: Iterable<Sums>): Sums {
  let [reporting, withdrawn] = [0, 0];
  const cells = new Map<string, Figures>();
  for (const one of sums) {
    reporting += one.reporting;
    withdrawn += one.withdrawn;
    for (const [key, [value, reported, suppressed, missing]] of one.cells) {
      const [v, r, s, m] = cells.get(key) ?? [0, 0, 0, 0];
      cells.set(key, [v + value, r + reported, s + suppressed, m + missing]);
    }
  }
  return { reporting, withdrawn, cells };
}

/** Sums of every region, facilities included: `level|region|day`. */
export function rollUp({ facilities, zips }: Modelled): Map<string, Sums> {
  const parts = new Map<string, Sums[]>();
  for (const [facility, days] of facilities) {
    const regions = regionsOf(zips.get(facility)!);
    for (const [day, sums] of days) {
      const keys = [`facility|${facility}|${day}`, ...ABOVE.map((level, i) => `${level}|${regions[i]!}|${day}`)];
      for (const key of keys) {
        const known = parts.get(key);
        if (known) known.push(sums);
        else parts.set(key, [sums]);
      }
    }
  }
  return new Map([...parts].map(([key, sums]) => [key, add(sums)]));
}
