import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import type { Logins, Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import type { Homes } from '../home/index.js';
import { type Guest, IDLE_MS, LOGIN_WITHIN_MS, type LoginTold, openGuests, type TransportLog } from '../login/index.js';
import { onceMade } from '../staging/index.js';
import { authenticate } from './authenticate.js';
import { serveSession } from './session.js';

export interface SftpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM or OpenSSH private key; see {@link sshHostKey}. */
  readonly hostKey: Buffer;
  readonly logins: Logins;
  readonly homes: Homes;
  readonly log: TransportLog;
  /** Told of every login and of every one that was refused. */
  readonly logged?: LoginTold | undefined;
}

export interface SftpServer {
  readonly port: number;
  /** Cuts all sessions; what they have not finished can be continued. */
  close(): Promise<void>;
}

/** The key by which clients know this server: Ed25519, made at the first start. */
export const sshHostKey = (keysFolder: string): Promise<Buffer> => onceMade(`${keysFolder}/ssh-host.key`, makeHostKey);

/** One in some dozens of the keys that ssh2 1.17.0 makes cannot be read again, by itself or by OpenSSH: then another. */
function makeHostKey(): Buffer {
  for (let attempt = 0; attempt < 100; attempt++) {
    const text = ssh2.utils.generateKeyPairSync('ed25519').private;
    if (!(ssh2.utils.parseKey(text) instanceof Error)) return Buffer.from(text);
  }
  throw new BellwetherError('INTERNAL', 'no host key could be made');
}

const FAILURES_OF_A_CONNECTION = 5;

/** SSH with the SFTP subsystem and nothing else: no shell, no commands, no forwarding. */
export async function openSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const { host, port, hostKey, logins, homes, log, logged } = options;
  const guests = openGuests(Date.now);
  const sockets = new Set<Socket>();
  const sessions = new Set<{ close(): Promise<void> }>();
  /** Sockets that have not said who they are, by their far end: all that the library tells of a connection. */
  const arrivals = new Map<string, { readonly socket: Socket; readonly guest: Guest }>();
  const ssh = new ssh2.Server({ hostKeys: [hostKey], ident: 'Bellwether' }, (connection, { ip, port: from }) => {
    const arrival = arrivals.get(`${ip} ${from}`);
    if (arrival) serve(connection, arrival);
    else connection.end();
  });

  function serve(connection: Connection, { socket, guest }: { socket: Socket; guest: Guest }): void {
    let principal: Principal | undefined;
    let failures = 0;
    const late = setTimeout(() => socket.destroy(), LOGIN_WITHIN_MS);
    connection.on('error', () => undefined); // it is closed, and that is heard below
    const idle = setTimeout(() => socket.destroy(), IDLE_MS);
    connection.on('close', () => {
      clearTimeout(late);
      clearTimeout(idle);
    });
    connection.on('authentication', (context) => {
      authenticate(context, logins)
        .then((found) => {
          if (found === 'asked') return;
          if (found && guest.enter(found.id)) {
            logged?.({ door: 'sftp', principal: found, user: found.id }); // throws when it cannot be recorded
            principal = found;
            context.accept();
            return;
          }
          const mayGoOn = guest.failed();
          logged?.({ door: 'sftp', principal: undefined, user: context.username });
          log('warn', 'an SFTP login was refused', {
            user: context.username.slice(0, 64),
            address: socket.remoteAddress,
          });
          context.reject(['publickey', 'password']);
          if (!mayGoOn || ++failures >= FAILURES_OF_A_CONNECTION) connection.end();
        })
        .catch((error: unknown) => {
          log('error', 'an SFTP login failed', { cause: String(error) });
          context.reject();
        });
    });
    connection.on('ready', () => {
      clearTimeout(late);
      connection.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          if (!principal) return void connection.end();
          const session = serveSession(acceptSftp(), {
            home: homes.of(principal),
            failed: (error) => log('error', 'an SFTP request failed', { sender: principal?.id, cause: String(error) }),
            active: () => void idle.refresh(),
            cut: () => socket.destroy(),
          });
          sessions.add(session);
          connection.on('close', () => {
            sessions.delete(session);
            session
              .close()
              .catch((error: unknown) => log('error', 'a transfer could not be kept', { cause: String(error) }));
          });
        });
      });
    });
  }

  const server = createServer((socket) => {
    const guest = guests.arrive(socket.remoteAddress ?? '');
    if (!guest) return void socket.destroy();
    const from = `${socket.remoteAddress} ${socket.remotePort}`;
    sockets.add(socket);
    arrivals.set(from, { socket, guest });
    const mute = setTimeout(() => socket.destroy(), LOGIN_WITHIN_MS);
    socket.once('data', () => clearTimeout(mute));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(mute);
      sockets.delete(socket);
      arrivals.delete(from);
      guest.leave();
    });
    ssh.injectSocket(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([...sessions].map((session) => session.close()));
    },
  };
}
