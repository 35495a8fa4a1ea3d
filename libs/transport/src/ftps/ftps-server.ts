import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv4, type Socket } from 'node:net';
import type { Logins } from '#access';
import type { Homes } from '../home/index.js';
import { IDLE_MS, LOGIN_WITHIN_MS, openGuests, type LoginTold, type TransportLog } from '../login/index.js';
import { type CertificateFiles, openCertificate } from './certificate.js';
import { serveControl } from './control-connection.js';
import { openDataPort, plainAddress, type PortRange } from './data-port.js';

export interface FtpsServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** TLS from the first byte on, as on port 990; otherwise AUTH TLS. */
  readonly isImplicit: boolean;
  readonly files: CertificateFiles;
  /** Ports of data connections; undefined: any free ones. */
  readonly passivePorts: PortRange | undefined;
  /** IPv4 address at which senders reach this server; undefined: the one at which they have arrived. */
  readonly publicAddress: string | undefined;
  readonly logins: Logins;
  readonly homes: Homes;
  readonly log: TransportLog;
  /** Told of every login and of every one that was refused. */
  readonly logged?: LoginTold | undefined;
}

export interface FtpsServer {
  readonly port: number;
  /** Cuts all sessions; what they have not finished can be continued. */
  close(): Promise<void>;
}

/** FTP under TLS and nothing else (RFC 959, 2228, 2428, 3659, 4217): no word of a login is heard without TLS. */
export async function openFtpsServer(options: FtpsServerOptions): Promise<FtpsServer> {
  const { host, port, isImplicit, passivePorts, publicAddress, logins, homes, log, logged } = options;
  const certificate = await openCertificate(options.files, log);
  const guests = openGuests(Date.now);
  const sockets = new Set<Socket>();
  const sessions = new Set<Promise<void>>();

  async function serve(socket: Socket): Promise<void> {
    const [peer, local] = [socket.remoteAddress ?? '', socket.localAddress ?? ''];
    const guest = guests.arrive(peer);
    if (!guest) return void socket.destroy();
    const cut = (): void => void socket.destroy();
    const late = setTimeout(cut, LOGIN_WITHIN_MS);
    const idle = setTimeout(cut, IDLE_MS);
    sockets.add(socket);
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      guest.leave();
    });
    const address = publicAddress ?? plainAddress(local);
    try {
      await serveControl({
        socket,
        isImplicit,
        secureContext: await certificate.current(),
        door: {
          logins,
          homes,
          guest: {
            ...guest,
            enter(sender) {
              clearTimeout(late);
              return guest.enter(sender);
            },
          },
          log,
          logged,
          peer,
          address: isIPv4(address) ? address : undefined,
          openDataPort: () => openDataPort({ host: plainAddress(local), peer, ports: passivePorts }),
          active: () => void idle.refresh(),
        },
      });
    } finally {
      clearTimeout(late);
      clearTimeout(idle);
      if (!socket.destroyed) setTimeout(cut, GOODBYE_MS).unref();
    }
  }

  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const session = serve(socket)
      .catch((error: unknown) => {
        log('error', 'an FTPS session failed', { cause: String(error) });
        socket.destroy();
      })
      .finally(() => sessions.delete(session));
    sessions.add(session);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(sessions);
    },
  };
}

/** Time of a client to hear the last reply. */
const GOODBYE_MS = 2_000;
