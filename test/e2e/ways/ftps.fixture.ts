import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { openFtpsServer } from '#transport';
import { openRunningHomes, PASSWORD, type RunningHomes } from './homes.fixture.js';
import { type Receiving, run } from './receiving.fixture.js';

type FtpsServer = Awaited<ReturnType<typeof openFtpsServer>>;

export interface RunningFtps extends RunningHomes {
  readonly port: number;
  /** Of the certificate, which is its own authority. */
  readonly certificate: string;
  /** What the server has reported. */
  readonly reports: string[];
  close(): Promise<void>;
}

/** A certificate for 127.0.0.1 of openssl's making, in the folder; its paths. */
export async function makeCertificate(folder: string, name = 'tls'): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const { code, output } = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  if (code !== 0) throw new Error(output);
  return { certificate, key };
}

export async function openRunningFtps(
  receiving: Receiving,
  options: Partial<
    Pick<Parameters<typeof openFtpsServer>[0], 'isImplicit' | 'passivePorts' | 'publicAddress' | 'files' | 'logged'>
  > = {},
): Promise<RunningFtps> {
  const running = await openRunningHomes(receiving, { maxBytes: 8 * 2 ** 20 });
  const files = options.files ?? (await makeCertificate(receiving.folder));
  const reports: string[] = [];
  const server: FtpsServer = await openFtpsServer({
    host: '127.0.0.1',
    port: 0,
    isImplicit: false,
    passivePorts: undefined,
    publicAddress: undefined,
    ...options,
    files,
    logins: running.logins,
    homes: running.homes,
    log(level, message, facts) {
      reports.push(message);
      if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
    },
  });
  return { ...running, port: server.port, certificate: files.certificate, reports, close: () => server.close() };
}

/** Somebody who says what they like, line by line, and is not bound by what a client would do. */
export interface Speaker {
  /** The next whole reply. Throws when the connection ends before it. */
  hear(): Promise<string>;
  say(line: string): Promise<string>;
  send(bytes: string | Uint8Array): void;
  startTls(options?: ConnectionOptions): Promise<TLSSocket>;
  /** A data connection (`hangUp` ends it, and not TLS) to the port that EPSV names, under TLS; the reply to the command that uses it comes by `hear`. */
  dataSocket(command: string, options?: ConnectionOptions): Promise<TLSSocket & { hangUp(): void }>;
  ended(): Promise<void>;
  close(): void;
}

export async function openSpeaker({ port, certificate }: Pick<RunningFtps, 'port' | 'certificate'>): Promise<Speaker> {
  const ca = readFileSync(certificate);
  let wire: Socket = connect(port, '127.0.0.1');
  let text = '';
  let isEnded = false;
  let wake: () => void = () => undefined;
  const listen = (socket: Socket): void => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      isEnded = true;
      wake();
    });
  };
  listen(wire);
  const speaker: Speaker = {
    async hear() {
      for (;;) {
        const whole = /^(?:(\d{3})-[^]*?\r\n(?=\1 ))?\d{3} .*\r\n/.exec(text)?.[0];
        if (whole !== undefined) {
          text = text.slice(whole.length);
          return whole.trimEnd();
        }
        if (isEnded) throw new Error(`the connection ended after ${JSON.stringify(text)}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    say(line) {
      wire.write(`${line}\r\n`);
      return speaker.hear();
    },
    send: (bytes) => void wire.write(bytes),
    async startTls(options = {}) {
      const plain = wire;
      plain.removeAllListeners('data');
      const tls = connectTls({ socket: plain, ca, host: '127.0.0.1', ...options });
      listen(tls);
      wire = tls;
      await once(tls, 'secureConnect');
      return tls;
    },
    async dataSocket(command, options = {}) {
      const dataPort = Number(/\|(\d+)\|/.exec(await speaker.say('EPSV'))?.[1]);
      const plain = connect(dataPort, '127.0.0.1');
      await once(plain, 'connect');
      const first = await speaker.say(command);
      if (!first.startsWith('150')) {
        plain.destroy();
        throw new Error(first);
      }
      const tls = connectTls({
        socket: Duplex.from({ readable: plain, writable: plain }),
        ca,
        host: '127.0.0.1',
        ...options,
      });
      await once(tls, 'secureConnect');
      return Object.assign(tls, { hangUp: () => void plain.end() });
    },
    async ended() {
      while (!isEnded) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () => wire.destroy(),
  };
  await speaker.hear();
  return speaker;
}

/** Logged in, with data connections under TLS. */
export async function openLoggedIn(running: RunningFtps, user = 'clinic'): Promise<Speaker> {
  const speaker = await openSpeaker(running);
  await speaker.say('AUTH TLS');
  await speaker.startTls();
  for (const line of [`USER ${user}`, `PASS ${PASSWORD}`, 'PBSZ 0', 'PROT P']) await speaker.say(line);
  return speaker;
}
