import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readCsv } from './csv.js';

const fieldsOf = (text: string): (readonly string[])[] => readCsv(text).map(({ fields }) => fields);
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describe('a CSV table', () => {
  it('has quoted fields with commas, quotes and line ends in them', () => {
    expect(fieldsOf('a,b\n"x, ""y""\nz",2\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2'],
    ]);
  });

  it('may end lines in any way, begin with a byte order mark, and lack its last line end', () => {
    expect(fieldsOf('\ufeffa,b\r\n1,2\r3,4\n\n5,')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', ''],
    ]);
    expect(fieldsOf('')).toEqual([]);
  });

  it('knows the line on which each row begins', () => {
    expect(readCsv('a\n\n"x\ny"\nb\r\nc').map(({ line }) => line)).toEqual([1, 3, 5, 6]);
  });

  it('says the same as csv-parse of anything that was written as CSV', () => {
    const field = fc.oneof(fc.string(), fc.stringMatching(/^[",\n a]{0,8}$/));
    const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (table, end) => {
        const text = table.map((row) => row.map(quote).join(',') + end).join('');
        expect(fieldsOf(text)).toEqual(parse(text, { record_delimiter: end }));
        expect(fieldsOf(text)).toEqual(table);
      }),
    );
  });

  it('comes to an end on any text', () => {
    fc.assert(fc.property(fc.stringMatching(/^[",\r\na]{0,40}$/), (text) => fieldsOf(text).length <= text.length));
  });
});
