import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ClickHouseException } from './exception.js';
import { contentTypeOf } from './formats.js';
import type { Outlet } from './outlets.js';

/** Figures of a finished statement, for X-ClickHouse-Summary. */
export interface Figures {
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly elapsedNs: number;
}

export interface ReplyOptions {
  readonly queryId: string;
  readonly timezone: string;
  readonly displayName: string;
  /** True to send bodies gzipped and say so; an outlet must then bring gzipped bytes. */
  readonly gzip: boolean;
  readonly version: string;
  /** Bytes of a result that are held back, so that an error found within them still gets its own status. */
  readonly holdBytes: number;
  /** Seconds without progress of the receiver after which it is given up. */
  readonly stallSeconds: number;
}

/**
 * Sends what is left of an answer. To be called when nothing of the request is held any more: a client may send the
 * next one, in the same session or under the same id, as soon as it has read this.
 */
export type Ending = () => void;

const FASTEST = { level: 1 };
const compressed = promisify<Buffer, { level: number }, Buffer>(gzip);

/** The answer to one request, in ClickHouse's headers. */
export class Reply {
  /** Between head and body of an error that comes after the head; named in a header (ClickHouse 25.11). */
  private exceptionTag = '';

  constructor(
    private readonly response: ServerResponse,
    private readonly options: ReplyOptions,
  ) {}

  /** Makes ready a result that is wholly in memory. */
  async result(bytes: Buffer, format: string, figures: Figures): Promise<Ending> {
    const body = this.options.gzip ? await compressed(bytes, FASTEST) : bytes;
    return this.ending(body, format, figures);
  }

  /** Sends an exception: with its status where the head is not sent yet, else behind the data, and cuts the line. */
  exception(error: ClickHouseException): void {
    const { response } = this;
    if (response.destroyed || response.writableEnded) return;
    if (response.headersSent) {
      // Behind plain data the error stands in words. A gzip stream cannot be continued with words, and one that merely
      // ends early is taken by some readers (the JDBC driver) for the end of the rows, so that line is reset.
      if (this.options.gzip) response.socket?.resetAndDestroy();
      else {
        response.write(this.trailer(this.worded(error)));
        response.socket?.destroySoon();
      }
      return;
    }
    const text = Buffer.from(`${this.worded(error)}\n`);
    response.writeHead(error.status, {
      ...this.common(),
      'Content-Type': 'text/plain; charset=UTF-8',
      'Content-Length': text.length,
      'X-ClickHouse-Exception-Code': String(error.code),
    });
    response.end(text);
  }

  /**
   * Passes on what comes out of an outlet until `finished` settles and the outlet is read to its end. Rejects as
   * `finished` does. The receiver's going away does not end the reading: the engine must be able to finish writing.
   */
  async stream(outlet: Outlet, format: string, finished: Promise<Figures>): Promise<Ending> {
    const { response } = this;
    const { holdBytes, stallSeconds } = this.options;
    const held: Buffer[] = [];
    let heldBytes = 0;
    let total = 0;
    let stalled: NodeJS.Timeout | undefined;
    const onDrain = (): void => {
      clearTimeout(stalled);
      outlet.stream.resume();
    };
    response.on('drain', onDrain);
    response.once('close', onDrain);
    outlet.stream.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (response.destroyed) return;
      if (!response.headersSent) {
        held.push(chunk);
        heldBytes += chunk.length;
        if (heldBytes <= holdBytes) return;
        this.exceptionTag = randomBytes(8).toString('hex');
        this.head(format, { 'X-ClickHouse-Exception-Tag': this.exceptionTag });
        chunk = Buffer.concat(held.splice(0));
      }
      if (response.write(chunk)) return;
      outlet.stream.pause();
      stalled = setTimeout(() => response.destroy(), stallSeconds * 1000).unref();
    });
    const ended = once(outlet.stream, 'close');
    let figures: Figures;
    try {
      figures = await finished;
    } finally {
      outlet.finish();
      await ended;
      clearTimeout(stalled);
      response.off('drain', onDrain);
    }
    if (response.headersSent) return () => response.end();
    // Of no rows some formats write nothing at all, not even an empty gzip stream.
    const body = total === 0 && this.options.gzip ? await compressed(Buffer.alloc(0), FASTEST) : Buffer.concat(held);
    return this.ending(body, format, figures);
  }

  private ending(body: Buffer, format: string, figures: Figures): Ending {
    return () => {
      if (this.response.destroyed) return;
      this.head(format, { 'Content-Length': body.length, 'X-ClickHouse-Summary': summary(figures) });
      this.response.end(body);
    };
  }

  private head(format: string, more: OutgoingHttpHeaders): void {
    this.response.writeHead(200, {
      ...this.common(),
      'Content-Type': contentTypeOf(format),
      'X-ClickHouse-Format': format,
      ...(this.options.gzip ? { 'Content-Encoding': 'gzip' } : {}),
      ...more,
    });
  }

  private common(): OutgoingHttpHeaders {
    return {
      'X-ClickHouse-Server-Display-Name': this.options.displayName,
      'X-ClickHouse-Query-Id': this.options.queryId,
      'X-ClickHouse-Timezone': this.options.timezone,
      'Cache-Control': 'no-store',
    };
  }

  private worded({ message }: ClickHouseException): string {
    return `${message} (version ${this.options.version})`;
  }

  private trailer(message: string): string {
    const text = `${message}\n`;
    const marker = '__exception__';
    const tag = this.exceptionTag;
    return `\r\n${marker}\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n${marker}\r\n`;
  }
}

function summary(figures: Figures): string {
  return JSON.stringify({
    read_rows: String(figures.readRows),
    read_bytes: String(figures.readBytes),
    written_rows: String(figures.writtenRows),
    written_bytes: String(figures.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(figures.resultRows),
    result_bytes: String(figures.resultBytes),
    elapsed_ns: String(figures.elapsedNs),
  });
}
