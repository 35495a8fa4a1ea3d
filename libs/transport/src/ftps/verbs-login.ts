import { reply } from './reply.js';
import type { Verb, VerbRules } from './session.js';

/** Failed logins of one connection. */
const MOST_FAILURES = 5;

const auth: Verb = async (session, argument) => {
  if (session.isSecure) return reply(503, 'TLS is established already');
  // TLS-P and SSL would protect the data connections at once (RFC 4217 section 4 leaves them behind).
  if (!/^TLS(-C)?$/i.test(argument)) return reply(504, 'AUTH TLS is the one that is served');
  return { reply: reply(234, 'Begin TLS'), then: 'start TLS' };
};

const bufferSize: Verb = async (session, argument) => {
  if (!/^\d{1,10}$/.test(argument)) return reply(501, 'Say PBSZ 0');
  session.isBufferSizeSaid = true;
  return reply(200, 'PBSZ=0');
};

const protection: Verb = async (session, argument) => {
  if (!session.isBufferSizeSaid) return reply(503, 'Say PBSZ 0 first');
  const level = argument.toUpperCase();
  if (level === 'P') {
    session.isDataSecure = true;
    return reply(200, 'Data connections are under TLS');
  }
  if (level === 'C') return reply(534, 'Data connections are under TLS here: PROT P');
  return level === 'S' || level === 'E' ? reply(536, 'TLS knows PROT P') : reply(504, 'Say PROT P');
};

const user: Verb = async (session, argument) => {
  if (session.home) return reply(530, 'Somebody is logged in; connect anew for another user');
  if (argument === '') return reply(501, 'Say USER and the name');
  session.user = argument;
  return reply(331, 'Now PASS and the password, or an API key');
};

const password: Verb = async (session, argument) => {
  const { door, user: name } = session;
  if (session.home) return reply(503, 'Somebody is logged in already');
  if (name === undefined) return reply(503, 'Say USER first');
  session.user = undefined;
  const principal = await door.logins.byPassword(name, argument);
  if (principal) {
    if (!door.guest.enter(principal.id)) {
      door.logged?.({ door: 'ftps', principal: undefined, user: name });
      return { reply: reply(421, 'Too many sessions of this user'), then: 'close' };
    }
    door.logged?.({ door: 'ftps', principal, user: principal.id });
    session.sender = principal.id;
    session.home = door.homes.of(principal);
    return reply(230, 'Welcome. Files go into the folders of the feeds; receipts lists what became of them');
  }
  door.logged?.({ door: 'ftps', principal: undefined, user: name });
  door.log('warn', 'an FTPS login was refused', { user: name.slice(0, 64), address: door.peer });
  const mayGoOn = door.guest.failed();
  session.failures++;
  if (mayGoOn && session.failures < MOST_FAILURES) return reply(530, 'The user or the password is not right');
  return { reply: reply(421, 'The user or the password is not right, once too often'), then: 'close' };
};

/** Security and login (RFC 959 section 4.1.1, RFC 2228, RFC 4217). */
export const LOGIN_VERBS: Readonly<Record<string, VerbRules>> = {
  AUTH: { from: 'arrival', answer: auth },
  PBSZ: { from: 'TLS', answer: bufferSize },
  PROT: { from: 'TLS', answer: protection },
  CCC: { from: 'TLS', answer: async () => reply(534, 'Commands stay under TLS') },
  USER: { from: 'TLS', answer: user },
  PASS: { from: 'TLS', answer: password },
  ACCT: { from: 'TLS', answer: async () => reply(202, 'There are no accounts beside the user') },
  QUIT: { from: 'arrival', answer: async () => ({ reply: reply(221, 'Goodbye'), then: 'close' }) },
};
