import { isIPv6 } from 'node:net';
import { BellwetherError } from '#vocabulary';
import { type Entry, listLine, type Transfer } from '../home/index.js';
import { ConnectionLost, type DataConnection, secureData } from './data-connection.js';
import { type DataPort, plainAddress } from './data-port.js';
import { factLine } from './listing.js';
import { reply, type Reply } from './reply.js';
import { homeOf, pathOf, type Session, type Verb, type VerbRules } from './session.js';

/** What goes over a data connection, once the server knows that it will. */
interface Exchange {
  run(data: DataConnection): Promise<Reply>;
  /** It does not come to that. */
  giveUp?(): Promise<void>;
}

const CUT_OFF = 'The transfer was cut off; what came is kept: SIZE says how much, REST or APPE continues';

async function newPort(session: Session): Promise<DataPort | undefined> {
  session.port?.close();
  session.port = await session.door.openDataPort();
  return session.port;
}
const NO_PORT = reply(425, 'No port is free; try again');

const passive: Verb = async (session) => {
  const { address } = session.door;
  if (session.isExtendedOnly) return reply(503, 'EPSV ALL was said');
  if (address === undefined) return reply(522, 'PASV knows IPv4 only; say EPSV');
  const port = await newPort(session);
  if (!port) return NO_PORT;
  const numbers = [...address.split('.'), Math.floor(port.port / 256), port.port % 256];
  return reply(227, `Entering Passive Mode (${numbers.join(',')})`);
};

/** RFC 2428 section 3. */
const extendedPassive: Verb = async (session, argument) => {
  if (/^ALL$/i.test(argument)) {
    session.isExtendedOnly = true;
    return reply(200, 'EPSV only from now on');
  }
  const family = isIPv6(plainAddress(session.door.peer)) ? '2' : '1';
  if (argument !== '' && argument !== family) return reply(522, `Another network protocol; use (${family})`);
  const port = await newPort(session);
  return port ? reply(229, `Entering Extended Passive Mode (|||${port.port}|)`) : NO_PORT;
};

const noActive: Verb = async () => reply(502, 'The server opens no connections; the client does: EPSV or PASV');

/**
 * One transfer: the client has connected, `prepare` decides whether it takes place, and only then is it begun. So what
 * was sent before is not replaced when no connection comes about.
 */
async function transfer(session: Session, prepare: () => Promise<Exchange>): Promise<Reply> {
  const { door, port } = session;
  if (!session.isDataSecure) return reply(521, 'Data connections are under TLS here: say PBSZ 0 and PROT P first');
  if (!port) return reply(425, 'Say EPSV or PASV first');
  session.port = undefined;
  let exchange: Exchange | undefined;
  let data: DataConnection | undefined;
  let isAborted = false;
  session.abort = () => {
    isAborted = true;
    data?.close();
    port.close();
  };
  try {
    const socket = await port.connection();
    if (!socket) return isAborted ? ABORTED : reply(425, 'No data connection came from your address');
    exchange = await prepare();
    await door.send(reply(150, 'Begin'));
    if (socket.destroyed) throw new ConnectionLost('the connection is gone');
    data = await secureData(socket, door.secureContext);
    const { run } = exchange;
    exchange = undefined; // from here on it looks after itself
    const ended = await run(data);
    return isAborted && ended.code === 426 ? ABORTED : ended;
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return isAborted ? ABORTED : reply(425, 'The data connection could not be put under TLS, or was lost');
  } finally {
    session.abort = undefined;
    await exchange?.giveUp?.();
    data?.close();
    port.close();
  }
}
const ABORTED = reply(426, 'Aborted');

interface Upload {
  readonly session: Session;
  readonly path: string;
  readonly file: Transfer;
}

/** What came is kept; of a file of which nothing came, nothing is. */
async function setAside({ session, path, file }: Upload): Promise<void> {
  const size = file.size();
  await file.leave();
  if (size === 0) await homeOf(session).remove(path);
}

