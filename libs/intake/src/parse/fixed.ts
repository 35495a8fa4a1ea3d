import type { FixedLayout } from '#registry';
import { locate, selectorsFor } from './columns.js';
import type { Field, ParseLimits, ParseResult, ParseSink, Selectors } from './contract.js';
import { endOfCodes, endOfLine, nextLine } from './lines.js';
import { CONFLICT_MIDDLE, conflict } from './screening.js';
import { checkTime, tooLong, tooMany } from './table.js';

export interface FixedContext {
  readonly member: string;
  readonly layout: FixedLayout;
  readonly selectors: Selectors;
  readonly limits: ParseLimits;
  readonly sink: ParseSink;
}

/**
 * Cuts lines at fixed positions (in characters) and trims each field on the right. A line that ends before the end of
 * the last required column is a row error: what is left of a cut number is another number. An optional column that
 * begins behind the end of the line is absent. What follows the last declared column is not read.
 *
 * `codes` are the character codes of the text where it is ASCII; they are only a faster way to look at it.
 */
export function readFixed(text: string, codes: Uint8Array | undefined, context: FixedContext): ParseResult {
  const { member, layout, selectors, limits, sink } = context;
  const columns = layout.columns.map(({ name }) => name);
  const chosen = selectorsFor(selectors, columns);
  const slices = Array.from(locate(chosen, columns, member), (position) => {
    const { start = Infinity, width = 0 } = layout.columns[position] ?? {};
    return { from: start - 1, to: start - 1 + width };
  });
  const needed = Math.max(0, ...slices.map(({ to }, index) => (chosen[index]?.required ? to : 0)));
  const fields = new Array<Field>(slices.length).fill(undefined);
  const place = { record: 0, line: 0 };
  let records = 0;
  let line = 0;
  for (let next = 0; next < text.length;) {
    const at = next;
    const end = codes ? endOfCodes(codes, at) : endOfLine(text, at);
    const length = end - at;
    next = nextLine(text, end);
    line++;
    if (length > limits.rowLength) throw tooLong('row', limits.rowLength, { member, line });
    if (length === CONFLICT_MIDDLE.length && text.startsWith(CONFLICT_MIDDLE, at)) throw conflict(member, line);
    if (isBlank(text, at, end)) continue;
    records++;
    if (records > limits.rows) throw tooMany(limits.rows, member, line);
    if ((records & 4095) === 0) checkTime(limits, member, line);
    if (length < needed) {
      const detail = `${length} characters; the required columns need ${needed}`;
      sink.rowError({ code: 'ROW_FIELD_COUNT', detail, record: records, line });
      continue;
    }
    for (let index = 0; index < slices.length; index++) {
      const { from, to } = slices[index]!;
      const cut = Math.min(at + to, end);
      if (from >= length) fields[index] = undefined;
      else if (codes) fields[index] = text.slice(at + from, trimmedEnd(codes, at + from, cut));
      else fields[index] = text.slice(at + from, cut).trimEnd();
    }
    place.record = records;
    place.line = line;
    sink.record(fields, place);
  }
  return { records, columns };
}

const isBlank = (text: string, at: number, end: number): boolean =>
  !(text.charCodeAt(at) > 32 && text.charCodeAt(at) < 127) && text.slice(at, end).trim() === '';

/** As trimEnd of ASCII: tab, line feed, vertical tab, form feed, carriage return, space. */
function trimmedEnd(codes: Uint8Array, from: number, to: number): number {
  let end = to;
  for (; end > from; end--) {
    const code = codes[end - 1]!;
    if (code !== 32 && (code < 9 || code > 13)) break;
  }
  return end;
}
