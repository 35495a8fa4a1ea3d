import http from 'node:http';
import https from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Egress } from '../egress/index.js';
import { failed } from './source.js';

/** Milliseconds until a server has to have answered the first time. */
const CONNECT_WITHIN_MS = 20_000;
/** Milliseconds a connection may be silent. */
export const SILENT_MS = 60_000;

/** A connection to the pinned address, ended when it is silent. */
export async function dial(egress: Egress, host: string, port: number): Promise<Socket> {
  const { address } = await egress.pin(host, port);
  const socket = connect({ host: address, port });
  socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(failed(`${host} port ${port} does not answer`)));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(failed(`no connection to ${host} port ${port}`, error)));
  });
  socket.removeAllListeners('timeout');
  socket.setTimeout(SILENT_MS, () => socket.destroy(failed(`${host} port ${port} has fallen silent`)));
  return socket;
}

/** The name that TLS asks for; an address is not one (RFC 6066 section 3), and is compared as it is. */
export const serverName = (host: string): string => (isIP(host) === 0 ? host : '');

interface Wanted {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}
type Answer = (error: Error | null, stream: Duplex) => void;

/** Agents whose every connection asks the egress first, redirects and later pages included. */
export function pinnedAgents(
  egress: Egress,
  { ca }: { readonly ca: string | undefined },
): { readonly http: http.Agent; readonly https: https.Agent; close(): void } {
  const sockets = new Set<Duplex>();
  let isClosed = false;
  const give = (wanted: Wanted, answer: Answer, wrap: (socket: Socket, host: string) => Duplex): void => {
    const host = (wanted.host ?? '').replace(/^\[|\]$/g, '');
    dial(egress, host, Number(wanted.port)).then(
      (socket) => {
        const stream = wrap(socket, host);
        sockets.add(stream);
        stream.once('close', () => sockets.delete(stream));
        if (isClosed) stream.destroy();
        answer(null, stream);
      },
      // Nothing reads the second argument beside an error.
      (error: Error) => (answer as (error: Error) => void)(error),
    );
  };
  class PinnedHttp extends http.Agent {
    override createConnection(wanted: Wanted, answer: Answer): undefined {
      give(wanted, answer, (socket) => socket);
    }
  }
  class PinnedHttps extends https.Agent {
    override createConnection(wanted: Wanted, answer: Answer): undefined {
      give(wanted, answer, (socket, host) => {
        const tls = connectTls({ socket, host, servername: serverName(host), ca, ALPNProtocols: ['http/1.1'] });
        socket.once('error', (error) => tls.destroy(error));
        return tls;
      });
    }
  }
  const options = { keepAlive: true, maxSockets: 4 };
  const agents = { http: new PinnedHttp(options), https: new PinnedHttps(options) };
  return {
    ...agents,
    close() {
      isClosed = true;
      agents.http.destroy();
      agents.https.destroy();
      for (const stream of sockets) stream.destroy();
    },
  };
}
