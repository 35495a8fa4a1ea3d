import type { Day } from '#vocabulary';
import type { SlotRow } from '../slots.js';
import type { NativeBlock, NativeColumn, Numbers } from './native-block.js';

/** Texts by number, in the order in which they were first seen. */
export class Words {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.list.length);
    return this.list.push(word) - 1;
  }
}

/** Growing columns of numbers. */
class Column<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array | BigUint64Array> {
  constructor(
    public values: T,
    private readonly grown: (size: number) => T,
  ) {}

  room(size: number): T {
    if (size <= this.values.length) return this.values;
    const larger = this.grown(Math.max(size, this.values.length * 2));
    (larger as { set(from: T): void }).set(this.values);
    this.values = larger;
    return larger;
  }

  /** The same memory as 32-bit numbers, the low half of each first: comparing halves makes no BigInt. */
  halves(): Uint32Array {
    return new Uint32Array(this.values.buffer);
  }
}

const START = 1024;
const bytes = (): Column<Uint8Array> => new Column(new Uint8Array(START), (size) => new Uint8Array(size));
const shorts = (): Column<Uint16Array> => new Column(new Uint16Array(START), (size) => new Uint16Array(size));
const words = (): Column<Uint32Array> => new Column(new Uint32Array(START), (size) => new Uint32Array(size));
const longs = (): Column<BigUint64Array> => new Column(new BigUint64Array(START), (size) => new BigUint64Array(size));

function numbersOf(column: NativeColumn | undefined): Numbers {
  if (column?.kind !== 'numbers') throw new TypeError('the slots have another form than expected');
  return column.values;
}

const PAIR_SEPARATOR = '\u0000';

/**
 * Slots of some days, all of their versions, as columns: what {@link Recount} adds up. Rows come from the engine in
 * blocks, or one by one.
 */
export class SlotTable {
  readonly facilities = new Words();
  /** Category and flag of a cell, separated by U+0000. */
  readonly pairs = new Words();
  readonly places = new Words();
  rows = 0;
  cells = 0;
  readonly #day = shorts();
  readonly #facility = words();
  readonly #unitLow = longs();
  readonly #unitHigh = longs();
  readonly #ver = longs();
  readonly #tie = longs();
  readonly #gen = bytes();
  readonly #reported = bytes();
  /** End of each row's cells. */
  readonly #end = words();
  readonly #pair = words();
  readonly #place = words();
  readonly #status = bytes();
  readonly #value = words();

  constructor() {
    this.places.of('');
  }

  /** The columns as they are now; rows added later may move them. */
  columns() {
    return {
      day: this.#day.values,
      facility: this.#facility.values,
      gen: this.#gen.values,
      reported: this.#reported.values,
      end: this.#end.values,
      pair: this.#pair.values,
      place: this.#place.values,
      status: this.#status.values,
      value: this.#value.values,
    };
  }

  static categoryAndFlag(pair: string): readonly [category: string, flag: string] {
    const at = pair.indexOf(PAIR_SEPARATOR);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }

  addBlock({ rows, columns }: NativeBlock): void {
    if (rows === 0) return;
    const from = this.rows;
    const to = from + rows;
    this.#day.room(to).set(numbersOf(columns.get('day')) as Uint16Array, from);
    this.#ver.room(to).set(numbersOf(columns.get('ver')) as BigUint64Array, from);
    this.#tie.room(to).set(numbersOf(columns.get('tie')) as BigUint64Array, from);
    this.#gen.room(to).set(numbersOf(columns.get('gen')) as Uint8Array, from);
    this.#reported.room(to).set(numbersOf(columns.get('reported')) as Uint8Array, from);
    const unit = numbersOf(columns.get('unit')) as BigUint64Array;
    const [low, high] = [this.#unitLow.room(to), this.#unitHigh.room(to)];
    for (let i = 0; i < rows; i++) {
      low[from + i] = unit[2 * i]!;
      high[from + i] = unit[2 * i + 1]!;
    }
    this.#addWords(columns.get('facility'), this.facilities, this.#facility.room(to), from);

    const status = columns.get('status');
    const ends = status?.ends;
    if (!ends) throw new TypeError('the slots have another form than expected');
    const end = this.#end.room(to);
    for (let i = 0; i < rows; i++) end[from + i] = this.cells + Number(ends[i]);
    const cells = this.cells + Number(ends[rows - 1]);
    this.#status.room(cells).set(numbersOf(status) as Uint8Array, this.cells);
    this.#value.room(cells).set(numbersOf(columns.get('value')) as Uint32Array, this.cells);
    if (cells > this.cells) {
      this.#addPairs(columns.get('category'), columns.get('flag'), this.#pair.room(cells));
      this.#addWords(columns.get('place'), this.places, this.#place.room(cells), this.cells);
    }
    this.cells = cells;
    this.rows = to;
  }

  #addWords(column: NativeColumn | undefined, into: Words, out: Uint32Array, from: number): void {
    if (column?.kind !== 'words') throw new TypeError('the slots have another form than expected');
    const { index } = column;
    const numbers = Uint32Array.from(column.words, (word) => into.of(word));
    for (let i = 0; i < index.length; i++) out[from + i] = numbers[Number(index[i])]!;
  }

