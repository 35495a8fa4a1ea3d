import type { InsertData, Received } from './body.js';
import { exception } from './exception.js';
import { literal } from './literal.js';
import type { Connection, RawInsertResult, RawResult } from './native.js';
import type { Outlets } from './outlets.js';
import type { Ending, Figures, Reply } from './reply.js';
import type { InsertStatement, PlainStatement } from './statement.js';
import type { Store } from './store.js';

export interface Running {
  readonly store: Store;
  readonly outlets: Outlets;
  readonly connection: Connection;
  /** Statements to run first; ends in `; ` or is empty. */
  readonly before: string;
  readonly defaultFormat: string;
  /** True to have the result gzipped by the engine. */
  readonly gzip: boolean;
  readonly reply: Reply;
}

const NO_BYTES = Buffer.alloc(0);
/** Statements whose results may be large; all others' are handed over whole. */
const STREAMED = new Set(['SELECT', 'WITH', 'FROM']);
const NAME = /^\w+$/;
/** What an empty answer says of its format. */
const NO_FORMAT = 'TabSeparated';

/**
 * Runs a received statement and sends its result but for the end. Rejects with the engine's error where nothing or not
 * all was sent.
 */
export async function run(running: Running, received: Received): Promise<Ending> {
  if (!NAME.test(running.defaultFormat)) throw exception('BAD_ARGUMENTS', 'The default format is not a name');
  if ('data' in received) return insert(running, received.statement, received.data);
  if (STREAMED.has(received.statement.verb)) return select(running, received.statement);
  return other(running, received.statement);
}

async function select(running: Running, { body, tail, format }: PlainStatement): Promise<Ending> {
  const { store, outlets, connection, before, defaultFormat, gzip, reply } = running;
  const outlet = outlets.take();
  const compression = gzip ? `COMPRESSION 'gzip' LEVEL 1 ` : '';
  const into = `INTO OUTFILE ${literal(outlet.path)} TRUNCATE ${compression}${tail ?? `FORMAT ${defaultFormat}`}`;
  // The line end closes a comment at the end of the statement.
  const finished = store.query(connection, `${before}${body}\n${into}`, defaultFormat).then(figuresOfResult);
  return reply.stream(outlet, format ?? defaultFormat, finished);
}

async function other(running: Running, { verb, body, tail = '', format }: PlainStatement): Promise<Ending> {
  const { store, connection, before, defaultFormat, reply } = running;
  const sql = `${before}${body}\n${tail}`;
  if (verb === 'INSERT') {
    // INSERT … SELECT: the call for inserts counts the rows written, the call for queries does not.
    const written = await store.insert(connection, sql, NO_BYTES);
    return reply.result(NO_BYTES, NO_FORMAT, figuresOfInsert(written));
  }
  const result = await store.query(connection, sql, defaultFormat);
  return reply.result(result.bytes, format ?? defaultFormat, figuresOfResult(result));
}

async function insert(running: Running, { head, fromFile }: InsertStatement, data: InsertData): Promise<Ending> {
  const { store, connection, before, reply } = running;
  const written =
    data.kind === 'memory'
      ? await store.insert(connection, before + head, data.bytes)
      : await store.insert(connection, before + fromFile(literal(data.path)), NO_BYTES);
  return reply.result(NO_BYTES, NO_FORMAT, figuresOfInsert(written));
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
