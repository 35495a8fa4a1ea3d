import type { SecureContext } from 'node:tls';
import type { Logins } from '#access';
import { BellwetherError } from '#vocabulary';
import { absolutePath, type Home, type Homes } from '../home/index.js';
import type { Guest, LoginTold, TransportLog } from '../login/index.js';
import { type Line, parseCommand } from './command-lines.js';
import type { DataPort } from './data-port.js';
import { type Fact, FACTS } from './listing.js';
import { refusalOf, reply, type Reply } from './reply.js';

/** What a session stands on: everything that is not its own state. */
export interface SessionDoor {
  readonly logins: Logins;
  readonly homes: Homes;
  readonly guest: Guest;
  readonly log: TransportLog;
  readonly logged?: LoginTold | undefined;
  /** Address of the client. */
  readonly peer: string;
  /** Address that PASV names; undefined: none that such a client could use. */
  readonly address: string | undefined;
  /** A reply that is not the last one to its command. */
  send(reply: Reply): Promise<void>;
  /** Undefined: none is free. */
  openDataPort(): Promise<DataPort | undefined>;
  /** Of data connections: that of the commands, so that a client may take up its TLS session. */
  readonly secureContext: SecureContext;
  /** Something moves. */
  active(): void;
}

/** Where a session is. Verbs change it. */
export interface Session {
  readonly door: SessionDoor;
  /** Commands come under TLS. */
  isSecure: boolean;
  /** PBSZ was said; PROT may be. */
  isBufferSizeSaid: boolean;
  /** PROT P was said. */
  isDataSecure: boolean;
  user: string | undefined;
  failures: number;
  sender: string | undefined;
  home: Home | undefined;
  folder: string;
  /** Of REST; 0: from the start. */
  restartAt: number;
  renameFrom: string | undefined;
  facts: readonly Fact[];
  /** EPSV ALL was said. */
  isExtendedOnly: boolean;
  port: DataPort | undefined;
  /** Ends the transfer under way. */
  abort: (() => void) | undefined;
}

export interface Answer {
  readonly reply: Reply;
  readonly then: 'go on' | 'start TLS' | 'close';
}

export type Verb = (session: Session, argument: string) => Promise<Reply | Answer>;

export interface VerbRules {
  readonly answer: Verb;
  /** From when on it may be said: at once, under TLS, or logged in. */
  readonly from: 'arrival' | 'TLS' | 'login';
  /** REST and RNFR hold until a verb that is not such. */
  readonly isBetween?: true;
}

export const newSession = (door: SessionDoor, isSecure: boolean): Session => ({
  door,
  isSecure,
  isBufferSizeSaid: false,
  isDataSecure: false,
  user: undefined,
  failures: 0,
  sender: undefined,
  home: undefined,
  folder: '/',
  restartAt: 0,
  renameFrom: undefined,
  facts: FACTS,
  isExtendedOnly: false,
  port: undefined,
  abort: undefined,
});

/** The home of who is logged in; the rules of the verbs see to it that somebody is. */
export function homeOf({ home }: Session): Home {
  if (!home) throw new BellwetherError('UNAUTHENTICATED', 'nobody is logged in');
  return home;
}

/** The absolute path of an argument. Throws REQUEST_INVALID. */
export const pathOf = (session: Session, argument: string): string => absolutePath(session.folder, argument);

/** The last reply to a line, and what is to be done after it was sent. Never throws. */
export async function answerLine(session: Session, line: Line, verbs: ReadonlyMap<string, VerbRules>): Promise<Answer> {
  const command = line === undefined ? undefined : parseCommand(line);
  if (!command) return goOn(reply(500, 'The line is too long, not UTF-8, or begins with no command'));
  const rules = verbs.get(command.verb);
  if (!rules) return goOn(reply(502, 'The command is not known here; HELP lists those that are'));
  if (rules.from !== 'arrival' && !session.isSecure) return goOn(reply(530, 'TLS is required: say AUTH TLS first'));
  if (rules.from === 'login' && !session.home) return goOn(reply(530, 'Log in first: USER and PASS'));
  session.door.active();
  try {
    const found = await rules.answer(session, command.argument);
    return 'then' in found ? found : goOn(found);
  } catch (error) {
    if (!(error instanceof BellwetherError) || error.http >= 500)
      session.door.log('error', 'an FTPS command failed', {
        sender: session.sender,
        verb: command.verb,
        cause: String(error),
      });
    return goOn(refusalOf(error));
  } finally {
    if (!rules.isBetween) {
      session.restartAt = 0;
      session.renameFrom = undefined;
    }
  }
}

const goOn = (found: Reply): Answer => ({ reply: found, then: 'go on' });
