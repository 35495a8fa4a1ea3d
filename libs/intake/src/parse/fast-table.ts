import { CONFLICT_MIDDLE } from './screening.js';
import type { Cursor, RowSplitter, TableContext, TableRows } from './table.js';

const LF = 10;
const CR = 13;
const QUOTE = 34;

interface FastTable {
  readonly text: string;
  /** Character codes of `text`, at the same positions. */
  readonly codes: Uint8Array;
  readonly context: TableContext;
  readonly split: RowSplitter;
  readonly rows: TableRows;
}

/** Whether {@link readTableFast} may be used: a delimiter of one ASCII character that is no part of another rule. */
export const isFastDelimiter = (delimiter: string): boolean => /^[\t\x20-\x7e]$/.test(delimiter) && delimiter !== '"';

/** Nothing but what `trim` takes of ASCII. */
function isBlank(codes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (codes[at] === 32 || (codes[at]! >= 9 && codes[at]! <= 13))) at++;
  return at === to;
}

/**
 * Reads a table by the codes of its characters. Taken here: rows of no more fields than the header, without a quote
 * (where quotes mean something) and shorter than every limit; those of fewer fields are refused, blank ones skipped. Each other row, the header included, goes to the
 * safe splitter, and reading goes on here behind it; so both paths give the same records and the same errors.
 *
 * A field equal to that of the row before is given as the same string: columns as facility, day or flag seldom change,
 * and a reader of maps then has the hash of the string at hand.
 */
export function readTableFast({ text, codes, context, split, rows }: FastTable): void {
  const { layout, limits } = context;
  const size = codes.length;
  const delimiter = layout.delimiter.charCodeAt(0);
  const quote = layout.format === 'csv' ? QUOTE : LF;
  const longest = Math.min(limits.fieldLength, limits.rowLength);
  const cursor: Cursor = { at: 0, line: 1 };
  const split_ = (): void => {
    const { line } = cursor;
    if (split(cursor, slow)) rows.row(slow, line);
  };
  const slow: string[] = [];
  while (cursor.at < size && rows.width === 0) split_();

  const { width, positions, fields } = rows;
  const ends = new Int32Array(width + 1);
  const selected = positions.length;
  const starts = new Int32Array(selected);
  const lengths = new Int32Array(selected).fill(-1);
  let at = cursor.at;
  let line = cursor.line;

  while (at < size) {
    let end = at;
    let found = 0;
    let code = 0;
    for (; end < size; end++) {
      code = codes[end]!;
      if (code === delimiter) {
        if (found === width) break;
        ends[found++] = end;
      } else if (code <= QUOTE && (code === LF || code === CR || code === quote)) break;
    }
    const isWhole = end === size || code === LF || code === CR;
    if (!isWhole || found !== width - 1 || found === 0 || end - at > longest) {
      const isShort = isWhole && found < width - 1 && end - at <= longest;
      if (isShort && (found > 0 || end - at !== CONFLICT_MIDDLE.length)) {
        // As the safe splitter has it, only sooner: a file may be nothing but blank lines and rows of one field.
        if (found > 0 || !isBlank(codes, at, end)) rows.miscounted(found + 1, line);
        at = code === CR && end + 1 < size && codes[end + 1] === LF ? end + 2 : end + 1;
        line++;
        continue;
      }
      cursor.at = at;
      cursor.line = line;
      split_();
      at = cursor.at;
      line = cursor.line;
      lengths.fill(-1);
      continue;
    }
    ends[found] = end;
    for (let index = 0; index < selected; index++) {
      const position = positions[index]!;
      if (position < 0) continue;
      const from = position === 0 ? at : ends[position - 1]! + 1;
      const length = ends[position]! - from;
      const before = starts[index]!;
      let same = length === lengths[index] ? length - 1 : -2;
      while (same >= 0 && codes[before + same] === codes[from + same]) same--;
      if (same === -1) continue;
      fields[index] = text.slice(from, from + length);
      starts[index] = from;
      lengths[index] = length;
    }
    rows.record(line);
    at = code === CR && end + 1 < size && codes[end + 1] === LF ? end + 2 : end + 1;
    line++;
  }
}
