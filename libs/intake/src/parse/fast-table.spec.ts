import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TableLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { type ParseLimits, PARSE_LIMITS } from './contract.js';
import { csvSplitter } from './csv.js';
import { delimitedSplitter } from './delimited.js';
import { readTableFast } from './fast-table.js';
import { readRows, tableRows, type TableContext } from './table.js';

type Path = 'fast' | 'safe';

/** Everything a reader does with a text, as one string: records with their places, row errors, refusal, result. */
function story(text: string, path: Path, { layout, limits }: { layout: TableLayout; limits: ParseLimits }): string {
  const told: unknown[] = [];
  const context: TableContext = {
    member: 'm',
    layout,
    limits,
    selectors: [
      { column: 'b', required: false },
      { column: 'a', required: true },
      { column: 'z', required: false },
    ],
    sink: {
      record: (fields, { record, line }) => told.push([...fields, record, line]),
      rowError: ({ code, detail, record, line }) => told.push([code, detail, { member: 'm', record, line }]),
    },
  };
  try {
    const rows = tableRows(context);
    const split = layout.format === 'csv' ? csvSplitter(text, context) : delimitedSplitter(text, context);
    if (path === 'safe') readRows(text.length, split, rows);
    else readTableFast({ text, codes: Buffer.from(text), context, split, rows });
    told.push(rows.end());
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    told.push([error.code, error.detail, error.place]);
  }
  return JSON.stringify(told);
}

const layoutOf = (format: 'csv' | 'delimited', columns?: readonly string[]): TableLayout => ({
  id: 't',
  extensions: [],
  encoding: 'auto',
  wide: undefined,
  format,
  delimiter: '|',
  columns,
});

describe('the fast path of tables', () => {
  const units = ['a', 'b', '1', '|', '|', '|', '\n', '\n', '\r', '\r\n', ' ', '\t', '"', '=======', '!', '~'];
  const anything = fc.array(fc.constantFrom(...units), { maxLength: 40 }).map((parts) => parts.join(''));
  const regular = fc
    .array(
      fc.tuple(
        fc.constantFrom('1', '12', '', ' x', '"q|q"', '"'),
        fc.constantFrom('7', 'y', ''),
        fc.constantFrom('\n', '\r\n', '|3\n', '\r'),
      ),
      {
        maxLength: 12,
      },
    )
    .map((rows) => rows.map(([a, b, end]) => `${a}|${b}${end}`).join(''));
  const header = fc.constantFrom('a|b\n', 'b|x|a\r\n', 'a\n', '', '\n\na|b\r');
  const setting = fc.record({
    format: fc.constantFrom('csv', 'delimited'),
    columns: fc.constantFrom(undefined, ['a', 'b'], ['b', 'c', 'a']),
    rows: fc.constantFrom(PARSE_LIMITS.rows, 3),
    fieldLength: fc.constantFrom(PARSE_LIMITS.fieldLength, 3),
    rowLength: fc.constantFrom(PARSE_LIMITS.rowLength, 6),
  });

  it.each([
    ['any characters', anything],
    ['regular rows', regular],
  ])('tells the same story as the safe path: %s', (_, body) => {
    fc.assert(
      fc.property(header, body, setting, (first, rest, { format, columns, ...limits }) => {
        const options = { layout: layoutOf(format, columns), limits: { ...PARSE_LIMITS, ...limits } };
        expect(story(first + rest, 'fast', options)).toBe(story(first + rest, 'safe', options));
      }),
      { numRuns: 1_500 },
    );
  });
});
