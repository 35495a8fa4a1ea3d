import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { seeded } from '../../crash/random.js';
import { type Cell, type Expected, type Family, type Fault, type HostileInput, refused, text } from '../input.js';

/* CSV torture: texts of csv-spectrum with its own answers, and random texts that csv-parse judges. */

const HEAD = 'facility,day,category,value';
const DAY = '2024-03-01';
const SPECTRUM = dirname(createRequire(import.meta.url).resolve('csv-spectrum/package.json'));

/** Quotes by RFC 4180. */
const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
const isIdentifier = (value: string): boolean =>
  value.length <= 128 && !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u.test(value);

interface Result {
  readonly cell?: Cell;
  readonly fault?: Fault;
}

/** What a row must become; the first rule that it breaks is told. `line` is that of its beginning. */
function judged(row: readonly string[], { record, line }: { record: number; line: number }): Result {
  const [facility = '', day = '', category = '', value = ''] = row.map((field) => field.trim());
  const fault = (field: string, code: Fault[3]): Result => ({ fault: [record, line, field, code] });
  if (row.length !== 4) return fault('', 'ROW_FIELD_COUNT');
  if (facility === '') return fault('facility', 'ROW_FACILITY_MISSING');
  if (!isIdentifier(facility)) return fault('facility', 'VALUE_BAD_IDENTIFIER');
  if (day !== DAY) return fault('day', 'VALUE_BAD_DATE');
  if (value !== '' && value !== '1') return fault('value', 'VALUE_NOT_A_NUMBER');
  if (category === '') return fault('category', 'VALUE_REQUIRED');
  if (!isIdentifier(category)) return fault('category', 'VALUE_BAD_IDENTIFIER');
  return { cell: [facility, DAY, category, value === '' ? 'missing' : 1] };
}

/** Cells by facility in the order of their first row; equal ones add up, and a missing part makes the sum missing. */
function verdictOf(results: readonly Result[]): Expected {
  const sums = new Map<string, Map<string, number | string>>();
  for (const { cell } of results) {
    if (!cell) continue;
    const [facility, , category, value] = cell;
    const own = sums.get(facility) ?? new Map<string, number | string>();
    const before = own.get(category);
    const sum = typeof before === 'number' && typeof value === 'number' ? before + value : 'missing';
    sums.set(facility, own.set(category, before === undefined ? value : sum));
  }
  return {
    cells: [...sums].flatMap(([facility, own]) =>
      Array.from(own, ([category, sum]) => [facility, DAY, category, sum] as const),
    ),
    faults: results.flatMap(({ fault }) => (fault ? [fault] : [])),
  };
}

/** Every value of the texts of csv-spectrum becomes a category: as the whole file with other columns beside it. */
function* spectrum(): Generator<HostileInput> {
  for (const file of readdirSync(join(SPECTRUM, 'csvs'))) {
    const csv = readFileSync(join(SPECTRUM, 'csvs', file), 'utf8');
    const answers = JSON.parse(readFileSync(join(SPECTRUM, 'json', file.replace(/csv$/, 'json')), 'utf8')) as Record<
      string,
      string
    >[];
    for (const column of Object.keys(answers[0] ?? {})) {
      const header = csv.slice(0, csv.search(/\r?\n/));
      const end = csv.includes('\r\n') ? '\r\n' : '\n';
      // The text as it is, with our columns in front of each of its records; where a record begins its answers tell.
      const renamed = header.split(',').map((name) => (name.replaceAll('"', '') === column ? 'category' : `x_${name.replaceAll('"', '')}`)).join(','); // prettier-ignore
      let rest = csv.slice(header.length + end.length);
      let out = `facility,day,value,${renamed}${end}`;
      let line = 2;
      const results = answers.map((answer, index) => {
        const length = recordLength(rest, Object.values(answer), end);
        out += `A,${DAY},1,${rest.slice(0, length)}`;
        const result = judged(['A', DAY, answer[column] ?? '', '1'], { record: index + 1, line });
        line += (rest.slice(0, length).match(/\n/g) ?? []).length;
        rest = rest.slice(length);
        return result;
      });
      for (const [how, content] of [
        ['', text(out)],
        [', with a mark', text(`\ufeff${out}`)],
        [', CRLF', text(out.replaceAll(/\r?\n/g, '\r\n'))],
      ] as const) {
        yield {
          what: `csv-spectrum ${file} ${column}${how}`,
          feed: 'csv',
          name: 'in.csv',
          content,
          expected: verdictOf(results),
        };
      }
    }
  }
}

