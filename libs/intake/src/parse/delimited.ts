import { eachLine } from './lines.js';
import { type TableContext, type TableRows, tooLong, tooWide } from './table.js';

/** Splits text without quotes into rows: a line is a row, every delimiter ends a field. Blank lines are skipped. */
export function readDelimited(text: string, context: TableContext, rows: TableRows): void {
  const { member, limits } = context;
  const { delimiter } = context.layout;
  eachLine(text, (row, line) => {
    if (row.length > limits.rowLength) throw tooLong('row', limits.rowLength, { member, line });
    const fields = row.split(delimiter, limits.columns + 1);
    if (fields.length > limits.columns) throw tooWide(limits.columns, { member, line });
    if (fields.some((field) => field.length > limits.fieldLength)) {
      throw tooLong('field', limits.fieldLength, { member, line });
    }
    if (fields.length > 1 || row.trim() !== '') rows.row(fields, line);
  });
}
