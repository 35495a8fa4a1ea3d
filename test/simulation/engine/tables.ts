import type { Random } from '../../crash/random.js';
import { type Cells, rowsIn } from './row-binary-reader.js';

export interface SlotOfDay {
  readonly day: number;
  readonly facility: string;
  readonly unit: bigint;
  readonly ver: bigint;
  readonly tie: bigint;
  readonly gen: number;
  readonly reported: number;
  readonly category: readonly string[];
  readonly flag: readonly string[];
  readonly place: readonly string[];
  readonly status: readonly number[];
  readonly value: readonly number[];
}

export interface Slot extends SlotOfDay {
  readonly dataset: string;
  readonly submission: string;
  readonly zip: string;
  /** All of it, for telling equal rows. */
  readonly said: string;
}

export interface UnitDay {
  readonly unit: bigint;
  readonly ver: bigint;
  readonly tie: bigint;
  readonly gen: number;
  readonly arrived: number;
  readonly submission: string;
  readonly feed: string;
  readonly facility: string;
  readonly day: number;
}

export interface Rollup {
  readonly dataset: string;
  readonly level: string;
  readonly region: string;
  readonly day: number;
  readonly rev: number;
  readonly reporting: number;
  readonly withdrawn: number;
  readonly category: readonly string[];
  readonly flag: readonly string[];
  readonly value: readonly number[];
  readonly reported: readonly number[];
  readonly suppressed: readonly number[];
  readonly missing: readonly number[];
}

export interface Place {
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly hhs: string;
  readonly rev: number;
}

/** Everything the ledger says, in the order and form in which `submissions.sql` answers where it does. */
export interface LedgerRow {
  readonly submission: string;
  readonly receivedAt: number;
  readonly at: number;
  readonly state: string;
  readonly rev: number;
  readonly read: number;
  readonly accepted: number;
  readonly refused: number;
  readonly cells: Cells;
}

const written = (cells: Cells, columns: readonly string[]): string =>
  JSON.stringify(columns.map((column) => (column.endsWith('[]') ? cells.texts(column.slice(0, -2)) : String(cells.big(column))))); // prettier-ignore

function into<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function listOf<K, V>(map: ReadonlyMap<K, V[]>, key: K): readonly V[] {
  return map.get(key) ?? [];
}

/** The tables, as far as the commit path uses them. An insert is there as a whole or not at all. */
export class Tables {
  readonly #slots = new Map<string, Slot[]>();
  readonly #slotsOfDay = new Map<string, Slot[]>();
  readonly #slotsOfFacility = new Map<string, Slot[]>();
  readonly #slotsOfSubmission = new Map<string, Slot[]>();
  /** Keys that rows with unequal content share, until a merge. */
  readonly #shared = new Set<string>();
  readonly #unitDays = new Map<string, Map<string, UnitDay>>();
  readonly #rollups = new Map<string, Rollup[]>();
  readonly #rollupsOfFacility = new Map<string, Set<string>>();
  readonly #places = new Map<string, Place[]>();
  readonly #ledger = new Map<string, LedgerRow[]>();
  readonly #undone = new Map<string, { at: number; isUndone: boolean; order: string }[]>();
  readonly #faults = new Map<string, Set<number>>();
  newestRev = 0;
  slotCount = 0;

  constructor(private readonly random: Random) {}

  insert(table: string, columns: readonly string[], rowBinary: Buffer): readonly Cells[] {
    const rows = rowsIn(table, columns, rowBinary);
    this.#onePartition(table, rows);
    for (const row of rows) this.#put(table, row);
    return rows;
  }

