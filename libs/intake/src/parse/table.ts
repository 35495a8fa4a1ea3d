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

export interface TableRows {
  /** One row, split; the first is the header unless the layout declares columns. The array may be reused. */
  row(fields: readonly string[], line: number): void;
  end(): ParseResult;
}

/** Turns split rows into records: header, field count, selection, bounds. Both kinds of table end here. */
export function tableRows({ member, layout, selectors, limits, sink }: TableContext): TableRows {
  let columns = layout.columns;
  let positions = columns && locate(selectorsFor(selectors, columns), columns, member);
  let fields: Field[] = [];
  let records = 0;
  const at = { record: 0, line: 0 };

  const begin = (header: readonly string[]): void => {
    columns = header.map((name) => name.trim());
    positions = locate(selectorsFor(selectors, columns), columns, member);
  };

  return {
    row(row, line) {
      if (row.length === 1 && row[0] === CONFLICT_MIDDLE) throw conflict(member, line);
      if (!columns || !positions) return begin(row);
      records++;
      if (records > limits.rows) throw tooMany(limits.rows, member, line);
      if ((records & 4095) === 0) checkTime(limits, member, line);
      if (row.length !== columns.length)
        return sink.rowError(fieldCount(row.length, columns.length, { member, record: records, line }));
      if (fields.length !== positions.length) fields = new Array<Field>(positions.length).fill(undefined);
      for (let index = 0; index < positions.length; index++) fields[index] = row[positions[index]!];
      at.record = records;
      at.line = line;
      sink.record(fields, at);
    },
    end() {
      if (!columns) begin([]);
      return { records, columns: columns ?? [] };
    },
  };
}

export const tooMany = (rows: number, member: string, line: number): BellwetherError =>
  new BellwetherError('FILE_TOO_LARGE', `more than ${rows} rows`, { member, line });

export function checkTime(limits: ParseLimits, member: string, line: number): void {
  if (limits.expired?.()) throw new BellwetherError('FILE_TOO_LARGE', 'reading took too long', { member, line });
}

export function fieldCount(
  found: number,
  expected: number,
  place: { member: string; record: number; line: number },
): BellwetherError {
  return new BellwetherError('ROW_FIELD_COUNT', `${found} fields; the header has ${expected}`, place);
}

export const tooLong = (
  what: 'row' | 'field',
  limit: number,
  place: { member: string; line: number },
): BellwetherError => new BellwetherError('FILE_TOO_LARGE', `a ${what} of more than ${limit} characters`, place);

export const tooWide = (limit: number, place: { member: string; line: number }): BellwetherError =>
  new BellwetherError('FILE_TOO_LARGE', `a row of more than ${limit} fields`, place);
