import type { InsertData, Received } from './body.js';
import { exception } from './exception.js';
import { literal } from './literal.js';
import type { Connection, RawInsertResult, RawResult } from './native.js';
import type { Outlets } from './outlets.js';
import type { Figures, Reply } from './reply.js';
import type { InsertStatement, PlainStatement } from './statement.js';
import type { Store } from './store.js';

export interface Running {
  readonly store: Store;
  readonly outlets: Outlets;
  readonly connection: Connection;
  /** Statements to run first; ends in `; `. */
  readonly before: string;
  readonly defaultFormat: string;
  readonly reply: Reply;
}

const NO_BYTES = Buffer.alloc(0);
const STREAMED = new Set(['SELECT', 'WITH', 'FROM']);
/** Statements without a result, whatever format was asked for. */
const SILENT = 'TabSeparated';

/** Runs a received statement and sends its result. Rejects with the engine's error where nothing or not all was sent. */
export async function run(running: Running, received: Received): Promise<void> {
  if ('data' in received) {
    const figures = await insert(running, received.statement, received.data);
    await running.reply.result(NO_BYTES, SILENT, figures);
  } else if (STREAMED.has(received.statement.verb)) await select(running, received.statement);
  else await other(running, received.statement);
}

async function select(
  { store, outlets, connection, before, defaultFormat, reply }: Running,
  statement: PlainStatement,
): Promise<void> {
  const outlet = outlets.take();
  if (outlet === undefined) throw exception('TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous results');
  const { sql, outfileAt, format } = statement;
  const tail = format === undefined ? `FORMAT ${defaultFormat}` : sql.slice(outfileAt);
  // The line end closes a comment at the end of the statement.
  const text = `${before}${sql.slice(0, outfileAt)}\nINTO OUTFILE ${literal(outlet.path)} APPEND ${tail}`;
  const finished = store.query(connection, text, defaultFormat).then(figuresOfResult);
  await reply.stream(outlet, format ?? defaultFormat, finished);
}

async function other(
  { store, connection, before, defaultFormat, reply }: Running,
  statement: PlainStatement,
): Promise<void> {
  if (statement.verb === 'INSERT') {
    // INSERT … SELECT: the insert call counts the rows written, the query call does not.
    const written = await store.insert(connection, before + statement.sql, NO_BYTES);
    await reply.result(NO_BYTES, SILENT, figuresOfInsert(written));
    return;
  }
  const result = await store.query(connection, before + statement.sql, defaultFormat);
  await reply.result(result.bytes, statement.format ?? defaultFormat, figuresOfResult(result));
}

async function insert(
  { store, connection, before }: Running,
  statement: InsertStatement,
  data: InsertData,
): Promise<Figures> {
  const { head, infileAt, formatAt, format } = statement;
  if (data.kind === 'memory' && data.bytes.length > 0) {
    return figuresOfInsert(await store.insert(connection, before + head, data.bytes));
  }
  if (statement.throughInput) {
    throw exception('NOT_IMPLEMENTED', 'This much data cannot be read through input() by the embedded engine');
  }
  const path = data.kind === 'file' ? data.path : '/dev/null';
  const from = `FROM INFILE ${literal(path)} COMPRESSION 'none' `;
  const text = `${head.slice(0, infileAt)} ${from}${head.slice(infileAt, formatAt)} FORMAT ${format}`;
  return figuresOfInsert(await store.insert(connection, before + text, NO_BYTES));
}

function figuresOfResult({ rowsRead, bytesRead, elapsed }: RawResult): Figures {
  return {
    readRows: rowsRead,
    readBytes: bytesRead,
    writtenRows: 0,
    writtenBytes: 0,
    resultRows: rowsRead,
    resultBytes: bytesRead,
    elapsedNs: Math.round(elapsed * 1e9),
  };
}

function figuresOfInsert({ rowsWritten, bytesWritten, elapsed }: RawInsertResult): Figures {
  return {
    readRows: rowsWritten,
    readBytes: bytesWritten,
    writtenRows: rowsWritten,
    writtenBytes: bytesWritten,
    resultRows: rowsWritten,
    resultBytes: bytesWritten,
    elapsedNs: Math.round(elapsed * 1e9),
  };
}
