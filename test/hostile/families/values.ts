import { type Expected, type Family, type HostileInput, one, refused, refusedField, text } from '../input.js';

/* Counts and dates that are nearly right, lines that are too short, and bytes that are not what they are said to be. */

const DAY = '2024-03-01';
const row = (day: string, value: string): Uint8Array => text(`facility|day|category|value\nA|${day}|a|${value}\n`);

const COUNTS: readonly (readonly [string, number | 'missing' | 'NEGATIVE' | 'NOT_A_NUMBER' | 'TOO_LARGE'])[] = [
  ['0', 0], ['00', 0], ['007', 7], ['4294967295', 4294967295], ['4294967296', 'TOO_LARGE'], ['9999999999', 'TOO_LARGE'],
  ['0000000001', 1], ['00000000001', 'TOO_LARGE'], ['18446744073709551616', 'TOO_LARGE'], ['', 'missing'], ['   ', 'missing'],
  [' 5 ', 5], ['\u00a05', 5], ['-0', 'NEGATIVE'], ['-1', 'NEGATIVE'], ['- 1', 'NEGATIVE'], ['-1.5', 'NEGATIVE'], ['--1', 'NOT_A_NUMBER'],
  ['−1', 'NOT_A_NUMBER'], ['+1', 'NOT_A_NUMBER'], ['1.0', 'NOT_A_NUMBER'], ['1.', 'NOT_A_NUMBER'], ['.5', 'NOT_A_NUMBER'],
  ['1,000', 'NOT_A_NUMBER'], ['1 000', 'NOT_A_NUMBER'], ['1_000', 'NOT_A_NUMBER'], ["1'000", 'NOT_A_NUMBER'], ['1e9', 'NOT_A_NUMBER'],
  ['1E0', 'NOT_A_NUMBER'], ['0x10', 'NOT_A_NUMBER'], ['0b1', 'NOT_A_NUMBER'], ['0o7', 'NOT_A_NUMBER'], ['1n', 'NOT_A_NUMBER'],
  ['NaN', 'NOT_A_NUMBER'], ['Infinity', 'NOT_A_NUMBER'], ['-Infinity', 'NOT_A_NUMBER'], ['null', 'NOT_A_NUMBER'], ['true', 'NOT_A_NUMBER'],
  ['٣', 'NOT_A_NUMBER'], ['３', 'NOT_A_NUMBER'], ['³', 'NOT_A_NUMBER'], ['Ⅲ', 'NOT_A_NUMBER'], ['1\u200b', 'NOT_A_NUMBER'], ['1%', 'NOT_A_NUMBER'],
  ['$1', 'NOT_A_NUMBER'], ['=1+1', 'NOT_A_NUMBER'], ['1/2', 'NOT_A_NUMBER'], ['(1)', 'NOT_A_NUMBER'], ['"1"', 'NOT_A_NUMBER'], ['1;2', 'NOT_A_NUMBER'],
]; // prettier-ignore

/** Dates by a rule of their own: a table of month lengths, not a calendar object. */
function dayExists(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1]!;
}
const two = (n: number): string => String(n).padStart(2, '0');
const four = (n: number): string => String(n).padStart(4, '0');

function verdictOf(year: number, month: number, day: number): Expected {
  const written = `${four(year)}-${two(month)}-${two(day)}`;
  if (!dayExists(year, month, day) || year < 1970) return refusedField(2, 'day', 'VALUE_BAD_DATE');
  if (written > '2026-11-22') return refusedField(2, 'day', 'VALUE_FUTURE_DATE');
  return { cells: [['A', written, 'a', 1]], faults: [] };
}

