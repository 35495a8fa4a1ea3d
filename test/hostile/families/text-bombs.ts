import { gzipSync } from 'node:zlib';
import { type Family, type HostileInput, one, refused, refusedField, text } from '../input.js';

/* Text that is large, wide or deep where it costs most: one huge field, millions of rows, a row of millions of fields. */

const HEAD = 'facility,day,category,value\n';
const ROW = 'A,2024-03-01,a,1\n';
const MIB = 2 ** 20;

type Bomb = Omit<HostileInput, 'name'> & { readonly name?: string };

const tooLarge = refused('FILE_TOO_LARGE');
const malformed = refused('FILE_MALFORMED');
const record = (category: string): string =>
  `<record><facility>A</facility><day>2024-03-01</day><category>${category}</category><value>1</value></record>`;

function* tables(): Generator<Bomb> {
  const csv = (what: string, content: () => string, expected: HostileInput['expected']): Bomb => ({
    what, feed: 'csv', content: () => text(content()), expected,
  }); // prettier-ignore
  for (const size of [129, 1_000, 65_536, MIB, 4 * MIB - 2]) {
    const long = refusedField(2, 'category', 'VALUE_BAD_IDENTIFIER');
    yield csv(`a category of ${size} letters`, () => `${HEAD}A,2024-03-01,${'x'.repeat(size)},1\n`, long);
    yield csv(`a quoted category of ${size} letters`, () => `${HEAD}A,2024-03-01,"${'x'.repeat(size)}",1\n`, long);
    const facility = refusedField(2, 'facility', 'VALUE_BAD_IDENTIFIER');
    yield csv(`a facility of ${size} letters`, () => `${HEAD}${'x'.repeat(size)},2024-03-01,a,1\n`, facility);
    const day = refusedField(2, 'day', 'VALUE_BAD_DATE');
    yield csv(`a day of ${size} digits`, () => `${HEAD}A,${'1'.repeat(size)},a,1\n`, day);
    const count = refusedField(2, 'value', 'VALUE_TOO_LARGE');
    yield csv(`a count of ${size} digits`, () => `${HEAD}A,2024-03-01,a,${'1'.repeat(size)}\n`, count);
    const minus = refusedField(2, 'value', 'VALUE_NEGATIVE');
    yield csv(`a negative count of ${size} digits`, () => `${HEAD}A,2024-03-01,a,-${'1'.repeat(size)}\n`, minus);
    const spaces = refusedField(2, 'value', 'VALUE_NOT_A_NUMBER');
    yield csv(`a count of a minus and ${size} spaces`, () => `${HEAD}A,2024-03-01,a,-${' '.repeat(size)}x\n`, spaces);
    yield csv(
      `a category between ${size} spaces`,
      () => `${HEAD}A,2024-03-01,${' '.repeat(size / 2)}a${' '.repeat(size / 2)},1\n`,
      one('a'),
    );
    yield csv(
      `a quoted category of ${size} doubled quotes`,
      () => `${HEAD}A,2024-03-01,"${'""'.repeat(size)}",1\n`,
      size * 2 > 4 * MIB ? tooLarge : long,
    );
    yield csv(
      `a quoted field of ${size} lines`,
      () => `${HEAD}A,2024-03-01,"${'\n'.repeat(size)}",1\n`,
      refusedField(2, 'category', 'VALUE_REQUIRED'),
    );
  }
  for (const size of [4 * MIB + 1, 6 * MIB, 16 * MIB]) {
    yield csv(
      `a field of ${size} letters`,
      () => `${HEAD}A,2024-03-01,${'x'.repeat(size)},1\n`,
      refused('FILE_TOO_LARGE', { line: 2 }),
    );
    yield csv(
      `a quoted field of ${size} letters`,
      () => `${HEAD}A,2024-03-01,"${'x'.repeat(size)}",1\n`,
      refused('FILE_TOO_LARGE', { line: 2 }),
    );
    yield csv(`a header of ${size} letters`, () => `${'x'.repeat(size)}\n`, refused('FILE_TOO_LARGE', { line: 1 }));
  }
  for (const count of [5_000, 100_000, 4 * MIB]) {
    yield csv(
      `a header of ${count} columns`,
      () => `${HEAD.trim()}${','.repeat(count)}\n${ROW}`,
      refused('FILE_TOO_LARGE', { line: 1 }),
    );
    yield csv(
      `a row of ${count} fields`,
      () => `${HEAD}${ROW}A${','.repeat(count)}\n`,
      refused('FILE_TOO_LARGE', { line: 3 }),
    );
    yield csv(
      `a row of ${count} quoted fields`,
      () => `${HEAD}${ROW}""${',""'.repeat(count)}\n`,
      refused('FILE_TOO_LARGE', { line: 3 }),
    );
    yield {
      what: `a delimited row of ${count} fields`,
      feed: 'pipe',
      content: () => text(`${HEAD.replaceAll(',', '|')}${'|'.repeat(count)}\n`),
      expected: refused('FILE_TOO_LARGE', { line: 2 }),
    };
  }
  yield csv('a quote that is never closed, then 16 MiB', () => `${HEAD}A,2024-03-01,"${ROW.repeat(MIB)}`, malformed);
  yield csv(
    'a quote in every row that the next one closes',
    () => `${HEAD}${'A,2024-03-01,"a,1\nA,2024-03-01,a",1\n'.repeat(2_000)}`,
    {
      cells: [],
      faults: Array.from(
        { length: 2_000 },
        (_, n) =>
          [n + 1, 2 + 2 * n, 'category', 'VALUE_BAD_IDENTIFIER'] as [number, number, string, 'VALUE_BAD_IDENTIFIER'],
      ),
    },
  );
  const million = 1_000_000;
  const all = (rows: number, accepted: number): HostileInput['expected'] => ({ rows, accepted, total: accepted });
  yield csv('600,000 rows', () => HEAD + ROW.repeat(600_000), all(600_000, 600_000));
  yield csv('a million rows of one field', () => HEAD + '1\n'.repeat(million), all(million, 0));
  yield csv('a million rows of a field too many', () => HEAD + ',,,,\n'.repeat(million), all(million, 0));
  yield csv('a million empty rows', () => HEAD + ',,,\n'.repeat(million), all(million, 0));
  yield csv('a million rows with bad dates', () => HEAD + 'A,x,a,1\n'.repeat(million), all(million, 0));
  yield csv(
    '600,000 rows with different bad dates',
    () => HEAD + Array.from({ length: 600_000 }, (_, n) => `A,${n},a,1\n`).join(''),
    all(600_000, 0),
  );
  yield csv('a million rows with bad counts', () => HEAD + 'A,2024-03-01,a,x\n'.repeat(million), all(million, 0));
  yield csv(
    '100,000 rows of as many facilities',
    () => HEAD + Array.from({ length: 100_000 }, (_, n) => `F${n},2024-03-01,a,1\n`).join(''),
    all(100_000, 100_000),
  );
  yield csv(
    '100,000 rows of as many categories',
    () => HEAD + Array.from({ length: 100_000 }, (_, n) => `A,2024-03-01,c${n},1\n`).join(''),
    all(100_000, 100_000),
  );
  yield csv('300,000 quoted rows', () => HEAD + '"A","2024-03-01","a","1"\n'.repeat(300_000), all(300_000, 300_000));
  yield csv('8 million blank lines', () => HEAD + '\n'.repeat(8 * MIB) + ROW, one('a') && all(1, 1));
  yield csv('4 million lines of a space', () => HEAD + ' \n'.repeat(4 * MIB) + ROW, all(1, 1));
  yield csv('4 million carriage returns', () => HEAD + '\r'.repeat(4 * MIB) + ROW, all(1, 1));
  yield csv(
    '4 million no-break spaces on lines of their own',
    () => HEAD + '\u00a0\n'.repeat(4 * MIB) + ROW,
    all(1, 1),
  );
  yield csv('a million beginnings of a conflict marker', () => HEAD + '<<<<<<<\n'.repeat(million), all(million, 0));
  yield csv('markers that do not begin a line', () => HEAD + 'A<<<<<<< ,>>>>>>> \n'.repeat(400_000), all(400_000, 0));
  yield {
    what: 'a million lines, delimited',
    feed: 'pipe',
    content: () => text((HEAD + ROW.repeat(million)).replaceAll(',', '|')),
    expected: all(million, million),
  };
  yield {
    what: 'a million short lines, fixed',
    feed: 'fixed',
    content: () => text('x\n'.repeat(million)),
    expected: all(million, 0),
  };
  yield {
    what: 'a line of 9 MiB, fixed',
    feed: 'fixed',
    content: () => text('x'.repeat(9 * MIB)),
    expected: refused('FILE_TOO_LARGE', { line: 1 }),
  };
  yield {
    what: 'a line of 9 MiB, delimited',
    feed: 'pipe',
    content: () => text('x'.repeat(9 * MIB)),
    expected: refused('FILE_TOO_LARGE', { line: 1 }),
  };
  yield {
    what: 'gzip of 15 MiB of rows of a field',
    feed: 'gzip',
    name: 'in.csv.gz',
    content: () => gzipSync(HEAD + '0123456789\n'.repeat(Math.floor((15 * MIB) / 11))),
    expected: all(Math.floor((15 * MIB) / 11), 0),
  };
}

