import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './keys/index.js';
import { createLogins } from './logins.js';
import type { Principal } from './principal.js';

/**
 * A UsernameToken of a SOAP message (OASIS Web Services Security, UsernameToken Profile 1.1.1). `digest` is
 * Base64(SHA-1(nonce + created + secret)); its nonce is in base64, `created` as it stands in the message.
 */
export type UsernameToken =
  | { readonly kind: 'text'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'digest';
      readonly username: string;
      readonly digest: string;
      readonly nonce: string;
      readonly created: string;
    };

/** How far `created` may be from our clock, either way; a nonce is remembered for as long as it could be used again. */
const FRESH_MS = 5 * 60_000;
/** Nonces that are remembered; beyond them no digest is taken, since forgetting one would let it be used again. */
const MOST_NONCES = 100_000;
const SHORTEST_NONCE = 8;
const LONGEST_NONCE = 256;

/** A secret for each key of the principal that has not ended, as the key file lists them. */
function secretsOf(
  ring: KeyRing,
  { id, installationKey, at }: { id: string; installationKey: Uint8Array; at: number },
): string[] {
  const keys = ring.byId.get(id)?.keys.filter(({ expires }) => at < (expires ?? Infinity)) ?? [];
  return keys.map(({ hash }) => {
    const derived = createHmac('sha256', installationKey).update(`soap\n${id}\n`).update(Buffer.from(hash, 'hex'));
    return `bws_${derived.digest('base64url')}`;
  });
}

/**
 * The secret that a principal uses with digests: derived from the hash of its newest API key by a key of this
 * installation, so that it is kept nowhere, ends with the API key, and is of no use to who reads the key file alone.
 * `installationKey`: 32 random bytes. Undefined: no such principal, or one without a key.
 */
export function soapSecretOf(ring: KeyRing, id: string, installationKey: Uint8Array): string | undefined {
  return secretsOf(ring, { id, installationKey, at: Date.now() }).at(-1);
}

/** Text: the API key, or the password of the principal's `login`. Undefined: the token names nobody, is stale or used. */
export interface UsernameTokens {
  authenticate(token: UsernameToken): Promise<Principal | undefined>;
}

export function openUsernameTokens(options: {
  readonly ring: () => KeyRing;
  readonly installationKey: Uint8Array;
  readonly now: () => number;
  /** Nonces that are remembered; {@link MOST_NONCES} unless told. */
  readonly mostNonces?: number;
}): UsernameTokens {
  const { ring, installationKey, now, mostNonces = MOST_NONCES } = options;
  /** Nonce of a principal → when it may be forgotten; in the order of that, nearly. */
  const used = new Map<string, number>();

  /** Whether the nonce is new; it is not new again. */
  function isFirstUse(key: string, at: number): boolean {
    for (const [old, until] of used) {
      if (until > at) break;
      used.delete(old);
    }
    if (used.has(key) || used.size >= mostNonces) return false;
    used.set(key, at + 2 * FRESH_MS);
    return true;
  }

  return {
    async authenticate(token) {
      const current = ring();
      const { username } = token;
      if (token.kind === 'text') return createLogins(current).byPassword(username, token.password);
      const at = now();
      const created = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(token.created)
        ? Date.parse(token.created)
        : NaN;
      // Written so that NaN is refused, too.
      if (!(Math.abs(at - created) <= FRESH_MS)) return undefined;
      const nonce = Buffer.from(token.nonce, 'base64');
      if (nonce.length < SHORTEST_NONCE || nonce.length > LONGEST_NONCE) return undefined;
      const given = Buffer.from(token.digest, 'base64');
      const isOneOf = secretsOf(current, { id: username, installationKey, at }).filter((secret) => {
        const expected = createHash('sha1').update(nonce).update(token.created, 'utf8').update(secret).digest();
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (isOneOf.length === 0) return undefined;
      if (!isFirstUse(`${username}\n${nonce.toString('base64')}`, at)) return undefined;
      return current.byId.get(username)?.principal;
    },
  };
}
