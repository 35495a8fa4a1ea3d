import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { exception } from './exception.js';
import { readStatement, type InsertStatement, type PlainStatement } from './statement.js';

/** Data of an insert: in memory, or in a file of ours that `discard` deletes. */
export type InsertData =
  | { readonly kind: 'memory'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly path: string; readonly size: number };

export type Received =
  { readonly statement: PlainStatement } | { readonly statement: InsertStatement; readonly data: InsertData };

export interface BodyLimits {
  /** Bytes of a body after decoding. */
  readonly bodyBytes: number;
  /** Bytes of an insert that are held in memory; more goes to a file. */
  readonly inlineBytes: number;
  /** Bytes of a statement without data. */
  readonly statementBytes: number;
}

export interface Receiving {
  readonly request: IncomingMessage;
  /** The `query` parameter; the body continues it. */
  readonly query: string;
  /** The folder for bodies that do not fit into memory. */
  readonly folder: string;
  readonly limits: BodyLimits;
}

/** In text that the engine gets inline, an empty line ends the data: such bodies must go by file. */
const EMPTY_LINE = Buffer.from('\n\n');

/**
 * Reads the body of a request, decoded by its Content-Encoding: the statement, and an insert's data.
 *
 * @throws ClickHouseException where the body is too large or cannot be decoded. No file is left behind then.
 */
export async function receive({ request, query, folder, limits }: Receiving): Promise<Received> {
  const chunks: Buffer[] = query === '' ? [] : [Buffer.from(`${query}\n`)];
  const givenHead = query === '' ? undefined : insertOf(chunks[0]!);
  if (givenHead !== undefined) {
    // VALUES in the address may be followed by rows there; they come before those of the body.
    const rows = chunks[0]!.subarray(givenHead.dataAt);
    chunks.splice(0, 1, ...(rows.toString('latin1').trim() === '' ? [] : [rows]));
  }
  let held = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let total = 0;
  let head = givenHead;
  let spill: Spill | undefined;
  try {
    for await (const chunk of decoded(request)) {
      total += chunk.length;
      if (total > limits.bodyBytes) {
        throw exception('TOO_LARGE_REQUEST', `The request body exceeds ${limits.bodyBytes} bytes`);
      }
      if (spill !== undefined) {
        await spill.write(chunk);
        continue;
      }
      chunks.push(chunk);
      held += chunk.length;
      if (held <= limits.inlineBytes) continue;
      let data = chunks.splice(0);
      if (head === undefined) {
        const whole = Buffer.concat(data);
        head = insertOf(whole.subarray(0, limits.statementBytes));
        if (head === undefined) {
          const most = `the statement exceeds ${limits.inlineBytes} bytes`;
          throw exception('TOO_LARGE_REQUEST', `Only the data of an insert may be this long: ${most}`);
        }
        data = [whole.subarray(head.dataAt)];
      }
      spill = await Spill.into(folder);
      for (const piece of data) await spill.write(piece);
    }
    if (head !== undefined && spill !== undefined) return { statement: head, data: await spill.end() };
  } catch (error) {
    await spill?.drop();
    throw error;
  }
  const whole = Buffer.concat(chunks);
  if (givenHead !== undefined) return { statement: givenHead, data: await settled(whole, givenHead, folder) };
  const statement = insertOf(whole);
  if (statement !== undefined) {
    return { statement, data: await settled(whole.subarray(statement.dataAt), statement, folder) };
  }
  const plain = readStatement(whole.toString('utf8'));
  if (plain.kind === 'insert') throw exception('SYNTAX_ERROR', 'Syntax error: the statement is not valid UTF-8');
  return { statement: plain };
}

/** Deletes the file of an insert's data, if it has one. */
export async function discard(received: Received): Promise<void> {
  if ('data' in received && received.data.kind === 'file') await rm(received.data.path, { force: true });
}

/** The insert at the start of some bytes, its offsets in bytes; undefined where they hold another statement. */
function insertOf(bytes: Buffer): InsertStatement | undefined {
  // One character per byte, so that offsets are offsets into the bytes, whatever data follows.
  const statement = readStatement(bytes.toString('latin1'));
  if (statement.kind !== 'insert') return undefined;
  const utf8 = (end: number): string => bytes.toString('utf8', 0, end);
  return {
    ...statement,
    head: utf8(statement.dataAt).trimEnd(),
    infileAt: utf8(statement.infileAt).length,
    formatAt: utf8(statement.formatAt).length,
  };
}

async function settled(bytes: Buffer, { throughInput }: InsertStatement, folder: string): Promise<InsertData> {
  if (!bytes.includes(EMPTY_LINE)) return { kind: 'memory', bytes };
  if (throughInput) {
    throw exception('NOT_IMPLEMENTED', 'Data with an empty line cannot be read through input() by the embedded engine');
  }
  const spill = await Spill.into(folder);
  await spill.write(bytes);
  return spill.end();
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (decoder === undefined) {
    if (encoding === 'identity' || encoding === '') return request;
    const known = 'gzip, deflate and br are read';
    throw exception('NOT_IMPLEMENTED', `Content-Encoding '${encoding.slice(0, 20)}' is not supported: ${known}`);
  }
  request.once('error', (error) => decoder.destroy(error));
  request.once('aborted', () => decoder.destroy(new Error('The client went away')));
  decoder.once('error', () => request.resume());
  return request.pipe(decoder);
}

/** A file being written with a request body. */
class Spill {
  private size = 0;

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
    this.size += bytes.length;
  }

  async end(): Promise<InsertData> {
    await this.file.close();
    return { kind: 'file', path: this.path, size: this.size };
  }

  async drop(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
