import { describe, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { TableLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { parseMember } from './index.js';

const layoutOf = (delimiter: string): TableLayout => ({
  id: 'csv',
  extensions: [],
  encoding: 'auto',
  wide: undefined,
  format: 'csv',
  delimiter,
  columns: undefined,
});

/** Rows that have as many fields as the first one; `refused` when the file is. */
function ours(text: string, delimiter: string): string[][] | 'refused' {
  const rows: string[][] = [];
  try {
    const { columns } = parseMember(
      Buffer.from(text),
      {
        member: 'm',
        layout: layoutOf(delimiter),
        selectors: (header) => header.map((_, index) => ({ column: header[index] ?? '', required: true })),
      },
      { record: (fields) => rows.push(fields.map(String)), rowError: () => undefined },
    );
    return columns.length === 0 ? [] : [[...columns], ...rows];
  } catch (error) {
    if (error instanceof BellwetherError) return 'refused';
    throw error;
  }
}

function theirs(text: string, delimiter: string): string[][] | 'refused' {
  try {
    const rows = parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
    });
    return rows.filter((row, index) => index === 0 || row.length === rows[0]?.length);
  } catch {
    return 'refused';
  }
}

describe('CSV', () => {
  it('is read as csv-parse reads it: well-formed tables', () => {
    const field = fc.string({
      unit: fc.constantFrom('a', 'é', '😀', '"', ',', ';', '\n', '\r', '\t', '=', '1'),
      maxLength: 6,
    });
    const table = fc.record({
      rows: fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      delimiter: fc.constantFrom(',', ';', '\t'),
      last: fc.boolean(),
    });
    fc.assert(
      fc.property(table, ({ rows, end, delimiter, last }) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const plain = (text: string) => /^[aé😀=1]*$/u.test(text);
        const lines = [['h1', 'h2', 'h3'], ...rows].map((row) =>
          row.map((text) => (plain(text) ? text : quote(text))).join(delimiter),
        );
        const text = lines.join(end) + (last ? end : '');
        return JSON.stringify(ours(text, delimiter)) === JSON.stringify(theirs(text, delimiter));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused where csv-parse refuses it, and otherwise read alike: any mixture of its special characters', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ''), maxLength: 24 });
    fc.assert(
      fc.property(text, (tail) => {
        const content = `h,g\n${tail}`;
        return JSON.stringify(ours(content, ',')) === JSON.stringify(theirs(content, ','));
      }),
      { numRuns: 3_000 },
    );
  });
});