  /** More would be several parts, and could be torn. */
  #onePartition(table: string, rows: readonly Cells[]): void {
    if (table !== 'slots' && table !== 'rollups') return;
    const years = new Set(rows.map((row) => new Date(row.number('day') * 86_400_000).getUTCFullYear()));
    if (years.size > 1) throw new Error(`one insert into ${table} for ${years.size} partitions`);
  }

  #put(table: string, row: Cells): void {
    switch (table) {
      case 'slots':
        return this.#putSlot(row);
      case 'unit_days':
        return this.#putUnitDay(row);
      case 'rollups':
        return this.#putRollup(row);
      case 'facility_places':
        return this.#putPlace(row);
      case 'ledger':
        return this.#putLedger(row);
      case 'undone': {
        const entry = { at: row.number('at'), isUndone: row.number('is_undone') === 1, order: row.text('by_order') };
        return into(this.#undone, `${row.text('dataset')}|${row.text('submission')}`, entry);
      }
      case 'row_faults': {
        const seqs = this.#faults.get(row.text('submission'));
        if (seqs) seqs.add(row.number('seq'));
        else this.#faults.set(row.text('submission'), new Set([row.number('seq')]));
        return;
      }
      default:
        throw new Error(`an insert into ${table}`);
    }
  }

  #putSlot(row: Cells): void {
    const slot: Slot = {
      dataset: row.text('dataset'), day: row.number('day'), facility: row.text('facility'), unit: row.big('unit'),
      ver: row.big('ver'), tie: row.big('tie'), gen: row.number('gen'), reported: row.number('reported'),
      submission: row.text('submission'), zip: row.text('zip'), category: row.texts('category'), flag: row.texts('flag'),
      place: row.texts('place'), status: row.numbers('status'), value: row.numbers('value'),
      said: row.text('submission') + row.text('zip') + row.text('feed') +
        written(row, ['arrived', 'reported', 'category[]', 'flag[]', 'place[]', 'status[]', 'value[]', 'records[]']),
    }; // prettier-ignore
    const { dataset, day, facility, unit, ver, tie, gen } = slot;
    const key = `${dataset}|${day}|${facility}|${unit}|${ver}|${tie}|${gen}`;
    const known = listOf(this.#slots, key);
    const same = known.find(({ said }) => said === slot.said);
    if (same) {
      // Equal rows collapse; whoever merges keeps the last.
      if (known.length > 1) this.#slots.set(key, [...known.filter((one) => one !== same), same]);
      return;
    }
    into(this.#slots, key, slot);
    if (known.length === 0) this.slotCount++;
    else this.#shared.add(key);
    into(this.#slotsOfDay, `${dataset}|${day}`, slot);
    into(this.#slotsOfFacility, `${dataset}|${facility}`, slot);
    into(this.#slotsOfSubmission, `${dataset}|${slot.submission}`, slot);
  }

  #putUnitDay(row: Cells): void {
    const one: UnitDay = {
      unit: row.big('unit'), ver: row.big('ver'), tie: row.big('tie'), gen: row.number('gen'), arrived: row.number('arrived'),
      submission: row.text('submission'), feed: row.text('feed'), facility: row.text('facility'), day: row.number('day'),
    }; // prettier-ignore
    const unit = `${row.text('dataset')}|${one.unit}`;
    let days = this.#unitDays.get(unit);
    if (!days) this.#unitDays.set(unit, (days = new Map()));
    days.set(`${one.ver}|${one.tie}|${one.gen}|${one.facility}|${one.day}`, one);
  }

  #putRollup(row: Cells): void {
    const rollup: Rollup = {
      dataset: row.text('dataset'), level: row.text('level'), region: row.text('region'), day: row.number('day'),
      rev: row.number('rev'), reporting: row.number('reporting'), withdrawn: row.number('withdrawn'),
      category: row.texts('category'), flag: row.texts('flag'), value: row.numbers('value'),
      reported: row.numbers('reported'), suppressed: row.numbers('suppressed'), missing: row.numbers('missing'),
    }; // prettier-ignore
    const { dataset, level, region, day, rev } = rollup;
    const key = `${dataset}|${level}|${region}|${day}`;
    const known = listOf(this.#rollups, key);
    // Of equal revisions either may be answered.
    if (known.length === 0 || known[0]!.rev < rev) this.#rollups.set(key, [rollup]);
    else if (known[0]!.rev === rev) this.#rollups.set(key, [...known, rollup]);
    if (level !== 'facility') return;
    const of = `${dataset}|${region}`;
    const days = this.#rollupsOfFacility.get(of);
    if (days) days.add(key);
    else this.#rollupsOfFacility.set(of, new Set([key]));
  }

  #putPlace(row: Cells): void {
    const place: Place = {
      facility: row.text('facility'), zip: row.text('zip'), county: row.text('county'), state: row.text('state'),
      hhs: row.text('hhs'), rev: row.number('rev'),
    }; // prettier-ignore
    const dataset = row.text('dataset');
    const places = listOf(this.#places, dataset);
    const same = places.find((one) => one.facility === place.facility && one.zip === place.zip && one.county === place.county); // prettier-ignore
    if (same && same.rev >= place.rev) return;
    this.#places.set(dataset, [...places.filter((one) => one !== same), place]);
  }

  #putLedger(row: Cells): void {
    const rev = row.number('rev');
    this.newestRev = Math.max(this.newestRev, rev);
    into(this.#ledger, row.text('submission'), {
      submission: row.text('submission'), receivedAt: row.number('received_at'), at: row.number('at'),
      state: row.text('state'), rev, read: row.number('rows_read'), accepted: row.number('rows_accepted'),
      refused: row.number('rows_refused'), cells: row,
    }); // prettier-ignore
  }

  /** Of rows that share a key the last inserted stays, as ReplacingMergeTree has it. */
  merge(): void {
    for (const key of this.#shared) {
      const last = this.#slots.get(key)!.at(-1)!;
      const gone = new Set(this.#slots.get(key)!.filter((slot) => slot !== last));
      this.#slots.set(key, [last]);
      const clean = (map: Map<string, Slot[]>, of: string): void => {
        map.set(of, [...new Set(listOf(map, of).filter((slot) => !gone.has(slot)))]);
      };
      clean(this.#slotsOfDay, `${last.dataset}|${last.day}`);
      clean(this.#slotsOfFacility, `${last.dataset}|${last.facility}`);
      for (const { dataset, submission } of [...gone, last]) clean(this.#slotsOfSubmission, `${dataset}|${submission}`);
    }
    this.#shared.clear();
  }

  /** Whether the newest order about it says that it does not count. */
  isUndone(dataset: string, submission: string): boolean {
    const orders = this.#undone.get(`${dataset}|${submission}`);
    if (!orders) return false;
    const newest = Math.max(...orders.map(({ at }) => at));
    return this.#any(orders.filter(({ at }) => at === newest)).isUndone;
  }

  /** Of what the engine may answer one as well as the other. */
  #any<T>(list: readonly T[]): T {
    return list.length === 1 ? list[0]! : this.random.of(list);
  }

  slotsOfDay(dataset: string, day: number): readonly Slot[] {
    return listOf(this.#slotsOfDay, `${dataset}|${day}`);
  }

  slotsOfFacility(dataset: string, facility: string): readonly Slot[] {
    return listOf(this.#slotsOfFacility, `${dataset}|${facility}`);
  }

  slotsOfSubmission(dataset: string, submission: string): readonly Slot[] {
    return listOf(this.#slotsOfSubmission, `${dataset}|${submission}`);
  }

  unitDays(dataset: string, unit: bigint): readonly UnitDay[] {
    return [...(this.#unitDays.get(`${dataset}|${unit}`)?.values() ?? [])];
  }

  places(dataset: string): readonly Place[] {
    return listOf(this.#places, dataset);
  }

  ledgerOf(submission: string): readonly LedgerRow[] {
    return listOf(this.#ledger, submission);
  }

  /** By (at, not just received); of equal ones any. */
  newestOf(submission: string): LedgerRow | undefined {
    const rows = this.ledgerOf(submission);
    if (rows.length === 0) return undefined;
    const rank = ({ at, state }: LedgerRow): number => at * 2 + (state === 'received' ? 0 : 1);
    const highest = Math.max(...rows.map(rank));
    return this.#any(rows.filter((row) => rank(row) === highest));
  }

  ledgered(): Iterable<string> {
    return this.#ledger.keys();
  }

  faultsOf(submission: string): number {
    return this.#faults.get(submission)?.size ?? 0;
  }

  forgetFaults(submission: string): void {
    this.#faults.delete(submission);
  }

  rollup(dataset: string, key: { level: string; region: string; day: number }): Rollup | undefined {
    const known = listOf(this.#rollups, `${dataset}|${key.level}|${key.region}|${key.day}`);
    return known.length === 0 ? undefined : this.#any(known);
  }

  rollups(): Rollup[] {
    return [...this.#rollups.values()].map((list) => this.#any(list));
  }

  rollupsOfFacility(dataset: string, facility: string): Rollup[] {
    return [...(this.#rollupsOfFacility.get(`${dataset}|${facility}`) ?? [])].map((key) =>
      this.#any(this.#rollups.get(key)!),
    );
  }
}
