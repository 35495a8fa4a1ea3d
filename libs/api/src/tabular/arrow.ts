import {
  type Data,
  DateDay,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint32,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { type Cell, type Column, regrouped, type Table } from './column.js';

/** Of a batch: enough for readers, and few enough to be gone before the collector moves them to where it seldom looks. */
const ROWS = 16_384;

/** Keeps what the writer writes, for whoever asks next. */
class Collected extends RecordBatchStreamWriter {
  #chunks: Uint8Array[] = [];

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength > 0) {
      this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice());
      this._position += chunk.byteLength;
    }
    return this;
  }

  take(): Buffer {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }
}

/** One bit a row, the lowest first; undefined when every row has a value. */
function validityOf(cells: readonly Cell[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const bits = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  let nullCount = 0;
  for (let row = 0; row < cells.length; row++) {
    if (cells[row] === null) nullCount++;
    else bits[row >> 3]! |= 1 << (row & 7);
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits };
}

interface ColumnWriter {
  readonly type: DataType;
  write(cells: readonly Cell[]): Data;
}

function numbers<A extends Uint32Array | Int32Array | Float64Array>(cells: readonly Cell[], into: A): A {
  for (let row = 0; row < cells.length; row++) into[row] = Number(cells[row] ?? 0);
  return into;
}

function longs(cells: readonly Cell[]): BigInt64Array {
  const into = new BigInt64Array(cells.length);
  for (let row = 0; row < cells.length; row++) into[row] = BigInt(cells[row] ?? 0);
  return into;
}

function texts(cells: readonly Cell[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(cells.length + 1);
  const whole = Buffer.from(cells.join(''));
  let at = 0;
  for (let row = 0; row < cells.length; row++) {
    at += Buffer.byteLength(String(cells[row] ?? ''));
    valueOffsets[row + 1] = at;
  }
  return { valueOffsets, data: whole };
}

function dictionaryWriter(words: readonly string[], id: number): ColumnWriter {
  const type = new Dictionary(new Utf8(), new Int32(), id);
  const dictionary: Vector<Utf8> = vectorFromArray([...words], new Utf8());
  const numberOf = new Map<Cell, number>(words.map((word, number) => [word, number]));
  return {
    type,
    write: (cells) => {
      const data = new Int32Array(cells.length);
      for (let row = 0; row < cells.length; row++) data[row] = numberOf.get(cells[row] ?? null) ?? 0;
      return makeData({ type, length: cells.length, ...validityOf(cells), data, dictionary });
    },
  };
}

function columnWriter({ type, words }: Column, id: number): ColumnWriter {
  if (words) return dictionaryWriter(words, id);
  const common = (cells: readonly Cell[]) => ({ length: cells.length, ...validityOf(cells) });
  switch (type) {
    case 'text': {
      const is = new Utf8();
      return { type: is, write: (cells) => makeData({ type: is, ...common(cells), ...texts(cells) }) };
    }
    case 'count': {
      const is = new Uint32();
      return {
        type: is,
        write: (cells) => makeData({ type: is, ...common(cells), data: numbers(cells, new Uint32Array(cells.length)) }),
      };
    }
    case 'integer': {
      const is = new Int64();
      return { type: is, write: (cells) => makeData({ type: is, ...common(cells), data: longs(cells) }) };
    }
    case 'number': {
      const is = new Float64();
      return {
        type: is,
        write: (cells) =>
          makeData({ type: is, ...common(cells), data: numbers(cells, new Float64Array(cells.length)) }),
      };
    }
    case 'day': {
      const is = new DateDay();
      return {
        type: is,
        write: (cells) => makeData({ type: is, ...common(cells), data: numbers(cells, new Int32Array(cells.length)) }),
      };
    }
    case 'instant': {
      const is = new TimestampMillisecond('UTC');
      return { type: is, write: (cells) => makeData({ type: is, ...common(cells), data: longs(cells) }) };
    }
  }
}

/** Arrow IPC stream (Arrow columnar format 1.x). Columns of known words are dictionaries, sent once, at the beginning. */
export async function* arrowStream(table: Table): AsyncGenerator<Buffer> {
  const writers = table.columns.map(columnWriter);
  const fields = table.columns.map(({ name }, i) => new Field(name, writers[i]!.type, true));
  const schema = new Schema(fields);
  const out = new Collected();
  out.reset(undefined, schema);
  for await (const { rows, values } of regrouped(table, ROWS)) {
    const children = writers.map((writer, i) => writer.write(values[i]!));
    out.write(new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, nullCount: 0, children })));
    yield out.take();
  }
  out.finish();
  yield out.take();
}
