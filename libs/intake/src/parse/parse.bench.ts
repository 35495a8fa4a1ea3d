import { parse } from 'csv-parse/sync';
import type { Layout } from '#registry';
import { parseMember, type Selector } from './index.js';

/**
 * Records read in a second of CPU, six fields of 75 characters, all selected; by the fast path, and by the safe one,
 * which an accented letter (XML: a comment) in the last record calls. After `npm run bench`:
 * `node dist/libs/intake/src/parse/parse.bench.js`
 */
const RECORDS = 20_000;
const NAMES = ['record_id', 'event_time', 'station', 'service', 'reason', 'zip'];
const WIDTHS = [8, 19, 8, 8, 30, 5];
const ROWS = Array.from({ length: RECORDS }, (_, n) => [
  `${n}-7`,
  `2019-03-0${(n % 9) + 1} 13:${10 + (n % 50)}:11`,
  `STA${n % 300}`,
  'EMS',
  `RESPIRATORY EMERGENCY ${n % 70}`,
  `19${100 + (n % 900)}`,
]);
const selectors: Selector[] = NAMES.map((column) => ({ column, required: true }));
const base = { id: 'bench', extensions: [], encoding: 'auto', wide: undefined };
const csv: Layout = { ...base, format: 'csv', delimiter: ',', columns: undefined };
const delimited: Layout = { ...base, format: 'delimited', delimiter: '|', columns: undefined };
const fixed: Layout = {
  ...base,
  format: 'fixed',
  columns: NAMES.map((name, index) => ({
    name,
    start: 1 + WIDTHS.slice(0, index).reduce((sum, width) => sum + width, 0),
    width: WIDTHS[index] ?? 0,
  })),
};
const xml: Layout = { ...base, format: 'xml', record: '//record', namespaces: {}, paths: {} };

const table = (delimiter: string): string => [NAMES, ...ROWS].map((row) => row.join(delimiter)).join('\n');
const padded = ROWS.map((row) => row.map((field, index) => field.padEnd(WIDTHS[index] ?? 0)).join('')).join('\n');
const element = (row: readonly string[]): string =>
  `<record>\n${row.map((field, index) => `  <${NAMES[index]}>${field}</${NAMES[index]}>\n`).join('')}</record>\n`;
const document = (row: readonly string[]): string => `<?xml version="1.0" encoding="UTF-8"?>\n${element(row)}`;

let characters = 0;
const sink = {
  record: (fields: readonly unknown[]) => void (characters += fields.length),
  rowError: () => undefined,
};

/** Process CPU in microseconds, the best of several rounds: other programs can only add to it. */
function best(work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < 8; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

function report(
  name: string,
  layout: Layout,
  { members, records }: { members: readonly string[]; records: number },
): void {
  const data = members.map((member) => Buffer.from(member));
  const micros = best(() => {
    for (const member of data) parseMember(member, { member: 'bench', layout, selectors }, sink);
  });
  console.log(
    `${name.padEnd(32)} ${((micros / records) * 1_000).toFixed(0).padStart(7)} ns a record, ${(records / micros).toFixed(2)} M a CPU-second`,
  );
}

const whole = (text: string) => ({ members: [text], records: RECORDS });
report('csv', csv, whole(table(',')));
report('csv, safe path', csv, whole(`${table(',')}é`));
report('delimited', delimited, whole(table('|')));
report('delimited, safe path', delimited, whole(`${table('|')}é`));
report('fixed', fixed, whole(padded));
report('fixed, safe path', fixed, whole(`${padded}é`));
const some = ROWS.slice(0, 3_000);
report('xml, a record a file', xml, { members: some.map(document), records: some.length });
report('xml, a record a file, safe path', xml, {
  members: some.map((row) => `${document(row)}<!-- -->`),
  records: some.length,
});
report('xml, one file', xml, { members: [`<batch>${some.map(element).join('')}</batch>`], records: some.length });
const theirs = best(() => parse(table(','), { relax_column_count: true }));
console.log(`${'csv by csv-parse'.padEnd(32)} ${((theirs / RECORDS) * 1_000).toFixed(0).padStart(7)} ns a record`);
