import { endOfLine, nextLine } from './lines.js';
import { type RowSplitter, type TableContext, tooLong, tooWide } from './table.js';

/** Splits text without quotes into rows: a line is a row, every delimiter ends a field. Blank lines are skipped. */
export function delimitedSplitter(text: string, { member, limits, layout: { delimiter } }: TableContext): RowSplitter {
  return (cursor, fields) => {
    const { at, line } = cursor;
    const end = endOfLine(text, at);
    cursor.at = nextLine(text, end);
    cursor.line = line + 1;
    if (end - at > limits.rowLength) throw tooLong('row', limits.rowLength, { member, line });
    const row = text.slice(at, end);
    const split = row.split(delimiter, limits.columns + 1);
    if (split.length > limits.columns) throw tooWide(limits.columns, { member, line });
    fields.length = 0;
    for (const field of split) {
      if (field.length > limits.fieldLength) throw tooLong('field', limits.fieldLength, { member, line });
      fields.push(field);
    }
    return fields.length > 1 || row.trim() !== '';
  };
}