  /** A pair is looked up once per block and pair of dictionary entries, not per cell. */
  #addPairs(categories: NativeColumn | undefined, flags: NativeColumn | undefined, out: Uint32Array): void {
    if (categories?.kind !== 'words' || flags?.kind !== 'words') throw new TypeError('the slots have another form');
    const width = flags.words.length;
    const known = new Int32Array(categories.words.length * width).fill(-1);
    const [category, flag] = [categories.index, flags.index];
    for (let i = 0; i < category.length; i++) {
      const [c, f] = [Number(category[i]), Number(flag[i])];
      let pair = known[c * width + f]!;
      if (pair < 0) {
        pair = this.pairs.of(`${categories.words[c]!}${PAIR_SEPARATOR}${flags.words[f]!}`);
        known[c * width + f] = pair;
      }
      out[this.cells + i] = pair;
    }
  }

  addRow({ origin, content }: SlotRow): void {
    const at = this.rows++;
    const { unit, categories, flags, places, statuses, values } = content;
    this.#day.room(at + 1)[at] = content.day;
    this.#facility.room(at + 1)[at] = this.facilities.of(content.facility);
    this.#unitLow.room(at + 1)[at] = unit & 0xffff_ffff_ffff_ffffn;
    this.#unitHigh.room(at + 1)[at] = unit >> 64n;
    this.#ver.room(at + 1)[at] = content.version;
    this.#tie.room(at + 1)[at] = origin.tie;
    this.#gen.room(at + 1)[at] = origin.gen;
    this.#reported.room(at + 1)[at] = content.reported ? 1 : 0;
    const cells = this.cells + statuses.length;
    const [pair, place] = [this.#pair.room(cells), this.#place.room(cells)];
    const [status, value] = [this.#status.room(cells), this.#value.room(cells)];
    for (const [i, reached] of statuses.entries()) {
      pair[this.cells + i] = this.pairs.of(`${categories[i]!}${PAIR_SEPARATOR}${flags[i]!}`);
      place[this.cells + i] = this.places.of(places[i] ?? '');
      status[this.cells + i] = reached;
      value[this.cells + i] = values[i]!;
    }
    this.cells = cells;
    this.#end.room(at + 1)[at] = cells;
  }

  /**
   * Rows in force: of each (day, facility, unit) the one with the highest version. `ever` tells per row in force
   * whether any version of its unit was a report.
   */
  newest(): { readonly rows: Uint32Array; readonly ever: Uint8Array } {
    const { day, facility, gen, reported } = this.columns();
    const [unitLow, unitHigh] = [this.#unitLow.halves(), this.#unitHigh.halves()];
    const [ver, tie] = [this.#ver.halves(), this.#tie.halves()];
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, this.rows * 2)));
    /** Row in force + 1, in the place its key hashes to. */
    const held = new Uint32Array(size);
    const ever = new Uint8Array(this.rows);
    const compare = (halves: Uint32Array, a: number, b: number): number =>
      halves[2 * a + 1]! - halves[2 * b + 1]! || halves[2 * a]! - halves[2 * b]!;
    for (let row = 0; row < this.rows; row++) {
      let at = Math.imul(facility[row]! ^ Math.imul(day[row]!, 0x9e37_79b1), 0x85eb_ca6b) ^ unitLow[2 * row]!;
      at = (at ^ (at >>> 15)) & (size - 1);
      for (; ; at = (at + 1) & (size - 1)) {
        const other = held[at]! - 1;
        if (other < 0) {
          held[at] = row + 1;
          ever[row] = reported[row]!;
          break;
        }
        const isSameKey =
          facility[other] === facility[row] &&
          day[other] === day[row] &&
          compare(unitLow, other, row) === 0 &&
          compare(unitHigh, other, row) === 0;
        if (!isSameKey) continue;
        const was = ever[other]! | reported[row]!;
        const isNewer = (compare(ver, row, other) || compare(tie, row, other) || gen[row]! - gen[other]!) > 0;
        if (isNewer) held[at] = row + 1;
        ever[isNewer ? row : other] = was;
        break;
      }
    }
    return { rows: this.#byDayAndFacility(held.filter((row) => row > 0)), ever };
  }

  /** The key of the order and the row itself in one number each, for a sort without callbacks. */
  #byDayAndFacility(held: Uint32Array): Uint32Array {
    const { day, facility } = this.columns();
    let first = Infinity;
    for (let i = 0; i < this.rows; i++) first = Math.min(first, day[i]!);
    const keys = Float64Array.from(held, (row) => {
      const key = (day[row - 1]! - first) * this.facilities.list.length + facility[row - 1]!;
      return key * this.rows + row - 1;
    });
    return Uint32Array.from(keys.sort(), (key) => key % this.rows);
  }
}

/** A day's part of sorted rows: `[from, to)`. */
export function* dayRanges(
  table: SlotTable,
  rows: Uint32Array,
): Generator<{ readonly day: Day; readonly from: number; readonly to: number }> {
  const { day } = table.columns();
  for (let from = 0; from < rows.length;) {
    const of = day[rows[from]!]!;
    let to = from + 1;
    while (to < rows.length && day[rows[to]!] === of) to++;
    yield { day: of, from, to };
    from = to;
  }
}
