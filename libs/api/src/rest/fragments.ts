import { LRUCache } from 'lru-cache';
import { openYear, type SeriesRecords, type StoredYear } from '#analytics';
import type { OpenRegionYear } from '#series-codec';
import { type SeriesRecord, STATUS } from '#vocabulary';
import { COUNT_BYTES, SLACK, writeReported } from './count-text.js';

/** One category of a stored year as text. Both lists have a value a day, commas between, no brackets. */
export interface Fragment {
  readonly text: Buffer;
  /** Where the list of totals ends and that of the unflagged begins. */
  readonly middle: number;
  readonly days: number;
  /** A status a day; undefined when every day was reported. */
  readonly status: Uint8Array | undefined;
}

/** Parts of stored years, made when they are first asked for and kept for as long as the year is the same. */
export interface Fragments {
  /** One category as text. */
  of(year: StoredYear, category: string, absence: SeriesRecords['absence']): Fragment;
  /** The year as it is stored, with these categories only. */
  records(year: StoredYear, categories: readonly string[]): Uint8Array;
}

/** Counted besides the text. */
const OVERHEAD = 300;

let scratch = Buffer.allocUnsafe(2 * 366 * COUNT_BYTES + SLACK);

export function fragmentOf({ total, unflagged, status }: Omit<SeriesRecord, 'rev'>): Fragment {
  const days = total.length;
  if (scratch.length < 2 * days * COUNT_BYTES + SLACK) scratch = Buffer.allocUnsafe(2 * days * COUNT_BYTES + SLACK);
  const middle = writeReported(scratch, 0, { counts: total, status });
  const end = writeReported(scratch, middle, { counts: unflagged, status });
  const isWhole = status.every((one) => one === STATUS.reported);
  return { text: Buffer.from(scratch.subarray(0, end)), middle, days, status: isWhole ? undefined : status };
}

/** A category that the record does not hold: on days with a report, what absence means. */
function absentRecord(
  { days, reporting }: OpenRegionYear,
  absence: SeriesRecords['absence'],
): Omit<SeriesRecord, 'rev'> {
  const status = Uint8Array.from(reporting(), (count) =>
    count > 0 && absence === 'zero' ? STATUS.reported : STATUS.missing,
  );
  return { total: new Uint32Array(days), unflagged: new Uint32Array(days), status };
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly categories: Map<string, Fragment>;
  /** By the names of the categories in them. */
  readonly records: Map<string, Uint8Array>;
  readonly size: number;
}

/** `maxBytes` of them; 0 keeps nothing. */
export function openFragments({ maxBytes }: { maxBytes: number }): Fragments {
  const kept = new LRUCache<string, Kept>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ size }) => size,
  });
  function keptOf({ key, bytes }: StoredYear): Kept {
    const year = kept.get(key);
    return year?.bytes === bytes ? year : { bytes, categories: new Map(), records: new Map(), size: OVERHEAD };
  }
  const keep = ({ key }: StoredYear, year: Kept, more: number): void => {
    if (maxBytes > 0) kept.set(key, { ...year, size: year.size + more + OVERHEAD });
  };
  return {
    of(stored, category, absence) {
      const year = keptOf(stored);
      const known = year.categories.get(category);
      if (known) return known;
      const source = openYear(stored.bytes);
      const made = fragmentOf(source.series(category) ?? absentRecord(source, absence));
      year.categories.set(category, made);
      keep(stored, year, made.text.length);
      return made;
    },
    records(stored, categories) {
      const year = keptOf(stored);
      const name = categories.join('\n');
      const known = year.records.get(name);
      if (known) return known;
      const made = openYear(stored.bytes).select(categories);
      year.records.set(name, made);
      keep(stored, year, name.length + made.length);
      return made;
    },
  };
}

const COMMA = 0x2c;

/** The days `first … last` of a fragment, both included. */
export interface Piece {
  readonly fragment: Fragment;
  readonly first: number;
  readonly last: number;
}

/** Where value `index` of the list that lies from `at` to `end` begins. */
function placeOf(text: Buffer, index: number, at: number, end: number): number {
  let place = at;
  for (let left = index; left > 0 && place < end; place++) if (text[place] === COMMA) left--;
  return place;
}

/**
 * Copies the values of a piece from the list that lies from `start` to `end` of its text; returns the position after them.
 * Arguments are plain numbers: this is called for every series and year of an answer.
 */
export function copyDays(
  out: Buffer,
  at: number,
  { fragment, first, last }: Piece,
  start: number,
  end: number,
): number {
  const { text, days } = fragment;
  const from = first === 0 ? start : placeOf(text, first, start, end);
  const to = last === days - 1 ? end : placeOf(text, last - first + 1, from, end) - 1;
  return at + text.copy(out, at, from, to);
}