function* dates(): Generator<HostileInput> {
  for (const year of [0, 1, 1600, 1899, 1969, 1970, 1999, 2000, 2023, 2024, 2026, 2027, 2100, 9999]) {
    for (const month of [0, 1, 2, 4, 11, 12, 13, 99]) {
      for (const day of [0, 1, 21, 22, 23, 28, 29, 30, 31, 32, 99]) {
        const expected = verdictOf(year, month, day);
        const date = `${four(year)}-${two(month)}-${two(day)}`;
        const common = { name: 'in.txt', expected };
        yield { what: `iso ${date}`, feed: 'days-iso', content: row(date, '1'), ...common };
        yield { what: `iso-time ${date}`, feed: 'days-iso-time', content: row(`${date}T23:59:59Z`, '1'), ...common };
        yield { what: `compact ${date}`, feed: 'days-compact', content: row(date.replaceAll('-', ''), '1'), ...common };
        yield { what: `us ${date}`, feed: 'days-us', content: row(`${month}/${day}/${four(year)}`, '1'), ...common };
      }
    }
  }
  const bad = refusedField(2, 'day', 'VALUE_BAD_DATE');
  for (const written of [
    '',
    '2024-3-1',
    '24-03-01',
    '2024/03/01',
    '2024-03-01T',
    '2024-W09-5',
    '2024-061',
    '+2024-03-01',
    '-2024-03-01',
    '02024-03-01',
    '٢٠٢٤-٠٣-٠١',
    '2024-03-01 ',
    '2024–03–01',
    '01.03.2024',
    'March 1, 2024',
    '1709251200',
    '45352',
    'today',
    '2024-03-01;',
    '0000-00-00',
    '2024-02-30',
    '2023-02-29',
  ]) {
    const isRight = written.trim() === DAY;
    yield {
      what: `iso ${JSON.stringify(written)}`,
      feed: 'days-iso',
      name: 'in.txt',
      content: row(written, '1'),
      expected: isRight ? one('a') : bad,
    };
  }
  for (const [clock, isRight] of [
    ['T00:00', true],
    [' 00:00', true],
    ['T23:59:59', true],
    ['T23:59:60', true],
    ['T12:00:00.123456', true],
    ['T12:00Z', true],
    ['T12:00+14:00', true],
    ['T12:00-1200', true],
    ['T12:00:00-05:00', true],
    ['', false],
    ['T24:00', false],
    ['T12:60', false],
    ['T12:00:61', false],
    ['T12', false],
    ['T1:00', false],
    ['t12:00', false],
    ['T12:00z', false],
    ['T12:00 Z', false],
    ['T12:00+5', false],
    ['T12:00+05:00:00', false],
    ['_12:00', false],
    ['T12:00[America/New_York]', false],
    ['T12:00 PM', false],
    ['T12.00', false],
    ['T-1:00', false],
  ] as const) {
    yield {
      what: `iso-time ${clock}`,
      feed: 'days-iso-time',
      name: 'in.txt',
      content: row(DAY + clock, '1'),
      expected: isRight ? one('a') : bad,
    };
  }
}

function* fixed(): Generator<HostileInput> {
  const line = 'A     2024-03-01a       000001';
  for (let length = 1; length < line.length; length++) {
    const expected: Expected = { cells: [], faults: [[1, 1, '', 'ROW_FIELD_COUNT']] };
    for (const end of ['', '\n', '\r\n', '\r']) {
      const content = text(line.slice(0, length) + end);
      yield {
        what: `a fixed line cut off at ${length}${JSON.stringify(end)}`,
        feed: 'fixed',
        name: 'in.dat',
        content,
        expected,
      };
    }
  }
  for (const rest of ['', 'x', ' '.repeat(500), '\t', 'é'])
    yield {
      what: `a fixed line and ${JSON.stringify(rest.slice(0, 3))}`,
      feed: 'fixed',
      name: 'in.dat',
      content: text(`${line}${rest}\n`),
      expected: one('a'),
    };
  for (const letter of ['é', '日', '😀'])
    yield {
      what: `a fixed line with ${letter}`,
      feed: 'fixed',
      name: 'in.dat',
      content: text(`A     2024-03-01${(letter + ' '.repeat(8)).slice(0, 8)}000001\n`),
      expected: one(letter),
    };
}

