import { findKey, type KeyRing, subjectKey } from './keys/index.js';
import { type Principal, SAMPLE_PRINCIPAL } from './principal.js';

/** What a request says about who asks; taken from headers and socket by the door. */
export interface Credentials {
  /** The API key or token, from `Authorization: Bearer` or `X-Api-Key`. */
  readonly key: string | undefined;
  /** The sealed session of a browser, from its cookie. */
  readonly session?: string | undefined;
  /** The subject of a client certificate that was checked against the authorities trusted for that. */
  readonly subject?: string | undefined;
  /** The request changes nothing: GET, HEAD or OPTIONS. */
  readonly isSafe?: boolean;
  /** The Host header. */
  readonly host: string | undefined;
  /** The Origin header: which page made a browser ask. */
  readonly origin: string | undefined;
  /** The peer's address. */
  readonly remoteAddress: string | undefined;
  /** A proxy has handed the request on, so the peer's address says nothing. */
  readonly forwarded: boolean;
}

/** `127.0.0.0/8` and `::1`, also mapped into IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** A Host header (or the part of an Origin after `://`) that names this machine by a name nobody else can point here. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/**
 * Whether a request comes from this machine and was meant for it. The socket alone does not say so: a page of any
 * site can make the browser here ask, by a name it rebinds to 127.0.0.1 (the Host gives it away) or by a plain
 * cross-site POST (the Origin does).
 */
function isFromHere({ host, origin, remoteAddress, forwarded }: Credentials): boolean {
  if (forwarded || remoteAddress === undefined || !isLoopbackAddress(remoteAddress)) return false;
  if (host === undefined || !isLoopbackHost(host)) return false;
  return origin === undefined || origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase();
}

/** Turns credentials into a principal; undefined when they name none. Without a promise where memory suffices. */
export interface Gate {
  authenticate(credentials: Credentials): Principal | undefined | Promise<Principal | undefined>;
}

/** Tokens of an identity provider; see ./oidc. */
export interface Tokens {
  /** Whether the text has the form of a token at all. */
  isToken(text: string): boolean;
  principalOf(token: string): Principal | undefined | Promise<Principal | undefined>;
}

/** Sessions of browsers; see ./oidc. */
export interface Sessions {
  principalOf(sealed: string): Principal | undefined;
  /** The page may act for who is logged in: it is ours. */
  isOwnPage(credentials: Credentials): boolean;
}

export interface GateOptions {
  readonly keys: KeyRing;
  /**
   * A request from this machine without a key is the operator. The api refuses to start in sample mode unless it
   * listens on loopback only; both are needed. A wrong key is never taken for no key.
   */
  readonly sampleMode: boolean;
  readonly tokens?: Tokens | undefined;
  readonly sessions?: Sessions | undefined;
  /** What the principal is while its glass is broken. */
  readonly widened?: ((principal: Principal) => Principal) | undefined;
  /** Told of every use of a key, by its name. */
  readonly used?: ((key: string, at: number) => void) | undefined;
  readonly now?: (() => number) | undefined;
}

export function createGate(options: GateOptions): Gate {
  const { keys, tokens, sessions, widened = (principal) => principal, used, now = Date.now } = options;

  function byKey(text: string): Principal | undefined | Promise<Principal | undefined> {
    if (tokens?.isToken(text) === true) return tokens.principalOf(text);
    const at = now();
    const found = findKey(keys, text, at);
    if (found) used?.(found.key.name, at);
    return found?.entry.principal;
  }

  function nameOf(credentials: Credentials): Principal | undefined | Promise<Principal | undefined> {
    const { key, session, subject } = credentials;
    if (key !== undefined) return byKey(key);
    if (session !== undefined && sessions?.isOwnPage(credentials) === true) {
      const principal = sessions.principalOf(session);
      if (principal) return principal; // one that has ended is as none: the login page has to be within reach
    }
    if (subject !== undefined) return keys.bySubject.get(subjectKey(subject))?.principal;
    return options.sampleMode && isFromHere(credentials) ? SAMPLE_PRINCIPAL : undefined;
  }

  return {
    authenticate(credentials) {
      const named = nameOf(credentials);
      if (named instanceof Promise) return named.then((principal) => principal && widened(principal));
      return named && widened(named);
    },
  };
}
