import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { linesOf } from './answer.js';
import type { Answer, Reply } from './reply.js';
import { readRequestHead, type RequestHead } from './request-head.js';

/** A connection that says nothing is closed after it. */
const SILENT_MS = 20_000;
/** Requests remembered to the letter: most clients ask with the same headers again and again. */
const REMEMBERED = 1000;
/** Answers up to this length leave in one piece. */
const PIECE = 1 << 16;

const FIRST_LINE = { 200: 'HTTP/1.1 200 OK\r\n', 304: 'HTTP/1.1 304 Not Modified\r\n' } as const;

let dated = NaN;
let dateLine = '';
/** The header Date (RFC 9110 §6.6.1), which has whole seconds. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dated) {
    dated = second;
    dateLine = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateLine;
}

/** Answers are put together here. One that the system has not taken as a whole keeps the bytes, and there are new ones. */
let piece = Buffer.allocUnsafe(PIECE);

function send(socket: Socket, { status, sending: { lines, body }, own }: Reply, ending: string): void {
  const head = `${linesOf(own)}${dateNow()}${ending}`;
  const length = FIRST_LINE[status].length + lines.length + head.length + body.length;
  if (length > PIECE) {
    socket.cork();
    socket.write(`${FIRST_LINE[status]}${lines}${head}`, 'latin1');
    socket.write(body);
    socket.uncork();
    return;
  }
  let at = piece.write(FIRST_LINE[status], 0, 'latin1');
  at += piece.write(lines, at, 'latin1');
  at += piece.write(head, at, 'latin1');
  piece.set(body, at);
  socket.write(piece.subarray(0, length));
  if (socket.writableLength > 0) piece = Buffer.allocUnsafe(PIECE);
}

interface Options {
  readonly answer: Answer;
  /** Goes on with a connection whose bytes have not been read. */
  readonly handOver: (socket: Socket) => void;
  /** Milliseconds for which a connection is kept open between two requests. */
  readonly keepAlive: number;
  /** Further headers of every answer: names and values in turn. */
  readonly further: readonly string[];
}

/**
 * Reads requests from connections and answers those that need nothing but memory, without the objects that node:http makes
 * of each: half of what a request costs. The first request that is not such a one hands its connection over, for good.
 * Returns what takes a new connection, and the way to close all that are still here.
 */
export function connections({ answer, handOver, keepAlive, further }: Options): {
  take(socket: Socket): void;
  close(): void;
} {
  /** Connections, and whether each waits for an answer. */
  const open = new Map<Socket, boolean>();
  let isClosing = false;
  const heads = new LRUCache<string, RequestHead>({ max: REMEMBERED });
  const ending = `${linesOf(further)}Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAlive / 1000)}\r\n\r\n`;

  function headOf(chunk: Buffer): RequestHead | undefined {
    const text = chunk.toString('latin1');
    let head = heads.get(text);
    if (!head && (head = readRequestHead(text))) heads.set(text, head);
    return head;
  }

  function take(socket: Socket): void {
    let isFirst = true;

    function leave(): void {
      open.delete(socket);
      socket.off('data', hear).off('end', end).off('timeout', destroy).off('error', destroy).off('close', leave);
    }
    const end = (): void => void socket.end();
    const destroy = (): void => void socket.destroy();

    function hear(chunk: Buffer): void {
      // Who asks without reading the answers waits until they are read.
      if (socket.writableNeedDrain) {
        socket.pause();
        socket.once('drain', () => {
          socket.resume();
          hear(chunk);
        });
        return;
      }
      const head = headOf(chunk);
      const reply = head && answer({ method: head.method, url: head.url, headers: head.headers, socket });
      if (!(reply instanceof Promise)) {
        respond(reply, chunk);
        return;
      }
      socket.pause();
      socket.setTimeout(0);
      isFirst = true;
      open.set(socket, true);
      void reply.then((later) => {
        if (!open.has(socket)) return;
        open.set(socket, false);
        socket.resume();
        respond(later, chunk);
        if (isClosing && open.has(socket)) socket.destroySoon();
      });
    }

    function respond(reply: Reply | undefined, chunk: Buffer): void {
      if (reply) {
        send(socket, reply, ending);
        reply.sent();
        if (isFirst) socket.setTimeout(keepAlive);
        isFirst = false;
        return;
      }
      leave();
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(chunk);
      handOver(socket);
      socket.resume();
    }

    open.set(socket, false);
    socket.setTimeout(SILENT_MS);
    socket.on('data', hear).on('end', end).on('timeout', destroy).on('error', destroy).on('close', leave);
  }

  return {
    take,
    close() {
      isClosing = true;
      for (const [socket, isWaiting] of open) if (!isWaiting) socket.destroySoon();
    },
  };
}
