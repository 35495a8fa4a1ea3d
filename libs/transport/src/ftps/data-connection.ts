import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';

/** A data connection under TLS. */
export interface DataConnection {
  /** What the client sends. Throws ConnectionLost when that ends in another way than by the end of TLS. */
  content(): AsyncGenerator<Buffer>;
  /** Resolves when the client has been sent everything. */
  send(content: Buffer): Promise<void>;
  close(): void;
}

/** The connection ended before everything was said. */
export class ConnectionLost extends Error {}

/** A data connection on which nothing moves for so long is cut. */
const STALLED_MS = 120_000;
/** Time of a client to close a connection on which it was sent everything. */
const LINGER_MS = 2_000;

/** Knows whether the end of the content was said by the client (close_notify) or is only the end of the connection. */
class DataSocket extends TLSSocket {
  isLineDown = false;
  isEndSaid = false;

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null && !this.isLineDown) this.isEndSaid = true;
    return super.push(chunk, encoding);
  }
}

/**
 * Resolves when TLS is established. TLS runs over a stream in between, whose end is heard here before TLS hears it: an
 * end that came out of TLS by then is a close_notify, and any other is a connection that broke or was broken. The one
 * is a whole file, the other is part of one (RFC 4217 section 12.4 on truncation).
 */
export async function secureData(socket: Socket, secureContext: SecureContext): Promise<DataConnection> {
  const line = Duplex.from({ readable: socket, writable: socket });
  line.on('error', () => undefined); // TLS ends with it
  const data = new DataSocket(line, { isServer: true, secureContext });
  line.prependOnceListener('end', () => (data.isLineDown = true));
  data.on('error', () => undefined);
  data.on('_tlsError', () => data.destroy());
  let isSent = false;
  const stalled = setTimeout(cut, STALLED_MS);
  function cut(): void {
    clearTimeout(stalled);
    data.destroy();
    socket.destroy();
  }
  data.once('close', () => {
    if (!isSent) cut();
  });
  // Before that, bytes that came may still wait to be read.
  socket.once('close', () => {
    if (isSent) cut();
  });
  await new Promise<void>((resolve, reject) => {
    data.once('secure', resolve);
    data.once('close', () => reject(new ConnectionLost('TLS was not established')));
  });
  return {
    async *content() {
      const chunks = data[Symbol.asyncIterator]();
      for (;;) {
        const next = await chunks.next().catch((cause: unknown) => {
          throw new ConnectionLost('the connection broke', { cause });
        });
        if (next.done) break;
        stalled.refresh();
        yield next.value as Buffer;
      }
      if (!data.isEndSaid) throw new ConnectionLost('the connection ended without the end of TLS');
    },
    async send(content) {
      data.resume(); // an end or an error of the other side is only heard by those who read
      await new Promise<void>((resolve, reject) => {
        socket.once('close', () => reject(new ConnectionLost('the connection was closed')));
        socket.once('finish', resolve);
        data.end(content);
      });
      isSent = true;
    },
    close() {
      // What was sent may still be on its way; a connection that is cut while it is loses it.
      if (isSent && !socket.readableEnded) setTimeout(cut, LINGER_MS).unref();
      else cut();
    },
  };
}
