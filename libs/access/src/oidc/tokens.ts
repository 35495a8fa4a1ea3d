import { createHash } from 'node:crypto';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { BellwetherError } from '#vocabulary';
import type { Tokens } from '../gate.js';
import type { Principal } from '../principal.js';
import type { Provider } from './provider-file.js';

/** `fetch` that goes where the operator allows. */
export type Fetch = FetchImplementation;

export interface TokenOptions {
  readonly provider: Provider;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Milliseconds from one reading of the provider's keys to the next, when a token names one that is not known. */
  readonly keysCooldown?: number | undefined;
}

/** JWS in compact form (RFC 7515 section 7.1). */
const TOKEN = /^[\w-]{2,8192}\.[\w-]{2,8192}\.[\w-]{2,8192}$/;
const REMEMBERED = 5_000;
/** A token that was good is good for so long without being looked at again, and never beyond its end. */
const TRUSTED_MS = 60_000;
/** A provider that does not answer is not asked again for so long. */
const PAUSE_MS = 5_000;
const KEYS_COOLDOWN_MS = 10_000;

/**
 * Access tokens of an identity provider (RFC 9068 and what is common): signed by a key that it publishes now, with one of
 * the algorithms of the configuration, for us, not expired and not from the future.
 */
export function openTokens({ provider, fetch, now, keysCooldown = KEYS_COOLDOWN_MS }: TokenOptions): Tokens {
  const { issuer, audience, algorithms, clockSkewSeconds } = provider;
  const known = new LRUCache<string, { principal: Principal; until: number }>({ max: REMEMBERED });
  /** A request may be looked at twice, and a dashboard asks many things at once: a token is verified once. */
  const verifying = new Map<string, Promise<Principal | undefined>>();
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let failedAt = -Infinity;

  /** The keys, from where the metadata of the provider says they are (OpenID Connect Discovery 1.0, section 4). */
  async function findKeys(): Promise<JWTVerifyGetKey> {
    const headers = new Headers({ accept: 'application/json' });
    const signal = AbortSignal.timeout(10_000);
    const path = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(path, { headers, method: 'GET', redirect: 'manual', signal });
    const metadata: unknown = answer.status === 200 ? await answer.json() : undefined;
    if (typeof metadata !== 'object' || metadata === null) throw new Error('no metadata');
    if (!('issuer' in metadata) || metadata.issuer !== issuer) throw new Error('the metadata is of another issuer');
    if (!('jwks_uri' in metadata) || typeof metadata.jwks_uri !== 'string')
      throw new Error('the metadata names no keys');
    return createRemoteJWKSet(new URL(metadata.jwks_uri), { [customFetch]: fetch, cooldownDuration: keysCooldown });
  }

  async function keysOf(): Promise<JWTVerifyGetKey> {
    if (now() - failedAt < PAUSE_MS) throw unreachable();
    try {
      return await (keys ??= findKeys());
    } catch (error) {
      keys = undefined;
      failedAt = now();
      throw unreachable(error);
    }
  }

  async function verify(token: string, name: string): Promise<Principal | undefined> {
    const getKey = await keysOf();
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp', provider.name],
        currentDate: new Date(now()),
      });
      const principal = provider.principalOf(payload);
      const end = ((payload.exp ?? 0) + clockSkewSeconds) * 1000;
      if (principal) known.set(name, { principal, until: Math.min(end, now() + TRUSTED_MS) });
      return principal;
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw unreachable(error);
      return undefined;
    }
  }

  return {
    isToken: (text) => TOKEN.test(text),
    principalOf(token) {
      const name = createHash('sha256').update(token).digest('base64');
      const found = known.get(name);
      if (found && now() < found.until) return found.principal;
      let underway = verifying.get(name);
      if (!underway) {
        underway = verify(token, name).finally(() => verifying.delete(name));
        verifying.set(name, underway);
      }
      return underway;
    },
  };
}

const unreachable = (cause?: unknown): BellwetherError =>
  new BellwetherError('NOT_READY', 'the identity provider does not answer as it should', {}, { cause });
