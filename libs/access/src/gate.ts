import { type KeyRing, principalOfKey } from './keys.js';
import { type Principal, SAMPLE_PRINCIPAL } from './principal.js';

/** What a request says about who asks; taken from headers and socket by the door. */
export interface Credentials {
  /** The API key, from `Authorization: Bearer` or `X-Api-Key`. */
  readonly key: string | undefined;
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

/** Turns credentials into a principal; undefined when they name none. */
export interface Gate {
  authenticate(credentials: Credentials): Principal | undefined;
}

/**
 * `sampleMode`: a request from this machine without a key is the operator. The api refuses to start in sample mode
 * unless it listens on loopback only; both are needed. A wrong key is never taken for no key.
 */
export function createGate({ keys, sampleMode }: { readonly keys: KeyRing; readonly sampleMode: boolean }): Gate {
  return {
    authenticate(credentials) {
      if (credentials.key !== undefined) return principalOfKey(keys, credentials.key);
      return sampleMode && isFromHere(credentials) ? SAMPLE_PRINCIPAL : undefined;
    },
  };
}
