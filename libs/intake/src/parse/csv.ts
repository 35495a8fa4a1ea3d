import { BellwetherError } from '#vocabulary';
import { lineAt } from './decode.js';
import { type RowSplitter, type TableContext, tooLong, tooWide } from './table.js';

const QUOTE = 34;
const LF = 10;
const CR = 13;

/**
 * Splits RFC 4180 text into rows. Departures from the RFC: any delimiter; LF and CR alone end a row as CRLF does; the
 * last line end may be missing; blank lines are skipped. A quote inside an unquoted field and text after a closing
 * quote are refused, for they leave open where the field ends.
 */
export function csvSplitter(text: string, { member, limits, layout: { delimiter } }: TableContext): RowSplitter {
  const size = text.length;
  const first = delimiter.charCodeAt(0);
  let at = 0;
  let line = 1;

  const malformed = (detail: string): BellwetherError =>
    new BellwetherError('FILE_MALFORMED', detail, { member, line });

  /** `at` stands on the opening quote; afterwards behind the closing one. */
  const quoted = (): string => {
    let value = '';
    const opened = at;
    for (let from = at + 1; ; from = at + 1) {
      const close = text.indexOf('"', from);
      if (close < 0) throw malformed('a quote opens here and is never closed');
      if (close - opened - 1 > limits.fieldLength) throw tooLong('field', limits.fieldLength, { member, line });
      value += text.slice(from, close);
      at = close + 1;
      if (text.charCodeAt(at) !== QUOTE) return value;
      value += '"';
    }
  };

  const unquoted = (): string => {
    const from = at;
    for (; at < size; at++) {
      const code = text.charCodeAt(at);
      if (code === LF || code === CR || (code === first && text.startsWith(delimiter, at))) break;
      if (code === QUOTE) throw malformed('a quote inside a field that does not begin with one');
    }
    return text.slice(from, at);
  };

  return (cursor, fields) => {
    const rowStart = cursor.at;
    const rowLine = cursor.line;
    let blank = true;
    fields.length = 0;
    at = rowStart;
    line = rowLine;
    for (;;) {
      const isQuoted = text.charCodeAt(at) === QUOTE;
      const from = at;
      const field = isQuoted ? quoted() : unquoted();
      if (isQuoted) line += lineAt(text.slice(from, at), at - from) - 1;
      if (field.length > limits.fieldLength) throw tooLong('field', limits.fieldLength, { member, line: rowLine });
      if (at - rowStart > limits.rowLength) throw tooLong('row', limits.rowLength, { member, line: rowLine });
      if (fields.push(field) > limits.columns) throw tooWide(limits.columns, { member, line: rowLine });
      const delimited = text.startsWith(delimiter, at);
      blank &&= !isQuoted && !delimited && field.trim() === '';
      if (!delimited) break;
      at += delimiter.length;
    }
    if (at < size) {
      const code = text.charCodeAt(at);
      if (code !== LF && code !== CR) throw malformed('text after a closing quote');
      at += code === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
      line++;
    }
    cursor.at = at;
    cursor.line = line;
    return !blank;
  };
}