/** Bytes into a file; the reply is the receipt. */
async function upload({ session, path, file }: Upload, data: DataConnection): Promise<Reply> {
  try {
    for await (const chunk of data.content()) {
      session.door.active();
      await file.write(file.size(), chunk);
    }
  } catch (error) {
    await setAside({ session, path, file });
    if (error instanceof ConnectionLost) return reply(426, CUT_OFF);
    if (error instanceof BellwetherError && error.code === 'PAYLOAD_TOO_LARGE') await homeOf(session).remove(path);
    throw error;
  }
  const receipt = await file.finish();
  return reply(226, receipt ? `Received: submission ${receipt.submission}` : 'Kept; rename it to its final name');
}

const exchangeOf = (sent: Upload): Exchange => ({ run: (data) => upload(sent, data), giveUp: () => setAside(sent) });

const store: Verb = (session, argument) =>
  transfer(session, async () => {
    const from = session.restartAt;
    const path = pathOf(session, argument);
    const file = await homeOf(session).write(path, from === 0 ? 'anew' : 'append');
    const size = file.size();
    if (size === from) return exchangeOf({ session, path, file });
    await setAside({ session, path, file });
    throw new BellwetherError('REQUEST_INVALID', `${size} bytes are there, so REST ${size} would continue them`);
  });

const append: Verb = (session, argument) =>
  transfer(session, async () => {
    const path = pathOf(session, argument);
    return exchangeOf({ session, path, file: await homeOf(session).write(path, 'append') });
  });

const sending = (content: Buffer): Exchange => ({
  run: async (data) => {
    await data.send(content);
    return reply(226, 'That is all');
  },
});

const retrieve: Verb = (session, argument) =>
  transfer(session, async () => {
    const content = await homeOf(session).read(pathOf(session, argument));
    return sending(content.subarray(session.restartAt));
  });

/** Sends a line for each entry of a folder, or for the one file. */
const list =
  (line: (entry: Entry, session: Session) => string, { hasSwitches }: { hasSwitches: boolean }): Verb =>
  (session, argument) =>
    transfer(session, async () => {
      // Many clients say `LIST -a`; no feed begins with a dash.
      const path = pathOf(session, hasSwitches ? argument.replace(/^(-\w+ ?)+/, '') : argument);
      const entry = await homeOf(session).entry(path);
      const entries = entry.kind === 'folder' ? await homeOf(session).list(path) : [entry];
      return sending(Buffer.from(entries.map((found) => `${line(found, session)}\r\n`).join('')));
    });

const restart: Verb = async (session, argument) => {
  if (!/^\d{1,15}$/.test(argument)) return reply(501, 'Say REST and a number of bytes');
  session.restartAt = Number(argument);
  return reply(350, `The next transfer begins at byte ${session.restartAt}`);
};

/** Data connections and what goes over them (RFC 959 sections 4.1.2 and 4.1.3, RFC 2428, RFC 3659). */
export const TRANSFER_VERBS: Readonly<Record<string, VerbRules>> = {
  PASV: { from: 'login', answer: passive, isBetween: true },
  EPSV: { from: 'login', answer: extendedPassive, isBetween: true },
  PORT: { from: 'login', answer: noActive },
  EPRT: { from: 'login', answer: noActive },
  REST: { from: 'login', answer: restart, isBetween: true },
  STOR: { from: 'login', answer: store },
  APPE: { from: 'login', answer: append },
  RETR: { from: 'login', answer: retrieve },
  LIST: { from: 'login', answer: list((entry) => listLine(entry, Date.now()), { hasSwitches: true }) },
  NLST: { from: 'login', answer: list(({ name }) => name, { hasSwitches: true }) },
  MLSD: { from: 'login', answer: list((entry, { facts }) => factLine(entry, facts), { hasSwitches: false }) },
  // A transfer under way has ended when this is answered.
  ABOR: { from: 'login', answer: async () => reply(226, 'Nothing is under way') },
};
