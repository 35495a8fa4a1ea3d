import { describe, expect, it } from '@jest/globals';
import type { FixedLayout, Layout, TableLayout, XmlLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import type { RowError } from './contract.js';
import { type Field, parseMember, type Selectors } from './index.js';

const base = { id: 'l', extensions: [], encoding: 'auto', wide: undefined };
const csv: TableLayout = { ...base, format: 'csv', delimiter: ',', columns: undefined };
const pipe: TableLayout = { ...base, format: 'delimited', delimiter: '|', columns: undefined };
const fixed: FixedLayout = {
  ...base,
  format: 'fixed',
  columns: [
    { name: 'a', start: 1, width: 3 },
    { name: 'b', start: 4, width: 2 },
    { name: 'c', start: 6, width: 4 },
  ],
};
const flat: XmlLayout = { ...base, format: 'xml', record: '//record', namespaces: {}, paths: {} };
const abc: Selectors = [
  { column: 'a', required: true },
  { column: 'b', required: true },
  { column: 'c', required: false },
];

function read(content: string | Uint8Array, layout: Layout, selectors: Selectors = abc) {
  const rows: Field[][] = [];
  const places: string[] = [];
  const errors: RowError[] = [];
  const data = typeof content === 'string' ? Buffer.from(content) : content;
  const result = parseMember(
    data,
    { member: 'm', layout, selectors },
    {
      record(fields, { record, line }) {
        rows.push([...fields]);
        places.push(`${record}@${line}`);
      },
      rowError: (error) => errors.push(error),
    },
  );
  return { rows, places, errors, ...result };
}

function refusal(content: string | Uint8Array, layout: Layout, selectors: Selectors = abc): string {
  try {
    read(content, layout, selectors);
  } catch (error) {
    if (error instanceof BellwetherError) return `${error.code} ${error.place.line ?? '-'}`;
    throw error;
  }
  return 'accepted';
}

describe('a table', () => {
  it('is selected by the names in its header, wherever the columns stand', () => {
    const { rows, columns, records } = read('c,x,b,a\n3,9,2,1\n,,,\n', csv);
    expect(rows).toEqual([
      ['1', '2', '3'],
      ['', '', ''],
    ]);
    expect(columns).toEqual(['c', 'x', 'b', 'a']);
    expect(records).toBe(2);
  });

  it.each(['\n', '\r\n', '\r'])('ends its lines with %j, and may lack the last one', (end) => {
    for (const layout of [csv, pipe]) {
      const text = ['a|b', '1|2', '', '  ', '3|4'].join(end).replaceAll('|', layout.delimiter);
      expect(read(text, layout)).toMatchObject({
        rows: [
          ['1', '2', undefined],
          ['3', '4', undefined],
        ],
        places: ['1@2', '2@5'],
      });
    }
  });

  it('may mix line ends', () => {
    expect(read('a,b\r1,2\r\n3,4\n\r5,6', csv).places).toEqual(['1@2', '2@3', '3@5']);
  });

  it('holds delimiters, quotes and line ends in quoted fields, which count as physical lines', () => {
    const { rows, places } = read('a,b,c\n"x,y","say ""hi""","1\r\n2\n3"\n1,2,""\n', csv);
    expect(rows).toEqual([
      ['x,y', 'say "hi"', '1\r\n2\n3'],
      ['1', '2', ''],
    ]);
    expect(places).toEqual(['1@2', '2@5']);
  });

  it('has no quotes when it is delimited', () => {
    expect(read('a|b\n"1|2"\n', pipe).rows).toEqual([['"1', '2"', undefined]]);
  });

  it('takes its header from the layout when that names the columns', () => {
    expect(read('1,2\n', { ...csv, columns: ['b', 'a'] }).rows).toEqual([['2', '1', undefined]]);
  });

  it('reports a row with another number of fields and reads on', () => {
    const { rows, errors, records } = read('a,b\n1\n1,2,3\n4,5\n', csv);
    expect(rows).toEqual([['4', '5', undefined]]);
    expect(records).toBe(3);
    expect(errors.map(({ code, record, line }) => [code, { member: 'm', record, line }])).toEqual([
      ['ROW_FIELD_COUNT', { member: 'm', record: 1, line: 2 }],
      ['ROW_FIELD_COUNT', { member: 'm', record: 2, line: 3 }],
    ]);
  });

  it('calls a selector function once with the header', () => {
    const headers: (readonly string[])[] = [];
    const { rows } = read('x,y\n1,2\n3,4\n', csv, (header) => {
      headers.push(header);
      return header.map((column) => ({ column, required: false }));
    });
    expect(headers).toEqual([['x', 'y']]);
    expect(rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('is refused as a whole where the code says so, with the line', () => {
    expect(refusal('a,c\n1,2\n', csv)).toBe('FILE_COLUMN_MISSING -');
    expect(refusal('', csv)).toBe('FILE_COLUMN_MISSING -');
    expect(refusal('a,b,a\n', csv)).toBe('FILE_MALFORMED -');
    expect(refusal('a,b\n1,2\n3,"4\n5,6\n', csv)).toBe('FILE_MALFORMED 3');
    expect(refusal('a,b\n1,"2"x\n', csv)).toBe('FILE_MALFORMED 2');
    expect(refusal('a,b\n1,2"\n', csv)).toBe('FILE_MALFORMED 2');
    expect(refusal('a,b\n1,\0\n', csv)).toBe('FILE_MALFORMED 2');
    expect(refusal('a,b\n<<<<<<< HEAD\n1,2\n=======\n1,2\n>>>>>>> incoming\n', csv)).toBe('FILE_CONFLICT_MARKERS 2');
    expect(refusal('a,b\r\n1,2\r\n=======\r\n', csv)).toBe('FILE_CONFLICT_MARKERS 3');
    expect(refusal('a|b\n1|2\n>>>>>>> theirs\n', pipe)).toBe('FILE_CONFLICT_MARKERS 3');
    expect(refusal(Buffer.from('a,b\n1,\xe9\n', 'latin1'), csv)).toBe('FILE_ENCODING 2');
  });
});

describe('the encoding of a text', () => {
  it('is UTF-8 with or without a byte order mark, or UTF-16 with one', () => {
    const text = 'a,b\né,漢😀\n';
    const expected = [['é', '漢😀', undefined]];
    expect(read(text, csv).rows).toEqual(expected);
    expect(read(`\ufeff${text}`, csv).rows).toEqual(expected);
    expect(read(Buffer.from(`\ufeff${text}`, 'utf16le'), csv).rows).toEqual(expected);
    expect(read(Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), csv).rows).toEqual(expected);
  });

  it('is the declared one where it is not UTF-8', () => {
    const layout = { ...csv, encoding: 'windows-1252' };
    expect(read(Buffer.from('a,b\n\xe9,\x80\n', 'latin1'), layout).rows).toEqual([['é', '€', undefined]]);
    expect(read('a,b\né,€\n', layout).rows).toEqual([['é', '€', undefined]]);
    expect(refusal(Buffer.from('a,b\n\x81\xff,1\n', 'latin1'), { ...csv, encoding: 'shift_jis' })).toBe(
      'FILE_ENCODING 2',
    );
  });
});

describe('a fixed-width file', () => {
  it('is cut at characters and trimmed on the right', () => {
    expect(read('1  2 abc \n é9 3x\n', fixed).rows).toEqual([
      ['1', '2', 'abc'],
      [' é9', ' 3', 'x'],
    ]);
  });

  it('reports a line that ends before the last required column', () => {
    const { rows, errors } = read('1234\r\n12345\r\n\r\n', fixed);
    expect(rows).toEqual([['123', '45', undefined]]);
    expect(errors.map(({ code, line }) => [code, line])).toEqual([['ROW_FIELD_COUNT', 1]]);
  });
});

describe('an XML file', () => {
  it('gives child elements by name, in any order, absent ones as undefined', () => {
    expect(
      read('<?xml version="1.0"?>\n<record><b> 2&amp;&#51; </b>\n<a><![CDATA[1]]></a></record>', flat),
    ).toMatchObject({
      rows: [['1', '2&3', undefined]],
      places: ['1@2'],
    });
  });

  it('gives each record of a batch, with paths from the record and from the document', () => {
    const layout = { ...flat, record: '/batch/visit', paths: { a: '@id', b: '/batch/@day', c: 'dx/code[2]' } };
    const text = '<batch day="d"><visit id="1"><dx><code>x</code><code>y</code></dx></visit>\n<visit id="2"/></batch>';
    expect(read(text, layout)).toMatchObject({
      rows: [
        ['1', 'd', 'y'],
        ['2', 'd', undefined],
      ],
      places: ['1@1', '2@2'],
    });
  });

  it('shows a record, to paths from the document, without the records before it', () => {
    const layout = { ...flat, record: '/batch/visit', paths: { a: '/batch/visit/@id', b: '/batch/day', c: '//x' } };
    const text = '<batch><visit id="1"><x>9</x></visit><day>d</day><visit id="2"/></batch>';
    expect(read(text, layout).rows).toEqual([
      ['1', undefined, '9'],
      ['2', 'd', undefined],
    ]);
  });

  it('is read in linear time, also with white space inside of a text and with many records', () => {
    const blank = ' '.repeat(1_000_000);
    expect(read(`<record><!-- --><a>x${blank}y</a></record>`, flat).rows[0]?.[0]).toHaveLength(1_000_002);
    const layout = { ...flat, record: '/batch/visit', paths: { a: '/batch/day' } };
    expect(read(`<batch><day>d</day>${'<visit/>'.repeat(20_000)}</batch>`, layout).records).toBe(20_000);
  });

  it('is refused where it is not well-formed, has a DOCTYPE, lies about its encoding or holds no record', () => {
    expect(refusal('<record>\n<a></record>', flat)).toBe('FILE_MALFORMED 2');
    expect(refusal('<!DOCTYPE r [<!ENTITY e "x">]><record/>', flat)).toBe('FILE_MALFORMED 1');
    expect(refusal('<record>&e;</record>', flat)).toBe('FILE_MALFORMED 1');
    expect(refusal('<?xml version="1.0" encoding="utf-16"?><record/>', flat)).toBe('FILE_ENCODING 1');
    expect(refusal('<records><visit/></records>', flat)).toBe('FILE_LAYOUT_UNKNOWN -');
    expect(refusal('<records/>', flat)).toBe('accepted');
  });
});