/** Text in an encoding, sent to a feed that says it is another (or the same). */
function* encodings(): Generator<HostileInput> {
  const table = (category: string): string => `facility,day,category,value\nA,${DAY},${category},1\n`;
  const csv = { name: 'in.csv' };
  for (const [category, latin] of [
    ['caf\u00e9', true],
    ['\u00fcber', true],
    ['na\u00efve', true],
    ['日本', false],
    ['\u{1f600}', false],
    ['a', true],
    ['\u20ac', false],
  ] as const) {
    const expected = one(category);
    for (const mark of ['', '\ufeff'])
      yield {
        what: `UTF-8 ${mark ? 'with a mark ' : ''}${category}`,
        feed: 'csv',
        ...csv,
        content: text(mark + table(category)),
        expected,
      };
    const little = Buffer.from(`\ufeff${table(category)}`, 'utf16le');
    yield { what: `UTF-16LE ${category}`, feed: 'csv', ...csv, content: little, expected };
    yield { what: `UTF-16BE ${category}`, feed: 'csv', ...csv, content: Buffer.from(little).swap16(), expected };
    yield {
      what: `UTF-16LE cut in half ${category}`,
      feed: 'csv',
      ...csv,
      content: little.subarray(0, -1),
      expected: refused('FILE_ENCODING'),
    };
    yield {
      what: `UTF-16LE without a mark ${category}`,
      feed: 'csv',
      ...csv,
      content: little.subarray(2),
      expected: { refused: ['FILE_MALFORMED', 'FILE_ENCODING'] },
    };
    yield {
      what: `UTF-16LE without a mark, as agreed ${category}`,
      feed: 'csv-utf-16le',
      ...csv,
      content: little.subarray(2),
      expected,
    };
    if (!latin) continue;
    const bytes = Buffer.from(table(category), 'latin1');
    const isAscii = category === 'a';
    yield { what: `Latin-1 as agreed ${category}`, feed: 'csv-latin1', ...csv, content: bytes, expected };
    yield { what: `Latin-1 as Windows-1252 ${category}`, feed: 'csv-windows-1252', ...csv, content: bytes, expected };
    yield {
      what: `Latin-1 unannounced ${category}`,
      feed: 'csv',
      ...csv,
      content: bytes,
      expected: isAscii ? expected : refused('FILE_ENCODING', { line: 2 }),
    };
    yield {
      what: `UTF-8 to a feed of Latin-1 ${category}`,
      feed: 'csv-latin1',
      ...csv,
      content: text(table(category)),
      expected,
    };
  }
  for (const hex of [
    '80',
    'bf',
    'c0',
    'c080',
    'c0af',
    'c1bf',
    'c2',
    'c2c2',
    'e08080',
    'e0809f',
    'e09fbf',
    'e0',
    'e280',
    'eda080',
    'edbfbf',
    'eda080edb080',
    'f0808080',
    'f08fbfbf',
    'f09f98',
    'f4908080',
    'f5808080',
    'f888808080',
    'fc8480808080',
    'fe',
    'ff',
    'fffe',
    'feff41',
    'efbb',
    'a0',
    'e9',
    'c3',
    '8d',
    '9d',
  ]) {
    for (const [before, after] of [
      ['', ''],
      ['x', ''],
      ['', 'x'],
      ['é', 'é'],
    ] as const) {
      const content = Buffer.concat([
        text(`facility,day,category,value\nA,${DAY},${before}`),
        Buffer.from(hex, 'hex'),
        text(`${after},1\n`),
      ]);
      yield {
        what: `bytes ${hex} between ${before}|${after}`,
        feed: 'csv',
        ...csv,
        content,
        expected: refused('FILE_ENCODING', { line: 2 }),
      };
      const xml = Buffer.concat([text(`<b>\n<a>${before}`), Buffer.from(hex, 'hex'), text(`${after}</a></b>`)]);
      yield {
        what: `bytes ${hex} between ${before}|${after} in XML`,
        feed: 'xml',
        name: 'in.xml',
        content: xml,
        expected: refused('FILE_ENCODING', { line: 2 }),
      };
    }
  }
  for (const place of [0, 5, 28, 40]) {
    const bytes = Buffer.from(text(table('abcdefgh')));
    bytes[place] = 0;
    yield {
      what: `NUL at ${place}`,
      feed: 'csv',
      ...csv,
      content: bytes,
      expected: refused('FILE_MALFORMED', { line: place < 28 ? 1 : 2 }),
    };
  }
  const record = `<record><facility>A</facility><day>${DAY}</day><category>é</category><value>1</value></record>`;
  for (const [declared, encoding, isRight] of [
    ['UTF-8', 'utf8', true],
    ['utf-8', 'utf8', true],
    ['ISO-8859-1', 'latin1', true],
    ['windows-1252', 'latin1', true],
    ['ISO-8859-15', 'latin1', true],
    ['UTF-8', 'latin1', false],
    ['US-ASCII', 'utf8', false],
    ['US-ASCII', 'latin1', false],
    ['UTF-16', 'utf8', false],
    ['UTF-32', 'utf8', false],
    ['no-such-thing', 'utf8', false],
    ['UTF-7', 'utf8', false],
    ['EBCDIC-CP-US', 'utf8', false],
    ['IBM037', 'utf8', false],
  ] as const) {
    const content = Buffer.from(`<?xml version="1.0" encoding="${declared}"?>${record}`, encoding);
    yield {
      what: `XML that says ${declared} and is ${encoding}`,
      feed: 'xml',
      name: 'in.xml',
      content,
      expected: isRight ? one('é') : refused('FILE_ENCODING'),
    };
  }
}

export const values: Family = {
  title: 'counts, dates, clocks, fixed-width lines, encodings',
  *inputs() {
    for (const [written, becomes] of COUNTS) {
      const isRight = typeof becomes === 'number' || becomes === 'missing';
      const code =
        becomes === 'NEGATIVE' || becomes === 'NOT_A_NUMBER' || becomes === 'TOO_LARGE'
          ? (`VALUE_${becomes}` as const)
          : 'INTERNAL';
      const expected = isRight ? one('a', becomes) : refusedField(2, 'value', code);
      yield {
        what: `a count ${JSON.stringify(written)}`,
        feed: 'pipe',
        name: 'in.txt',
        content: row(DAY, written),
        expected,
      };
    }
    yield* dates();
    yield* fixed();
    yield* encodings();
  },
};
