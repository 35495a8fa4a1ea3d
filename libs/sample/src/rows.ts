import type { Day } from '#vocabulary';
import { GREATEST_COUNT, MISSING, SUPPRESSED, UNSTATED } from './cell-values.js';
import type { Cell } from './categories.js';
import { pick, type Random } from './random.js';
import type { TextFormat } from './formats.js';
import type { SampleFacility } from './model.js';

/** A record that was spoiled on purpose: its value is not counted. */
export interface SpoiledCell {
  readonly cell: number;
  readonly code:
    'VALUE_NEGATIVE' | 'VALUE_NOT_A_NUMBER' | 'VALUE_BAD_DATE' | 'VALUE_UNKNOWN_CODE' | 'ROW_FACILITY_MISSING';
}

/** Writes files of rows; one after the other, into one buffer that grows. */
export interface RowWriter {
  /** Begins a file. */
  begin(): void;
  /** Adds one facility-day; `counts` begin at `offset`. */
  slot(facility: SampleFacility, day: Day, counts: Uint16Array, offset: number): void;
  /** The same with one record in error; undefined when the slot has fewer than two records. */
  spoiledSlot(facility: SampleFacility, day: Day, counts: Uint16Array, random: Random): SpoiledCell | undefined;
  /** The file so far, valid until the next `begin`. */
  content(): Uint8Array;
  /** Data rows since `begin`. */
  rows(): number;
}

export interface RowWriterOptions {
  readonly format: TextFormat;
  readonly cells: readonly Cell[];
  readonly lineEnd: string;
  /** True: a cell without count is left out, but a day without any is stated by one zero at `zeroCell`. */
  readonly sparse: boolean;
  readonly zeroCell: number;
}

/** Greatest number of bytes of one facility-day: 24 rows of less than 80. */
const SLOT_BYTES = 2_048;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/**
 * The hot loop of the generator: rows are put together from texts rendered once (facility, day, cell) and from digits.
 * Precondition: no count above {@link GREATEST_COUNT}, so at most five digits.
 */
export function rowWriter({ format, cells, lineEnd, sparse, zeroCell }: RowWriterOptions): RowWriter {
  const header = bytesOf(format.header === undefined ? '' : format.header + lineEnd);
  const end = bytesOf(lineEnd);
  const middles = cells.map((cell) => bytesOf(format.cell(cell)));
  const heads = new Map<string, Uint8Array>();
  const dates = new Map<Day, Uint8Array>();
  const { wide, width } = format;
  let out: Uint8Array = new Uint8Array(1 << 20);
  let at = 0;
  let rows = 0;

  const headOf = (facility: SampleFacility): Uint8Array => {
    const known = heads.get(facility.id) ?? bytesOf(format.head(facility));
    heads.set(facility.id, known);
    return known;
  };
  const dateOf = (day: Day): Uint8Array => {
    const known = dates.get(day) ?? bytesOf(format.day(day));
    dates.set(day, known);
    return known;
  };
  const room = (): void => {
    if (at + SLOT_BYTES <= out.length) return;
    const larger = new Uint8Array(out.length * 2);
    larger.set(out);
    out = larger;
  };
  const text = (bytes: Uint8Array): void => {
    for (let i = 0; i < bytes.length; i++) out[at++] = bytes[i]!;
  };
  const value = (count: number): void => {
    const start = at;
    if (count <= GREATEST_COUNT) {
      if (count >= 10_000) out[at++] = 48 + ((count / 10_000) | 0);
      if (count >= 1_000) out[at++] = 48 + (((count / 1_000) | 0) % 10);
      if (count >= 100) out[at++] = 48 + (((count / 100) | 0) % 10);
      if (count >= 10) out[at++] = 48 + (((count / 10) | 0) % 10);
      out[at++] = 48 + (count % 10);
    } else if (count === MISSING) text(NOT_REPORTED);
    else if (count === SUPPRESSED) text(HELD_BACK);
    while (at - start < width) out[at++] = 32;
  };
  const row = (head: Uint8Array, date: Uint8Array, middle: Uint8Array, count: number): void => {
    text(head);
    text(date);
    text(middle);
    value(count);
    text(end);
    rows++;
  };
  const stated = (count: number): boolean => (sparse ? count !== 0 : count !== UNSTATED);

  const slot: RowWriter['slot'] = (facility, day, counts, offset) => {
    room();
    const head = headOf(facility);
    const date = dateOf(day);
    if (wide) {
      text(head);
      text(date);
      for (let cell = 0; cell < middles.length; cell++) {
        text(middles[cell]!);
        value(counts[offset + cell]!);
      }
      text(end);
      rows++;
      return;
    }
    const before = rows;
    for (let cell = 0; cell < middles.length; cell++) {
      const count = counts[offset + cell]!;
      if (stated(count)) row(head, date, middles[cell]!, count);
    }
    if (rows === before) row(head, date, middles[zeroCell]!, 0);
  };

  return {
    begin: () => {
      at = 0;
      rows = 0;
      text(header);
    },
    slot,
    spoiledSlot: (facility, day, counts, random) => {
      const usable = cells
        .map((_, cell) => cell)
        .filter((cell) => stated(counts[cell]!) && counts[cell]! <= GREATEST_COUNT);
      if (wide || usable.length < 2) return undefined;
      const cell = pick(usable, random);
      const code = pick(SPOILS, random);
      const others = counts.slice();
      others[cell] = sparse ? 0 : UNSTATED;
      slot(facility, day, others, 0);
      const lines = spoiledLine({ facility, day, cell: cells[cell]!, count: counts[cell]!, format, code });
      text(bytesOf(lines + lineEnd));
      rows++;
      return { cell, code };
    },
    content: () => out.subarray(0, at),
    rows: () => rows,
  };
}

const NOT_REPORTED = bytesOf('NA');
const HELD_BACK = bytesOf('-999999');
const SPOILS: readonly SpoiledCell['code'][] = [
  'VALUE_NEGATIVE',
  'VALUE_NOT_A_NUMBER',
  'VALUE_BAD_DATE',
  'VALUE_UNKNOWN_CODE',
  'ROW_FACILITY_MISSING',
];

interface SpoiledLine {
  readonly facility: SampleFacility;
  readonly day: Day;
  readonly cell: Cell;
  readonly count: number;
  readonly format: TextFormat;
  readonly code: SpoiledCell['code'];
}

/** A record in error, with every other field as it should be; of the same length where positions matter. */
function spoiledLine({ facility, day, cell, count, format, code }: SpoiledLine): string {
  const value =
    code === 'VALUE_NEGATIVE'
      ? `-${Math.max(1, Math.min(9, count))}`
      : code === 'VALUE_NOT_A_NUMBER'
        ? 'two'
        : String(count);
  const head = code === 'ROW_FACILITY_MISSING' ? { ...facility, id: format.width > 0 ? '       ' : '' } : facility;
  const date = format.day(day);
  const middle = format.cell(cell);
  return (
    format.head(head) +
    (code === 'VALUE_BAD_DATE' ? date.replace(/\d/g, '9') : date) +
    (code === 'VALUE_UNKNOWN_CODE'
      ? middle.replace(/^[A-Za-z0-9_-]{1,3}/, (code) => 'X'.repeat(code.length))
      : middle) +
    value.padEnd(format.width)
  );
}
