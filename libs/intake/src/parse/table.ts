import type { TableLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { locate, selectorsFor } from './columns.js';
import type { Field, ParseLimits, ParseResult, ParseSink, Selectors } from './contract.js';
import { CONFLICT_MIDDLE, conflict } from './screening.js';

export interface TableContext {
  readonly member: string;
  readonly layout: TableLayout;
  readonly selectors: Selectors;
  readonly limits: ParseLimits;
  readonly sink: ParseSink;
}

/** What the rows of a table become: header, field count, selection, bounds. Both readers of tables end here. */
export interface TableRows {
  /** Columns of the table; 0 until the header is known. */
  readonly width: number;
  /** Column of each selector, −1 for one that the table does not have. */
  readonly positions: Int32Array;
  /** The array that the sink is given, a place for each selector. */
  readonly fields: Field[];
  /** Any row, split; the first is the header unless the layout declares columns. The array may be reused. */
  row(fields: readonly string[], line: number): void;
  /** A row of `width` fields, of which the caller has put the selected ones into `fields`. */
  record(line: number): void;
  /** A row of another number of fields than `width`; it is an error of the row. */
  miscounted(found: number, line: number): void;
  end(): ParseResult;
}

export function tableRows(context: TableContext): TableRows {
  const { member, layout, selectors, limits, sink } = context;
  let columns: readonly string[] | undefined;
  const at = { record: 0, line: 0 };
  let records = 0;

  const count = (line: number): void => {
    records++;
    if (records > limits.rows) throw tooMany(limits.rows, member, line);
    if ((records & 4095) === 0) checkTime(limits, member, line);
  };

  const rows = {
    width: 0,
    positions: new Int32Array(0) as Int32Array,
    fields: [] as Field[],
    row(row: readonly string[], line: number): void {
      if (row.length === 1 && row[0] === CONFLICT_MIDDLE) throw conflict(member, line);
      if (!columns) return begin(row.map((name) => name.trim()));
      if (row.length === columns.length) {
        const { positions, fields } = rows;
        for (let index = 0; index < positions.length; index++) fields[index] = row[positions[index]!];
        return rows.record(line);
      }
      rows.miscounted(row.length, line);
    },
    miscounted(found: number, line: number): void {
      count(line);
      const detail = `${found} fields; the header has ${rows.width}`;
      sink.rowError({ code: 'ROW_FIELD_COUNT', detail, record: records, line });
    },
    record(line: number): void {
      count(line);
      at.record = records;
      at.line = line;
      sink.record(rows.fields, at);
    },
    end(): ParseResult {
      if (!columns) begin([]);
      return { records, columns: columns ?? [] };
    },
  };

  const begin = (header: readonly string[]): void => {
    columns = header;
    rows.width = header.length;
    rows.positions = locate(selectorsFor(selectors, header), header, member);
    rows.fields = new Array<Field>(rows.positions.length).fill(undefined);
  };
  if (layout.columns) begin(layout.columns);
  return rows;
}

export const tooMany = (rows: number, member: string, line: number): BellwetherError =>
  new BellwetherError('FILE_TOO_LARGE', `more than ${rows} rows`, { member, line });

export function checkTime(limits: ParseLimits, member: string, line: number): void {
  if (limits.expired?.()) throw new BellwetherError('FILE_TOO_LARGE', 'reading took too long', { member, line });
}

export const tooLong = (
  what: 'row' | 'field',
  limit: number,
  place: { member: string; line: number },
): BellwetherError => new BellwetherError('FILE_TOO_LARGE', `a ${what} of more than ${limit} characters`, place);

export const tooWide = (limit: number, place: { member: string; line: number }): BellwetherError =>
  new BellwetherError('FILE_TOO_LARGE', `a row of more than ${limit} fields`, place);

/** Where a reader of rows stands: at the first character of a row, on a line counted from 1. */
export interface Cursor {
  at: number;
  line: number;
}

/**
 * Splits the row at the cursor into `fields` and moves the cursor behind its line end; false for a blank line. This is
 * the safe path: it understands every row, or refuses it.
 */
export type RowSplitter = (cursor: Cursor, fields: string[]) => boolean;

/** Reads a whole table by the safe path. */
export function readRows(size: number, split: RowSplitter, rows: TableRows): void {
  const cursor: Cursor = { at: 0, line: 1 };
  const fields: string[] = [];
  while (cursor.at < size) {
    const { line } = cursor;
    if (split(cursor, fields)) rows.row(fields, line);
  }
}
