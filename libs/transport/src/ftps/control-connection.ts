import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { type Line, openLineReader } from './command-lines.js';
import { formatReply, reply, type Reply } from './reply.js';
import { answerLine, newSession, type Session, type SessionDoor } from './session.js';
import { VERBS } from './verbs.js';

/** Lines that wait for those before them; then nothing more is read until they are fewer. */
const MOST_WAITING = 64;

interface ControlOptions {
  readonly socket: Socket;
  readonly secureContext: SecureContext;
  /** TLS from the first byte on. */
  readonly isImplicit: boolean;
  readonly door: Omit<SessionDoor, 'send' | 'secureContext'>;
}

/** Serves one control connection; resolves when it has ended, and nothing of its session is left. */
export async function serveControl({ socket, secureContext, isImplicit, door }: ControlOptions): Promise<void> {
  let wire: Socket = socket;
  let waiting: Line[] = [];
  let wake: () => void = () => undefined;
  let isOpen = true;
  const closed = (): void => {
    isOpen = false;
    session.abort?.();
    wake();
  };
  const send = (said: Reply): Promise<void> =>
    new Promise((resolve) => {
      // A client that does not listen holds up its own commands, and is cut when it has been idle for too long.
      if (isOpen) wire.write(formatReply(said), () => resolve());
      else resolve();
    });
  const session: Session = newSession({ ...door, send, secureContext }, isImplicit);

  let reader = openLineReader();
  function hear(chunk: Buffer): void {
    const lines = reader.read(chunk);
    if (lines.some((line) => /^abor$/i.test(line ?? ''))) session.abort?.();
    waiting.push(...lines);
    if (waiting.length >= MOST_WAITING) wire.pause();
    wake();
  }
  /** Undefined: there will be no more. */
  async function nextLine(): Promise<{ line: Line } | undefined> {
    while (waiting.length === 0 && isOpen) await new Promise<void>((resolve) => (wake = resolve));
    if (!isOpen) return undefined;
    const line = waiting.shift();
    if (waiting.length < MOST_WAITING) wire.resume();
    return { line };
  }
  /** Nothing that came before TLS is heard after it, so nobody can put commands in front of those of the client. */
  function deafen(): void {
    wire.off('data', hear);
    wire.pause();
    waiting = [];
    reader = openLineReader();
  }
  async function startTls(): Promise<void> {
    const tls = new TLSSocket(socket, { isServer: true, secureContext });
    tls.on('error', () => undefined);
    tls.on('_tlsError', () => tls.destroy());
    tls.on('close', () => {
      socket.destroy();
      closed();
    });
    await new Promise<void>((resolve) => {
      tls.once('secure', resolve);
      tls.once('close', resolve);
    });
    session.isSecure = true;
    wire = tls;
  }

  socket.on('close', closed);
  if (isImplicit) await startTls();
  wire.on('data', hear).resume();
  await send(reply(220, 'Bellwether'));
  for (let next = await nextLine(); next; next = await nextLine()) {
    const { reply: said, then } = await answerLine(session, next.line, VERBS);
    if (then === 'start TLS') deafen();
    await send(said);
    if (then === 'close') break;
    if (then !== 'start TLS') continue;
    await startTls();
    wire.on('data', hear);
  }
  session.port?.close();
  wire.end();
}
