import type { FixedLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { locate, selectorsFor } from './columns.js';
import type { Field, ParseLimits, ParseResult, ParseSink, Selectors } from './contract.js';
import { eachLine } from './lines.js';
import { CONFLICT_MIDDLE, conflict } from './screening.js';
import { checkTime, tooLong, tooMany } from './table.js';

export interface FixedContext {
  readonly member: string;
  readonly layout: FixedLayout;
  readonly selectors: Selectors;
  readonly limits: ParseLimits;
  readonly sink: ParseSink;
}

interface Slice {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts lines at fixed positions (in characters) and trims each field on the right. A line that ends before the end of
 * the last required column is a row error: what is left of a cut number is another number. An optional column that
 * begins behind the end of the line is absent. What follows the last declared column is not read.
 */
export function readFixed(text: string, { member, layout, selectors, limits, sink }: FixedContext): ParseResult {
  const columns = layout.columns.map(({ name }) => name);
  const chosen = selectorsFor(selectors, columns);
  const positions = locate(chosen, columns, member);
  const slices = Array.from(positions, (position): Slice | undefined => {
    const column = layout.columns[position];
    return column && { from: column.start - 1, to: column.start - 1 + column.width };
  });
  const needed = Math.max(0, ...slices.map((slice, index) => (chosen[index]?.required && slice ? slice.to : 0)));
  const fields = new Array<Field>(slices.length).fill(undefined);
  const at = { record: 0, line: 0 };
  let records = 0;
  eachLine(text, (row, line) => {
    if (row.length > limits.rowLength) throw tooLong('row', limits.rowLength, { member, line });
    if (row === CONFLICT_MIDDLE) throw conflict(member, line);
    if (row.trim() === '') return;
    records++;
    if (records > limits.rows) throw tooMany(limits.rows, member, line);
    if ((records & 4095) === 0) checkTime(limits, member, line);
    if (row.length < needed) {
      const detail = `${row.length} characters; the required columns need ${needed}`;
      return sink.rowError(new BellwetherError('ROW_FIELD_COUNT', detail, { member, record: records, line }));
    }
    slices.forEach((slice, index) => {
      fields[index] = slice && slice.from < row.length ? row.slice(slice.from, slice.to).trimEnd() : undefined;
    });
    at.record = records;
    at.line = line;
    sink.record(fields, at);
  });
  return { records, columns };
}