function* documents(): Generator<Bomb> {
  const xml = (what: string, content: () => string, expected: HostileInput['expected'], feed = 'xml'): Bomb => ({
    what, feed, content: () => text(content()), expected,
  }); // prettier-ignore
  for (const depth of [126, 127, 128, 1_000, 100_000, 2_000_000]) {
    const expected = depth <= 126 ? one('a') : tooLarge;
    const nest = (inner: string): string => '<a>'.repeat(depth - (depth > 126 ? 0 : 0)) + inner + '</a>'.repeat(depth);
    yield xml(`a record ${depth} deep`, () => nest(record('a')), expected);
    yield xml(`a record ${depth} deep behind a comment`, () => `<!-- -->${nest(record('a'))}`, expected);
    yield xml(`${depth} elements deep and never closed`, () => '<a>'.repeat(depth), depth > 128 ? tooLarge : malformed);
    yield xml(
      `a category ${depth} deep`,
      () => `<b>${record(nest(''))}</b>`,
      depth > 125 ? tooLarge : refusedField(1, 'category', 'VALUE_REQUIRED'),
    );
  }
  for (const count of [16, 17, 255, 256, 257, 1_000, 100_000]) {
    const attributes = (): string => Array.from({ length: count }, (_, n) => ` a${n}="x"`).join('');
    const expected = count <= 256 ? one('a') : tooLarge;
    yield xml(`${count} attributes`, () => `<b${attributes()}>${record('a')}</b>`, expected);
    yield xml(
      `${count} attributes on each of ten elements`,
      () => `<b>${`<c${attributes()}/>`.repeat(10)}${record('a')}</b>`,
      expected,
    );
    yield xml(
      `${count} namespaces`,
      () => `<b${Array.from({ length: count }, (_, n) => ` xmlns:n${n}="u"`).join('')}>${record('a')}</b>`,
      expected,
    );
    yield xml(
      `${count} times one attribute`,
      () => `<b${' a="x"'.repeat(count)}>${record('a')}</b>`,
      count > 256 ? { refused: ['FILE_MALFORMED', 'FILE_TOO_LARGE'] } : malformed,
    );
  }
  for (const size of [129, 65_536, MIB, 4 * MIB - 2]) {
    const long = refusedField(1, 'category', 'VALUE_BAD_IDENTIFIER');
    yield xml(`a category of ${size} letters`, () => record('x'.repeat(size)), long);
    yield xml(`a category of ${size} letters behind a comment`, () => `<!-- -->${record('x'.repeat(size))}`, long);
    const refs = size > 500_000 ? tooLarge : long;
    yield xml(`a category of ${size} references`, () => record('&#65;'.repeat(size)), refs);
    yield xml(`a category of ${size} entities`, () => record('&amp;'.repeat(size)), refs);
    yield xml(
      `a category in ${size / 8} parts`,
      () => record('x<!---->'.repeat(Math.ceil(size / 8))),
      size > 4_000_000 ? tooLarge : Math.ceil(size / 8) > 128 ? long : one('x'.repeat(Math.ceil(size / 8))),
    );
    yield xml(`a category in CDATA of ${size} letters`, () => record(`<![CDATA[${'x'.repeat(size)}]]>`), long);
    yield xml(`a comment of ${size} letters`, () => `<!--${'x'.repeat(size)}-->${record('a')}`, one('a'));
    yield xml(`a processing instruction of ${size} letters`, () => `<?p ${'x'.repeat(size)}?>${record('a')}`, one('a'));
    yield xml(`${size} spaces between elements`, () => `<b>${' '.repeat(size)}${record('a')}</b>`, one('a'));
    yield xml(
      `a category between ${size} spaces`,
      () => record(' '.repeat(size / 2) + 'a' + ' '.repeat(size / 2)),
      one('a'),
    );
    yield xml(
      `a category between ${size} spaces behind a comment`,
      () => `<!-- -->${record(' '.repeat(size / 2) + 'a' + ' '.repeat(size / 2))}`,
      one('a'),
    );
    yield xml(`an element name of ${size} letters`, () => `<b><${'x'.repeat(size)}/>${record('a')}</b>`, one('a'));
    yield xml(`an attribute name of ${size} letters`, () => `<b ${'x'.repeat(size)}="1">${record('a')}</b>`, one('a'));
    yield xml(`an attribute of ${size} letters`, () => `<b a="${'x'.repeat(size)}">${record('a')}</b>`, one('a'));
    yield xml(`an end tag with ${size} spaces`, () => `<b>${record('a')}</b${' '.repeat(size)}>`, one('a'));
    yield xml(`a start tag of ${size} spaces`, () => `<b${' '.repeat(size)}>${record('a')}</b>`, one('a'));
    yield xml(`${size} letters that are no XML`, () => 'x'.repeat(size), malformed);
    yield xml(`${size} times <`, () => '<'.repeat(size), malformed);
    yield xml(`${size} times &`, () => `<b>${'&'.repeat(size)}</b>`, size > 500_000 ? tooLarge : malformed);
    yield xml(
      `an entity name of ${size} letters`,
      () => `<b>&${'x'.repeat(size)};</b>`,
      size > 4_095 ? tooLarge : malformed,
    );
    yield xml(`a DOCTYPE of ${size} letters`, () => `<!DOCTYPE ${'x'.repeat(size)}>${record('a')}`, malformed);
  }
  for (const size of [4 * MIB + 1, 12 * MIB]) {
    yield xml(`a text of ${size} letters`, () => record('x'.repeat(size)), tooLarge);
    yield xml(`an attribute of ${size} letters`, () => `<b a="${'x'.repeat(size)}">${record('a')}</b>`, tooLarge);
  }
  const all = (rows: number, accepted: number): HostileInput['expected'] => ({ rows, accepted, total: accepted });
  yield xml('20,000 records', () => `<b>${record('a').repeat(20_000)}</b>`, all(20_000, 20_000));
  yield xml(
    '20,000 records behind a comment',
    () => `<!-- --><b>${record('a').repeat(20_000)}</b>`,
    all(20_000, 20_000),
  );
  yield xml(
    '20,000 records in attributes',
    () => `<batch>${'<record facility="A" day="2024-03-01" category="a" value="1"/>'.repeat(20_000)}</batch>`,
    all(20_000, 20_000),
    'xml-attributes',
  );
  yield xml('390,000 empty elements', () => `<b>${'<c/>'.repeat(390_000)}${record('a')}</b>`, all(1, 1));
  yield xml(
    '390,000 empty elements in a record',
    () => `<b><record>${'<c/>'.repeat(390_000)}${record('a').slice(8)}</b>`,
    all(1, 1),
  );
  yield xml(
    '300,000 empty elements in a record behind a comment',
    () => `<!-- --><b><record>${'<c/>'.repeat(300_000)}${record('a').slice(8)}</b>`,
    all(1, 1),
  );
  yield xml(
    'as many elements as are allowed, behind a comment',
    () => `<!-- --><b>${'<c/>'.repeat(399_993)}${record('a')}</b>`,
    all(1, 1),
  );
  yield xml('one more', () => `<!-- --><b>${'<c/>'.repeat(399_994)}${record('a')}</b>`, tooLarge);
  yield xml(
    '100,000 categories in a record',
    () => `<b><record>${'<category></category>'.repeat(100_000)}${record('a').slice(8)}</b>`,
    all(1, 1),
  );
  yield xml('3 million empty elements', () => `<b>${'<c/>'.repeat(3_000_000)}${record('a')}</b>`, tooLarge);
  yield xml(
    '3 million empty elements behind a comment',
    () => `<!-- --><b>${'<c/>'.repeat(3_000_000)}${record('a')}</b>`,
    tooLarge,
  );
  yield xml('2 million comments', () => `<b>${'<!---->'.repeat(2_000_000)}${record('a')}</b>`, tooLarge);
  yield xml('2 million processing instructions', () => `<b>${'<?p?>'.repeat(2_000_000)}${record('a')}</b>`, tooLarge);
  yield xml('2 million sections of CDATA', () => `<b>${'<![CDATA[]]>'.repeat(2_000_000)}${record('a')}</b>`, tooLarge);
  yield xml('100,000 records in each other', () => '<record>'.repeat(100_000), tooLarge);
}

export const textBombs: Family = {
  title: 'huge fields, rows, headers; deep nesting; many attributes, elements, comments, references',
  *inputs() {
    for (const bomb of tables()) yield { name: bomb.feed === 'fixed' ? 'in.dat' : 'in.csv', ...bomb };
    for (const bomb of documents()) yield { name: 'in.xml', ...bomb };
  },
};