/** Length of the record that holds these values, its line end included: each value stands there plain or quoted. */
function recordLength(from: string, values: readonly string[], end: string): number {
  let at = 0;
  for (const value of values) {
    const form = [quoted(value), value].find((written) => from.startsWith(written, at));
    if (form === undefined) throw new Error(`csv-spectrum: ${JSON.stringify(value)} is not at ${at}`);
    at += form.length + (from[at + form.length] === ',' ? 1 : 0);
  }
  return at + (from.startsWith(end, at) ? end.length : 0);
}

/** csv-parse as judge: what it takes for rows, and what it refuses. */
function byCsvParse(content: string): Expected {
  try {
    const rows: string[][] = parse(content, {
      relax_column_count: true, relax_quotes: false, skip_empty_lines: true, record_delimiter: '\n',
    }); // prettier-ignore
    let line = 1;
    const starts: number[] = [];
    // Lines of records by their text: csv-parse counts blank lines otherwise.
    let at = 0;
    for (const record of rows) {
      while (content[at] === '\n') {
        at++;
        line++;
      }
      starts.push(line);
      const start = at;
      at += lengthOf(content, at, record.length);
      line += (content.slice(start, at).match(/\n/g) ?? []).length;
    }
    const results = rows.slice(1).map((row, index) => judged(row, { record: index + 1, line: starts[index + 1]! }));
    return rows.length === 1 ? refused('FILE_MALFORMED') : verdictOf(results);
  } catch {
    return refused('FILE_MALFORMED');
  }
}

/** Length of a record with its line end, in a text that csv-parse has accepted. */
function lengthOf(content: string, start: number, fields: number): number {
  let at = start;
  for (let field = 0; field < fields; field++) {
    if (content[at] === '"') {
      do at = content.indexOf('"', at + 1) + 1;
      while (content[at] === '"');
    } else while (at < content.length && content[at] !== ',' && content[at] !== '\n') at++;
    at++;
  }
  return at - start;
}

const PIECES = [
  'a',
  'b',
  ' x',
  'é',
  '"',
  '""',
  '"a"',
  '"a,b"',
  '"a""b"',
  '"a\nb"',
  ',',
  '\n',
  '\n\n',
  '日本',
  '\t',
  "'",
  '|',
  '"",',
] as const;

function* fuzz(seed: number): Generator<HostileInput> {
  const random = seeded(seed);
  for (let n = 0; n < 4_000; n++) {
    const rows = Array.from({ length: 1 + random.below(4) }, () => {
      const category = Array.from({ length: 1 + random.below(4) }, () => random.of(PIECES)).join('');
      return random.chance(0.3) ? `A,${DAY},${quoted(category)},1` : `A,${DAY},${category},1`;
    });
    const content = `${HEAD}\n${rows.join('\n')}${random.chance(0.5) ? '\n' : ''}`;
    yield {
      what: `random CSV ${n}: ${JSON.stringify(content).slice(30)}`,
      feed: 'csv',
      name: 'in.csv',
      content: text(content),
      expected: byCsvParse(content),
    };
  }
}

export const csv: Family = {
  title: 'CSV: csv-spectrum with its answers, random quotes and line ends judged by csv-parse',
  *inputs(seed) {
    yield* spectrum();
    yield* fuzz(seed);
  },
};
