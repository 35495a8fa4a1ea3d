import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ClickHouseException, exception } from './exception.js';
import type { EngineLimits } from './limits.js';
import { readStatement, type InsertStatement, type PlainStatement, type Statement } from './statement.js';

/** Data of an insert: in memory, or in a file of ours that `discard` deletes. */
export type InsertData =
  { readonly kind: 'memory'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

export type Received =
  { readonly statement: PlainStatement } | { readonly statement: InsertStatement; readonly data: InsertData };

export interface Receiving {
  /** The body, decoded. */
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** The `query` parameter; the body continues it. */
  readonly query: string;
  /** The folder for data that does not stay in memory. */
  readonly folder: string;
  readonly limits: Pick<EngineLimits, 'bodyBytes' | 'inlineBytes' | 'statementBytes'>;
}

/** A statement is looked for in this many bytes, where more than can be held in memory follows. */
const HEAD_BYTES = 1024 * 1024;

/**
 * Reads a body: the statement, and an insert's data.
 *
 * @throws ClickHouseException where the body is too large. No file is left behind then.
 */
export async function receive({ body, query, folder, limits }: Receiving): Promise<Received> {
  const given = Buffer.from(query === '' ? '' : `${query}\n`);
  let insert = query === '' ? undefined : insertIn(given);
  const held: Buffer[] = [insert === undefined ? given : rowsBehind(given, insert)];
  let heldBytes = held[0]!.length;
  let looked = insert !== undefined;
  let total = 0;
  let spill: Spill | undefined;
  try {
    for await (const chunk of body) {
      total += chunk.length;
      if (total > limits.bodyBytes) throw tooLarge(`The body exceeds ${limits.bodyBytes} bytes`);
      if (spill !== undefined) {
        await spill.write(chunk);
        continue;
      }
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes <= limits.inlineBytes) continue;
      if (!looked) {
        looked = true;
        const whole = Buffer.concat(held.splice(0));
        insert = insertIn(whole.subarray(0, HEAD_BYTES));
        held.push(insert === undefined ? whole : whole.subarray(insert.dataAt));
      }
      if (insert !== undefined) {
        spill = await Spill.into(folder);
        for (const piece of held.splice(0)) await spill.write(piece);
      } else if (heldBytes > limits.statementBytes) {
        throw tooLarge(`The statement exceeds ${limits.statementBytes} bytes`);
      }
    }
    if (insert !== undefined && spill !== undefined) return { statement: insert, data: await spill.end() };
  } catch (error) {
    await spill?.drop();
    throw error;
  }
  const whole = Buffer.concat(held);
  if (insert !== undefined) return { statement: insert, data: await placed(whole, insert, folder) };
  const statement = statementIn(whole);
  if (statement.kind === 'plain') return { statement };
  return { statement, data: await placed(whole.subarray(statement.dataAt), statement, folder) };
}

/** Deletes the file of an insert's data, if it has one. */
export async function discard(received: Received): Promise<void> {
  if ('data' in received && received.data.kind === 'file') await rm(received.data.path, { force: true });
}

function tooLarge(text: string): ClickHouseException {
  return exception('TOO_LARGE_REQUEST', text);
}

/** The statement at the start of some bytes; an insert's `dataAt` counts bytes. */
function statementIn(bytes: Buffer): Statement {
  // One character per byte, so that whatever data follows, an offset is an offset into the bytes.
  const statement = readStatement(bytes.toString('latin1'));
  if (statement.kind === 'plain') {
    const { body, tail } = statement;
    return { ...statement, body: utf8(body), tail: tail === undefined ? undefined : utf8(tail) };
  }
  const { head, fromFile } = statement;
  const named = (path: string): string => utf8(fromFile(Buffer.from(path, 'utf8').toString('latin1')));
  return { ...statement, head: utf8(head), fromFile: named };
}

function insertIn(bytes: Buffer): InsertStatement | undefined {
  const statement = statementIn(bytes);
  return statement.kind === 'insert' ? statement : undefined;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** VALUES in the address may be followed by rows there; they come before those of the body. */
function rowsBehind(given: Buffer, { dataAt }: InsertStatement): Buffer {
  const rows = given.subarray(dataAt);
  return rows.toString('latin1').trim() === '' ? Buffer.alloc(0) : rows;
}

/**
 * Data given to the engine inline ends at an empty line, and what follows is run as a statement; with VALUES a semicolon
 * does the same. Such data goes by file, and so does what the engine can read from nowhere else.
 */
async function placed(bytes: Buffer, { format, onlyFromFile }: InsertStatement, folder: string): Promise<InsertData> {
  const breaks = bytes.includes('\n\n') || (format === 'Values' && bytes.includes(';'));
  if (!breaks && !onlyFromFile && bytes.length > 0) return { kind: 'memory', bytes };
  const spill = await Spill.into(folder);
  await spill.write(bytes);
  return spill.end();
}

/**
 * The body of a request as its Content-Encoding says.
 *
 * @throws ClickHouseException for an encoding that is not read; while iterating, for a body that cannot be decoded.
 */
export async function* decoded(request: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const decoder = decoderOf(encoding);
  let source: Readable = request;
  if (decoder !== undefined) {
    request.once('close', () => {
      if (!request.complete) decoder.destroy(new Error('The client went away'));
    });
    source = request.pipe(decoder);
  }
  try {
    // Whoever stops reading still wants to answer: the request must not be destroyed with the loop.
    for await (const chunk of source.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const undecodable = /^(Z_|ERR__ERROR_|ERR_BROTLI)/.test(code);
    throw undecodable ? exception('CANNOT_DECOMPRESS', `The body is not valid ${encoding}`, 400) : error;
  }
}

function decoderOf(encoding: string): ReturnType<typeof createGunzip> | undefined {
  if (encoding === 'identity' || encoding === '') return undefined;
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  const known = 'gzip, deflate and br are read';
  throw exception('NOT_IMPLEMENTED', `Content-Encoding '${encoding.slice(0, 20)}' is not supported: ${known}`);
}

/** A file being written with the data of an insert. */
class Spill {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async into(folder: string): Promise<Spill> {
    const path = join(folder, `${randomUUID()}.body`);
    return new Spill(path, await open(path, 'wx', 0o600));
  }

  async write(bytes: Buffer): Promise<void> {
    let at = 0;
    while (at < bytes.length) at += (await this.file.write(bytes, at)).bytesWritten;
  }

  async end(): Promise<InsertData> {
    await this.file.close();
    return { kind: 'file', path: this.path };
  }

  async drop(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Lets a body that nobody reads pass, so that the sender gets to its answer; breaks the line where it is endless. */
export function passOver(request: IncomingMessage, most: number): void {
  let total = 0;
  request.on('data', (chunk: Buffer) => {
    total += chunk.length;
    if (total > most) request.destroy();
  });
  request.resume();
}
