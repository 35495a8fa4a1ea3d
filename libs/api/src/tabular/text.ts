import { formatDay } from '#vocabulary';
import { formatInstant } from '../ask/index.js';
import { type Batch, type Cell, cellOf, type Column, isSame, type Table } from './column.js';
import { Sheet } from './sheet.js';

/** RFC 4180. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
/** Names come from senders: what a spreadsheet would take for a formula is made a text (OWASP, CSV injection). */
export const harmless = (text: string): string => csvField(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** So many texts and days of a column are kept as bytes. */
const MOST_KEPT = 4096;

/** The bytes of values that come again and again. */
function kept<K>(written: (value: K) => string): (value: K) => Buffer {
  const known = new Map<K, Buffer>();
  return (value) => {
    let bytes = known.get(value);
    if (bytes === undefined) {
      if (known.size >= MOST_KEPT) known.clear();
      known.set(value, (bytes = Buffer.from(written(value))));
    }
    return bytes;
  };
}

/** How a format writes texts and nothing, and what stands around cells, rows and the whole. */
interface Form {
  quote(text: string): string;
  readonly nothing: string;
  /** Before each cell, after the last, and between two rows. */
  readonly before: readonly string[];
  readonly end: string;
  readonly between?: string;
  readonly heading?: string;
  readonly closing?: string;
}

const textOf =
  ({ type }: Column, { quote, nothing }: Form) =>
  (cell: Cell): string => {
    if (cell === null) return nothing;
    if (typeof cell === 'string') return quote(cell);
    if (type === 'day') return quote(formatDay(cell));
    return type === 'instant' ? quote(formatInstant(cell)) : String(cell);
  };

type Writer = (cell: Cell, sheet: Sheet) => void;

function writerOf(column: Column, form: Form): Writer {
  const isNumber = column.type !== 'day' && column.type !== 'instant';
  const bytes = kept(textOf(column, form));
  return (cell, sheet) => {
    if (isNumber && typeof cell === 'number') sheet.number(cell);
    else sheet.copy(bytes(cell));
  };
}

/** What is the same in a whole batch is written once, with what stands around it. */
type Part = Buffer | ((row: number) => void);

function partsOf(
  { values }: Batch,
  {
    columns,
    sheet,
    writers,
    form,
  }: { columns: readonly Column[]; sheet: Sheet; writers: readonly Writer[]; form: Form },
): Part[] {
  const parts: Part[] = [];
  let fixed = '';
  for (const [i, column] of values.entries()) {
    const write = writers[i]!;
    fixed += form.before[i]!;
    if (isSame(column)) {
      fixed += textOf(columns[i]!, form)(column.same);
      continue;
    }
    if (fixed !== '') parts.push(Buffer.from(fixed));
    fixed = '';
    parts.push((row) => write(cellOf(column, row), sheet));
  }
  parts.push(Buffer.from(fixed + form.end));
  return parts;
}

async function* written({ columns, batches }: Table, form: Form): AsyncGenerator<Buffer> {
  const { heading = '', between = '', closing = '' } = form;
  const writers = columns.map((column) => writerOf(column, form));
  const sheet = new Sheet();
  sheet.text(heading);
  const separator = Buffer.from(between);
  let isFirst = true;
  for await (const batch of batches) {
    const parts = partsOf(batch, { columns, sheet, writers, form });
    for (let row = 0; row < batch.rows; row++) {
      if (!isFirst) sheet.copy(separator);
      isFirst = false;
      for (const part of parts) {
        if (typeof part === 'function') part(row);
        else sheet.copy(part);
      }
    }
    yield* sheet.taken();
  }
  sheet.text(closing);
  yield* sheet.rest();
}

/** RFC 4180 with a header line; an empty field is no value. */
export function csvBytes(table: Table): AsyncGenerator<Buffer> {
  const before = table.columns.map((_, i) => (i === 0 ? '' : ','));
  const heading = `${table.columns.map(({ name }) => name).join(',')}\r\n`;
  return written(table, { quote: harmless, nothing: '', before, end: '\r\n', heading });
}

/** What stands before each cell of an object. */
const membersOf = ({ columns }: Table): string[] =>
  columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);

/** One JSON object a line (jsonlines.org). */
export function jsonLines(table: Table): AsyncGenerator<Buffer> {
  return written(table, { quote: JSON.stringify, nothing: 'null', before: membersOf(table), end: '}\n' });
}

/** One JSON array of the same objects, each on its line. */
export function jsonArray(table: Table): AsyncGenerator<Buffer> {
  const around = { heading: '[\n', between: ',\n', closing: '\n]\n' };
  return written(table, { quote: JSON.stringify, nothing: 'null', before: membersOf(table), end: '}', ...around });
}
