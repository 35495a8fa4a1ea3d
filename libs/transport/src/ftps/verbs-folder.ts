import type { Entry } from '../home/index.js';
import { describeFacts, factLine, formatTime, wantedFacts } from './listing.js';
import { reply, type Reply } from './reply.js';
import { homeOf, pathOf, type Session, type Verb, type VerbRules } from './session.js';
import { listLine } from '../home/index.js';

const where = ({ folder }: Session): string => `"${folder.replaceAll('"', '""')}"`;

const changeTo = async (session: Session, argument: string): Promise<Reply> => {
  const path = pathOf(session, argument);
  const { kind } = await homeOf(session).entry(path);
  if (kind !== 'folder') return reply(550, 'That is a file');
  session.folder = path;
  return reply(250, `Now in ${where(session)}`);
};
const changeFolder: Verb = changeTo;
const changeUp: Verb = (session) => changeTo(session, '..');
const printFolder: Verb = async (session) => reply(257, `${where(session)} is where you are`);

/** Answers about a file; what is a folder has neither size nor time. */
const aboutFile =
  (say: (entry: Entry) => string): Verb =>
  async (session, argument) => {
    const entry = await homeOf(session).entry(pathOf(session, argument));
    return entry.kind === 'file' ? reply(213, say(entry)) : reply(550, 'That is a folder');
  };

const oneEntry: Verb = async (session, argument) => {
  const path = pathOf(session, argument);
  const entry = await homeOf(session).entry(path);
  return reply(250, 'What is there:', factLine({ ...entry, name: path }, session.facts), 'That is all');
};

const status: Verb = async (session, argument) => {
  if (argument === '') {
    const tls = session.isDataSecure ? 'Commands and data under TLS' : 'Commands under TLS';
    return reply(211, 'Bellwether', `Logged in; in ${where(session)}`, tls, 'That is all');
  }
  const path = pathOf(session, argument);
  const entry = await homeOf(session).entry(path);
  const entries = entry.kind === 'folder' ? await homeOf(session).list(path) : [entry];
  const lines = entries.map((found) => listLine(found, Date.now()));
  return reply(entry.kind === 'folder' ? 212 : 213, 'What is there:', ...lines, 'That is all');
};

const remove: Verb = async (session, argument) => {
  await homeOf(session).remove(pathOf(session, argument));
  return reply(250, 'The unfinished file is gone');
};

const renameFrom: Verb = async (session, argument) => {
  const path = pathOf(session, argument);
  const { kind } = await homeOf(session).entry(path);
  if (kind === 'folder') return reply(550, 'The folders here are those of the feeds');
  session.renameFrom = path;
  return reply(350, 'Now RNTO and the new name');
};

const renameTo: Verb = async (session, argument) => {
  const from = session.renameFrom;
  if (from === undefined) return reply(503, 'Say RNFR first');
  session.renameFrom = undefined;
  await homeOf(session).rename(from, pathOf(session, argument));
  return reply(250, 'Renamed; under a final name the file is received and safe');
};

const noFolders: Verb = async () => reply(550, 'The folders here are those of the feeds; files go into them');

const options: Verb = async (session, argument) => {
  const [what = '', ...rest] = argument.split(' ');
  if (what.toUpperCase() === 'UTF8' && /^(on)?$/i.test(rest.join(' '))) return reply(200, 'Names are in UTF-8, always');
  if (what.toUpperCase() !== 'MLST') return reply(501, 'There is no such option');
  session.facts = wantedFacts(rest.join(' '));
  return reply(200, `MLST OPTS ${session.facts.map((fact) => `${fact};`).join('')}`);
};

const features: Verb = async ({ facts }) =>
  reply(
    211,
    'Features:',
    ...['AUTH TLS', 'PBSZ', 'PROT', 'UTF8', 'EPSV', 'SIZE', 'MDTM', 'REST STREAM', `MLST ${describeFacts(facts)}`],
    'End',
  );

const only =
  (accepted: RegExp, yes: string, no: string): Verb =>
  async (_, argument) =>
    accepted.test(argument) ? reply(200, yes) : reply(504, no);

/** Folders, names, and what a client asks about the server (RFC 959, RFC 2389, RFC 3659). */
export const FOLDER_VERBS: Readonly<Record<string, VerbRules>> = {
  CWD: { from: 'login', answer: changeFolder },
  XCWD: { from: 'login', answer: changeFolder },
  CDUP: { from: 'login', answer: changeUp },
  XCUP: { from: 'login', answer: changeUp },
  PWD: { from: 'login', answer: printFolder },
  XPWD: { from: 'login', answer: printFolder },
  SIZE: { from: 'login', answer: aboutFile(({ bytes }) => String(bytes)) },
  MDTM: { from: 'login', answer: aboutFile(({ modifiedAt }) => formatTime(modifiedAt)) },
  MLST: { from: 'login', answer: oneEntry },
  STAT: { from: 'login', answer: status },
  DELE: { from: 'login', answer: remove },
  RNFR: { from: 'login', answer: renameFrom, isBetween: true },
  RNTO: { from: 'login', answer: renameTo },
  MKD: { from: 'login', answer: noFolders },
  XMKD: { from: 'login', answer: noFolders },
  RMD: { from: 'login', answer: noFolders },
  XRMD: { from: 'login', answer: noFolders },
  OPTS: { from: 'TLS', answer: options },
  FEAT: { from: 'arrival', answer: features },
  SYST: { from: 'arrival', answer: async () => reply(215, 'UNIX Type: L8') },
  NOOP: { from: 'arrival', answer: async () => reply(200, 'Still here'), isBetween: true },
  ALLO: { from: 'login', answer: async () => reply(202, 'Not needed'), isBetween: true },
  TYPE: {
    from: 'login',
    answer: only(/^(I|A( [NTC])?|L 8)$/i, 'Bytes are taken and given as they are', 'Say TYPE I'),
    isBetween: true,
  },
  MODE: { from: 'login', answer: only(/^S$/i, 'Stream', 'MODE S is the one that is served'), isBetween: true },
  STRU: { from: 'login', answer: only(/^F( R)?$/i, 'File', 'STRU F is the one that is served'), isBetween: true },
};
