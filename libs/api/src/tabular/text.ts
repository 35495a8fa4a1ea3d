import { formatDay } from '#vocabulary';
import { formatInstant } from '../ask/index.js';
import { type Batch, type Cell, cellOf, type Column, isSame, type Table } from './column.js';

/** Texts are put together to about this many characters before they go out. */
const CHUNK = 1 << 16;

/** RFC 4180. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
/** Names come from senders: what a spreadsheet would take for a formula is made a text (OWASP, CSV injection). */
export const harmless = (text: string): string => csvField(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** Days repeat in every series, so each is written once. */
function dayWriter(): (day: number) => string {
  const known = new Map<number, string>();
  return (day) => {
    let text = known.get(day);
    if (text === undefined) known.set(day, (text = formatDay(day)));
    return text;
  };
}

type Writer = (cell: Cell) => string;

/** Writes a column's cells; `quote` does what the format does with texts. */
function writerOf({ type }: Column, quote: (text: string) => string, nothing: string): Writer {
  const dayText = dayWriter();
  const write = (cell: string | number): string => {
    if (typeof cell === 'string') return quote(cell);
    if (type === 'day') return quote(dayText(cell));
    return type === 'instant' ? quote(formatInstant(cell)) : String(cell);
  };
  return (cell) => (cell === null ? nothing : write(cell));
}

/** Joins rows, each of them a prefix, its cells and an end. What is the same in a whole batch is written once. */
function* linesOf(
  { rows, values }: Batch,
  { writers, before, end }: { writers: readonly Writer[]; before: readonly string[]; end: string },
): Generator<string> {
  const parts = values.map((column, i) => {
    const write = writers[i]!;
    if (isSame(column)) return `${before[i]!}${write(column.same)}`;
    return (row: number): string => before[i]! + write(cellOf(column, row));
  });
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (const part of parts) text += typeof part === 'string' ? part : part(row);
    text += end;
    if (text.length >= CHUNK) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

async function* joined(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const part of texts) {
    text += part;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** RFC 4180 with a header line; an empty field is no value. */
export function csvBytes({ columns, batches }: Table): AsyncGenerator<Buffer> {
  const writers = columns.map((column) => writerOf(column, harmless, ''));
  const before = columns.map((_, i) => (i === 0 ? '' : ','));
  async function* texts(): AsyncGenerator<string> {
    yield `${columns.map(({ name }) => name).join(',')}\r\n`;
    for await (const batch of batches) yield* linesOf(batch, { writers, before, end: '\r\n' });
  }
  return joined(texts());
}

/** One JSON object a line (jsonlines.org). */
export function jsonLines({ columns, batches }: Table): AsyncGenerator<Buffer> {
  const writers = columns.map((column) => writerOf(column, JSON.stringify, 'null'));
  const before = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  async function* texts(): AsyncGenerator<string> {
    for await (const batch of batches) yield* linesOf(batch, { writers, before, end: '}\n' });
  }
  return joined(texts());
}
