import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Where a client may open one data connection, from the address that its commands come from. */
export interface DataPort {
  readonly port: number;
  /** Undefined: nobody came in time, or the port was closed. */
  connection(): Promise<Socket | undefined>;
  close(): void;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

interface DataPortOptions {
  /** Address of this machine at which the client has arrived. */
  readonly host: string;
  /** Address of the client. */
  readonly peer: string;
  /** Undefined: any port. */
  readonly ports: PortRange | undefined;
}

const COME_WITHIN_MS = 30_000;

/** `::ffff:192.0.2.1` is 192.0.2.1. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Ports of the range from a random one on, so that the next one is not known to others. */
function* candidates(ports: PortRange | undefined): Generator<number> {
  if (!ports) return yield 0;
  const count = ports.last - ports.first + 1;
  const start = randomInt(count);
  for (let i = 0; i < count; i++) yield ports.first + ((start + i) % count);
}

async function listenAt(server: Server, host: string, port: number): Promise<boolean> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
}

/** Undefined: no port of the range is free. */
export async function openDataPort({ host, peer, ports }: DataPortOptions): Promise<DataPort | undefined> {
  // Paused until TLS takes it over; a client that has said all it has to say still hears the end of TLS.
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  let arrived: (socket: Socket | undefined) => void = () => undefined;
  let socket: Socket | undefined;
  const arrival = new Promise<Socket | undefined>((resolve) => (arrived = resolve));
  server.on('connection', (found) => {
    found.on('error', () => undefined); // whoever reads from it hears of it
    if (socket || plainAddress(found.remoteAddress ?? '') !== plainAddress(peer)) return void found.destroy();
    socket = found;
    server.close();
    arrived(found);
  });
  for (const port of candidates(ports)) {
    if (!(await listenAt(server, host, port))) continue;
    server.on('error', () => close());
    const late = setTimeout(close, COME_WITHIN_MS);
    function close(): void {
      clearTimeout(late);
      server.close();
      socket?.destroy();
      arrived(undefined);
    }
    return {
      port: (server.address() as AddressInfo).port,
      async connection() {
        late.refresh();
        const found = await arrival;
        clearTimeout(late);
        return found;
      },
      close,
    };
  }
  return undefined;
}
