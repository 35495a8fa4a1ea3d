import type { SaxesTagNS } from 'saxes';
import type { UsernameToken } from '#access';
import { BellwetherError } from '#vocabulary';

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
export const WSSE = `${WSS}wssecurity-secext-1.0.xsd`;
const WSU = `${WSS}wssecurity-utility-1.0.xsd`;
const PASSWORD_TYPES = `${WSS}username-token-profile-1.0#`;
const BASE64 = `${WSS}soap-message-security-1.0#Base64Binary`;
const LONGEST_TEXT = 1024;

const refuse = (problem: string): BellwetherError => new BellwetherError('REQUEST_INVALID', `WS-Security: ${problem}`);

/** What is read, by the path of local names below `Security`; the namespace of each. */
const READ: Readonly<Record<string, string>> = {
  UsernameToken: WSSE,
  'UsernameToken/Username': WSSE,
  'UsernameToken/Password': WSSE,
  'UsernameToken/Nonce': WSSE,
  'UsernameToken/Created': WSU,
  Timestamp: WSU,
  'Timestamp/Created': WSU,
  'Timestamp/Expires': WSU,
};

const attributeOf = ({ attributes }: SaxesTagNS, name: string): string | undefined =>
  Object.values(attributes).find(({ local, uri }) => local === name && uri === '')?.value;

/**
 * Collects the `Security` header of a message (Web Services Security 1.1.1; UsernameToken Profile 1.1.1): one
 * UsernameToken and one Timestamp. Anything else in it is refused, because it might have been meant to protect.
 */
export function readingSecurity(now: number) {
  const texts = new Map<string, string>();
  let passwordType = '';
  let path: string[] = [];

  function tokenOf(): UsernameToken | undefined {
    const at = (name: string): string | undefined => texts.get(`UsernameToken/${name}`)?.trim();
    const expires = texts.get('Timestamp/Expires')?.trim();
    if (expires !== undefined && !(Date.parse(expires) > now)) throw refuse('the message has expired');
    if (!texts.has('UsernameToken')) return undefined;
    const [username, password, nonce, created] = [at('Username'), texts.get('UsernameToken/Password'), at('Nonce'), at('Created')]; // prettier-ignore
    if (!username || password === undefined) throw refuse('the UsernameToken lacks Username or Password');
    if (passwordType === '' || passwordType === `${PASSWORD_TYPES}PasswordText`)
      return { kind: 'text', username, password };
    if (passwordType !== `${PASSWORD_TYPES}PasswordDigest`) throw refuse('the Type of the Password is not known');
    if (!nonce || !created) throw refuse('a digest needs Nonce and Created');
    return { kind: 'digest', username, digest: password.trim(), nonce, created };
  }

  return {
    /** An element below `Security`. */
    opened(tag: SaxesTagNS): void {
      path = [...path, tag.local];
      const name = path.join('/');
      if (READ[name] !== tag.uri) throw refuse(`${tag.local} is not understood`);
      if (texts.has(name)) throw refuse(`${tag.local} occurs twice`);
      texts.set(name, '');
      if (name === 'UsernameToken/Password') passwordType = attributeOf(tag, 'Type') ?? '';
      const encoding = attributeOf(tag, 'EncodingType');
      if (name === 'UsernameToken/Nonce' && encoding !== undefined && encoding !== BASE64)
        throw refuse('the EncodingType of the Nonce is not known');
    },
    text(text: string): void {
      const name = path.join('/');
      const known = texts.get(name);
      if (known === undefined) return;
      if (known.length + text.length > LONGEST_TEXT) throw refuse(`a text exceeds ${LONGEST_TEXT} characters`);
      texts.set(name, known + text);
    },
    closed(): void {
      path = path.slice(0, -1);
    },
    /** Undefined: the header names nobody. */
    token: tokenOf,
  };
}
