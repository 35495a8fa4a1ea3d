import { type ParseOptions, PARSE_LIMITS, type ParseResult, type ParseSink } from './contract.js';
import { csvSplitter } from './csv.js';
import { decode } from './decode.js';
import { delimitedSplitter } from './delimited.js';
import { isFastDelimiter, readTableFast } from './fast-table.js';
import { readFixed } from './fixed.js';
import { screen } from './screening.js';
import { readRows, tableRows } from './table.js';
import { readXml } from './xml.js';

/**
 * Reads one member in its layout and hands its records to the sink, in order. What refuses the whole file is thrown as
 * a BellwetherError (FILE_*) with member and line; a row that cannot be split goes to `rowError` and the rest is read.
 * Records handed over before a throw are void.
 */
export function parseMember(data: Uint8Array, options: ParseOptions, sink: ParseSink): ParseResult {
  const { member, layout, selectors, limits = PARSE_LIMITS } = options;
  if (layout.format === 'xml') return readXml(data, { member, layout, selectors, limits, sink });
  const { text, codes } = decode(data, layout.encoding, member);
  screen(text, member);
  if (layout.format === 'fixed') return readFixed(text, codes, { member, layout, selectors, limits, sink });
  const context = { member, layout, selectors, limits, sink };
  const rows = tableRows(context);
  const split = layout.format === 'csv' ? csvSplitter(text, context) : delimitedSplitter(text, context);
  if (codes && isFastDelimiter(layout.delimiter)) readTableFast({ text, codes, context, split, rows });
  else readRows(text.length, split, rows);
  return rows.end();
}
